"""The dashboards, one for each audience: `python charts/dashboards.py` writes charts/platform/dashboards/*.json."""

import sys
from pathlib import Path

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

FOLDER = Path(__file__).parent / "platform" / "dashboards"
ALL = '{job="acorn"}'

Panel = tuple[str, str, str, str]
"""Title, unit, expression, legend."""

PANELS: dict[str, tuple[str, list[tuple[str, list[Panel]]]]] = {
    "operations": (
        "Acorn: how it stands",
        [
            (
                "What people feel",
                [
                    (
                        "Requests",
                        "reqps",
                        f"sum by (service) (rate(acorn_http_requests_total{ALL}[5m]))",
                        "{{service}}",
                    ),
                    ("Faults of ours", "percentunit", "acorn:errors:ratio_rate5m", "{{service}}"),
                    (
                        "Time of 95 of 100 requests",
                        "s",
                        "histogram_quantile(0.95, sum by (service, le) "
                        f"(rate(acorn_http_request_seconds_bucket{ALL}[5m])))",
                        "{{service}}",
                    ),
                    (
                        "The portal's calls that found a service away",
                        "cps",
                        'sum by (called) (rate(acorn_portal_call_seconds_count{job="acorn",outcome="away"}[5m]))',
                        "{{called}}",
                    ),
                ],
            ),
            (
                "Events",
                [
                    (
                        "Age of the oldest unsent",
                        "s",
                        f"max by (service) (acorn_outbox_oldest_seconds{ALL})",
                        "{{service}}",
                    ),
                    ("Not sent", "short", f"max by (service) (acorn_outbox_depth{ALL})", "{{service}}"),
                    ("Not handled", "short", f"sum by (service) (acorn_consumer_lag_messages{ALL})", "{{service}}"),
                    (
                        "Since when something may be missing",
                        "s",
                        f"max by (service) (acorn_directory_age_seconds{ALL})",
                        "{{service}}",
                    ),
                    ("Dead letters", "short", f"max by (service) (acorn_dead_letters_open{ALL})", "{{service}}"),
                ],
            ),
            (
                "Processes and engines",
                [
                    (
                        "Processes that are up",
                        "short",
                        f"sum by (service, component) (up{ALL})",
                        "{{service}} {{component}}",
                    ),
                    (
                        "Engines away or refusing",
                        "cps",
                        f"sum by (service, engine, reason) (rate(acorn_engine_failures_total{ALL}[5m]))",
                        "{{service}} {{engine}} {{reason}}",
                    ),
                ],
            ),
        ],
    ),
    "developers": (
        "Acorn: inside the services",
        [
            (
                "Requests",
                [
                    (
                        "Slowest routes (95 of 100)",
                        "s",
                        "topk(10, histogram_quantile(0.95, sum by (service, route, le) "
                        f"(rate(acorn_http_request_seconds_bucket{ALL}[15m]))))",
                        "{{service}} {{route}}",
                    ),
                    (
                        "Refused as they arrived",
                        "reqps",
                        f"sum by (service, status) (rate(acorn_http_refused_total{ALL}[5m]))",
                        "{{service}} {{status}}",
                    ),
                ],
            ),
            (
                "Relay and consumer",
                [
                    (
                        "From writing to Kafka (99 of 100)",
                        "s",
                        "histogram_quantile(0.99, sum by (service, le) "
                        f"(rate(acorn_relay_publish_seconds_bucket{ALL}[5m])))",
                        "{{service}}",
                    ),
                    (
                        "A transaction of the consumer (99 of 100)",
                        "s",
                        "histogram_quantile(0.99, sum by (service, le) "
                        f"(rate(acorn_consumer_handling_seconds_bucket{ALL}[5m])))",
                        "{{service}}",
                    ),
                    ("Sent", "eps", f"sum by (service, topic) (rate(acorn_relay_events_total{ALL}[5m]))", "{{topic}}"),
                    (
                        "Handled",
                        "eps",
                        f"sum by (service, topic) (rate(acorn_consumer_events_total{ALL}[5m]))",
                        "{{service}} {{topic}}",
                    ),
                    (
                        "Batches tried again",
                        "cps",
                        f"sum by (service, reason) (rate(acorn_consumer_retries_total{ALL}[5m]))",
                        "{{service}} {{reason}}",
                    ),
                    (
                        "Relays fenced",
                        "cps",
                        f"sum by (service) (rate(acorn_relay_fenced_total{ALL}[5m]))",
                        "{{service}}",
                    ),
                    (
                        "Due work",
                        "cps",
                        f"sum by (service, kind, outcome) (rate(acorn_work_total{ALL}[5m]))",
                        "{{service}} {{kind}} {{outcome}}",
                    ),
                ],
            ),
        ],
    ),
    "trust": (
        "Acorn: the trust in figures",
        [
            (
                "People and their development",
                [
                    ("People employed", "short", 'max(acorn_figure{job="acorn",figure="people_employed"})', ""),
                    ("Academies", "short", 'max(acorn_figure{job="acorn",figure="academies"})', ""),
                    ("CPD records", "short", 'max(acorn_figure{job="acorn",figure="records"})', ""),
                    ("Waiting to be verified", "short", 'max(acorn_figure{job="acorn",figure="records_declared"})', ""),
                    ("Asked about", "short", 'max(acorn_figure{job="acorn",figure="records_queried"})', ""),
                ],
            ),
            (
                "Use",
                [
                    (
                        "Sign-ins in a day",
                        "short",
                        'sum by (outcome) (increase(acorn_portal_sign_ins_total{job="acorn"}[1d]))',
                        "{{outcome}}",
                    ),
                    ("As of", "s", f"max(acorn_directory_age_seconds{ALL})", "seconds ago at most"),
                ],
            ),
        ],
    ),
}


def panel(made: Panel, *, figure: bool) -> timeseries.Panel | stat.Panel:
    """A figure, or a line over time."""
    title, unit, expression, legend = made
    kind = stat.Panel() if figure else timeseries.Panel()
    query = prometheus.Dataquery().expr(expression).legend_format(legend or title)
    return kind.title(title).unit(unit).span(6 if figure else 12).height(5 if figure else 8).with_target(query)


def documents() -> dict[str, str]:
    """Each dashboard as Grafana reads it, by file name."""
    found = {}
    for name, (title, rows) in PANELS.items():
        made = dashboard.Dashboard(title).uid(f"acorn-{name}").tags(["acorn"]).refresh("1m").time("now-6h", "now")
        made.tooltip(DashboardCursorSync.CROSSHAIR).readonly()
        for row, panels in rows:
            made.with_row(dashboard.Row(row))
            for each in panels:
                made.with_panel(panel(each, figure=name == "trust" and row.startswith("People")))
        found[f"{name}.json"] = JSONEncoder(sort_keys=True, indent=2).encode(made.build()) + "\n"
    return found


def expressions() -> list[str]:
    """Every expression of every dashboard."""
    return [made[2] for _, rows in PANELS.values() for _, panels in rows for made in panels]


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in documents().items():
        (FOLDER / name).write_text(text)
        sys.stdout.write(f"wrote {FOLDER.name}/{name}\n")


if __name__ == "__main__":
    main()
