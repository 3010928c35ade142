"""Measures what matters and writes docs/benchmarks.md: `make bench`.

Each row is a ratio: our way and the plain one, measured in turns in the same run, so that it means something on any
machine. A file `rows_<package>.py` holds the rows of a package: `ROWS`, functions that take the stage.
"""

import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.stage import Measure, Row, Stage, machine, stage

from embedded import kafka, mongo
from embedded.processes import free_ports

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`. Each row measures our way and a plain one in turns, in the same run: the ratio carries over to
other machines, the figures do not. Both sides ran on the machine described below, beside the engines.

"""


def main(chosen: Sequence[str]) -> None:
    """Measure every row, or those of the packages named, and write the page if all were measured."""
    os.chdir(ROOT)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="acorn-bench-") as name:
        folder = Path(name)
        mongodb = mongo.run(folder / "mongodb", folder / "mongodb.log", *free_ports(1))
        broker = kafka.run(folder / "kafka", folder / "kafka.log", *free_ports(2))
        try:
            with stage(mongodb, broker, folder) as ready:
                for measure in _measures(chosen):
                    rows += _told(measure, ready)
                described = machine(ready)
        finally:
            broker.stop()
            mongodb.stop()
    if not chosen:
        PAGE.write_text(page(rows, described))


def page(rows: Sequence[Row], described: dict[str, str]) -> str:
    """The page: the table, what each row measures, and the machine."""
    lines = ["| what | ours | plain | unit | ours ÷ plain |", "|---|---:|---:|---|---:|"]
    for row in rows:
        lines.append(f"| {row.what} | {_figure(row.ours)} | {_figure(row.plain)} | {row.unit} | {row.ratio:.2f} |")
    notes = dict.fromkeys((row.what.split(",")[0], row.note) for row in rows)
    lines += ["", "## What is measured", ""] + [f"- **{what}**: {note}." for what, note in notes]
    lines += ["", "## Measured on", ""] + [f"- {what}: {which}" for what, which in described.items()]
    lines += [f"- Day: {datetime.now(UTC):%Y-%m-%d}", ""]
    return HEAD + "\n".join(lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _measures(chosen: Sequence[str]) -> list[Measure]:
    names = sorted(file.stem.removeprefix("rows_") for file in HERE.glob("rows_*.py"))
    # The hop between services comes first: it is what people notice.
    names.sort(key=lambda name: name != "servicekit")
    wanted = [name for name in names if not chosen or name in chosen]
    return [measure for name in wanted for measure in importlib.import_module(f"tests.bench.rows_{name}").ROWS]


def _told(measure: Measure, on: Stage) -> Sequence[Row]:
    rows = measure(on)
    for row in rows:
        sys.stdout.write(
            f"{row.what}: {_figure(row.ours)} {row.unit}, plain {_figure(row.plain)}, ratio {row.ratio:.2f}\n"
        )
    sys.stdout.flush()
    return rows


if __name__ == "__main__":
    main(sys.argv[1:])
