"""What the supervisor says, and what it refuses before it starts anything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.plan import Plan, Service
from embedded.processes import EngineFailed
from embedded.run import SIGN_INS, only_one, summary

STAFF = Service("staff", "acorn_staff", 8401, 8411)
PORTAL = Service("portal", "acorn_portal", 8408, None)
PEOPLE: list[dict[str, object]] = [
    {"email": "teacher.elm@oaktrees.example", "name": "Amina Yusuf", "note": "Teacher: declares CPD"},
    {"email": "hr@oaktrees.example", "name": "Priya Raman", "note": "HR: imports"},
]


def test_the_closing_page_begins_with_what_to_open_and_as_whom_to_sign_in() -> None:
    plan = Plan((STAFF, PORTAL), {}, 8400)
    assert summary(plan, "http://127.0.0.1:8409", 4.25, PEOPLE).splitlines() == [
        "Acorn is running (4.2 s).",
        "",
        "Open http://127.0.0.1:8408/ in a browser.",
        "",
        "Sign in as (no password):",
        "  teacher.elm@oaktrees.example    Amina Yusuf             Teacher: declares CPD",
        "  hr@oaktrees.example             Priya Raman             HR: imports",
        "",
        "In another terminal: .venv/bin/acorn sign-in --as teacher.elm@oaktrees.example",
        "",
        "For programs:",
        "  staff           http://127.0.0.1:8401/docs",
        "  sign-in         http://127.0.0.1:8409",
        "",
        "Ctrl-C stops it. What you enter stays; `make clean-data` removes it. Logs: .acorn/logs/",
    ]


def test_at_an_outside_provider_nobody_is_offered_and_the_portal_is_where_its_visitors_find_it() -> None:
    given = {"ACORN_OIDC_ISSUER": "https://login.example", "ACORN_PORTAL_URL": "https://acorn.example"}
    said = summary(Plan((STAFF, PORTAL), given, 8400), "https://login.example", 1, [])
    assert "Open https://acorn.example/ in a browser." in said
    assert "Sign in as" not in said


def test_every_demo_person_says_what_they_are_for() -> None:
    people = json.loads(SIGN_INS.read_text())
    assert all(person["note"] and person["group"] for person in people)


def test_a_second_run_from_the_same_folder_is_refused_with_who_runs(tmp_path: Path) -> None:
    lock = tmp_path / "state" / "run.lock"
    refusal = rf"already runs from this folder \(process {os.getpid()}\)"
    with only_one(lock), pytest.raises(EngineFailed, match=refusal), only_one(lock):
        pass
    with only_one(lock):
        assert lock.read_text() == str(os.getpid())


def test_a_killed_run_leaves_the_folder_free(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    script = (
        "import sys, os, signal; from pathlib import Path; from embedded.run import only_one\n"
        "with only_one(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, lock], check=False)
    with only_one(lock):
        assert lock.read_text() == str(os.getpid())
