"""What `make run` starts and where, before anything starts."""

from pathlib import Path

import pytest

from embedded.plan import ORDER, Plan, Service, check_ports, environment_of, make_plan
from embedded.processes import EngineFailed

GIVEN = {
    "ACORN_MONGODB_URI": "mongodb://db/",
    "ACORN_KAFKA_BOOTSTRAP": "kafka:9092",
    "ACORN_OIDC_ISSUER": "https://login.example",
}


WEB = "def create_app(): ...\n"
WORKER = "def create_worker(): ...\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    add_service(tmp_path, "cpd")
    add_service(tmp_path, "staff")
    (tmp_path / "services" / "notes").mkdir()
    return tmp_path


def add_service(clone: Path, name: str, wiring: str = WEB + WORKER) -> None:
    app = clone / "services" / name / f"acorn_{name}" / "app.py"
    app.parent.mkdir(parents=True)
    app.write_text(wiring)


def told(plan: Plan, service: Service, clone: Path) -> dict[str, str]:
    return environment_of(service, plan, clone, mongodb="mongodb://db/", kafka="kafka:9092", issuer="http://login")


def test_services_are_found_in_their_order_each_with_its_ports(clone: Path) -> None:
    services = make_plan(clone, {}).services
    assert [(service.name, service.port, service.worker_port) for service in services] == [
        ("staff", 8401, 8411),
        ("cpd", 8402, 8412),
    ]
    assert services[0].package == "acorn_staff"


def test_a_new_service_moves_nobody_elses_ports(clone: Path) -> None:
    add_service(clone, "networks")
    services = make_plan(clone, {}).services
    assert [(service.name, service.port) for service in services] == [
        ("staff", 8401),
        ("cpd", 8402),
        ("networks", 8405),
    ]


def test_a_service_that_has_no_place_in_the_order_is_refused_with_where_to_add_it(clone: Path) -> None:
    add_service(clone, "archive")
    with pytest.raises(EngineFailed, match=r"archive has no place .* add it to ORDER in shared/embedded/plan\.py"):
        make_plan(clone, {})


def test_every_port_moves_with_the_base(clone: Path) -> None:
    assert sorted(make_plan(clone, {"ACORN_PORT_BASE": "9400"}).ports) == [
        9401,
        9402,
        9409,
        9411,
        9412,
        9427,
        9428,
        9429,
    ]


def test_no_two_processes_share_a_port_even_with_every_service_there_is(clone: Path) -> None:
    for name in set(ORDER) - {"staff", "cpd"}:
        add_service(clone, name)
    plan = make_plan(clone, {})
    assert len(plan.ports) == 2 * len(ORDER) + 4


@pytest.mark.parametrize("base", ["80", "65501", "many", "-1", ""])
def test_a_base_that_is_no_port_is_refused_with_an_example(clone: Path, base: str) -> None:
    with pytest.raises(EngineFailed, match=r"ACORN_PORT_BASE is .* such as 8400"):
        make_plan(clone, {"ACORN_PORT_BASE": base})


@pytest.mark.parametrize(
    ("given", "absent"),
    [("ACORN_MONGODB_URI", {8427}), ("ACORN_KAFKA_BOOTSTRAP", {8428, 8429}), ("ACORN_OIDC_ISSUER", {8409})],
)
def test_an_engine_whose_address_is_given_is_not_embedded(clone: Path, given: str, absent: set[int]) -> None:
    everything = set(make_plan(clone, {}).ports)
    assert set(make_plan(clone, {given: GIVEN[given]}).ports) == everything - absent


def test_nothing_is_embedded_when_every_address_is_given(clone: Path) -> None:
    assert sorted(make_plan(clone, GIVEN).ports) == [8401, 8402, 8411, 8412]


def test_an_empty_address_is_no_address(clone: Path) -> None:
    assert make_plan(clone, dict.fromkeys(GIVEN, "")).mongodb_port == 8427


def test_a_port_in_use_is_named_with_its_owner_and_the_way_out(clone: Path) -> None:
    plan = make_plan(clone, {})
    with pytest.raises(EngineFailed) as failure:
        check_ports(plan, {port: port == 8402 for port in plan.ports})
    assert str(failure.value) == (
        "Port 8402, meant for the cpd service, is in use: stop what listens there, or move all of Acorn's ports: "
        "make run ACORN_PORT_BASE=9400"
    )


def test_both_processes_of_a_service_are_told_where_everything_is(clone: Path) -> None:
    plan = make_plan(clone, {})
    assert told(plan, plan.services[1], clone) == {
        "ACORN_SERVICE": "cpd",
        "ACORN_MONGODB_URI": "mongodb://db/",
        "ACORN_KAFKA_BOOTSTRAP": "kafka:9092",
        "ACORN_OIDC_ISSUER": "http://login",
        "ACORN_CONTRACTS": str(clone / "contracts"),
        "ACORN_BIND": "127.0.0.1:8402",
        "ACORN_WORKER_BIND": "127.0.0.1:8412",
    }


def test_a_service_whose_wiring_makes_no_worker_has_a_web_process_only(clone: Path) -> None:
    add_service(clone, "portal", WEB)
    plan = make_plan(clone, {})
    portal = plan.services[-1]
    assert (portal.port, portal.worker_port, portal.worker_address) == (8408, None, None)
    assert 8418 not in plan.ports
    assert "ACORN_WORKER_BIND" not in told(plan, portal, clone)


def test_the_portal_is_told_where_the_services_are_and_who_it_is_at_the_sign_in(clone: Path) -> None:
    add_service(clone, "portal", WEB)
    plan = make_plan(clone, {"ACORN_PORTAL_URL": "https://left.over.example"})
    assert plan.portal is not None
    portal = told(plan, plan.portal, clone)
    assert {
        name: value for name, value in portal.items() if name.startswith("ACORN_PORTAL") or name.endswith("_URL")
    } == {
        "ACORN_STAFF_URL": "http://127.0.0.1:8401",
        "ACORN_CPD_URL": "http://127.0.0.1:8402",
        "ACORN_PORTAL_URL": "http://127.0.0.1:8408",
        "ACORN_PORTAL_CLIENT_ID": "acorn-portal",
        "ACORN_PORTAL_CLIENT_SECRET": "",
    }


def test_at_an_outside_provider_the_portal_is_who_the_environment_says(clone: Path) -> None:
    add_service(clone, "portal", WEB)
    known = {"ACORN_PORTAL_URL": "https://acorn.example", "ACORN_PORTAL_CLIENT_SECRET": "s3cret"}
    plan = make_plan(clone, {**GIVEN, **known})
    assert plan.portal is not None
    portal = told(plan, plan.portal, clone)
    assert {name: portal[name] for name in known} == known
    assert portal["ACORN_PORTAL_CLIENT_ID"] == "acorn-portal"
