"""What the supervisor says, and what it refuses before it starts anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.plan import Plan, Service
from embedded.processes import EngineFailed
from embedded.run import only_one, summary

PLAN = Plan((Service("staff", "acorn_staff", 8401, 8411),), {}, 8400)


def test_the_closing_page_names_addresses_sign_ins_and_how_to_stop() -> None:
    people: list[dict[str, object]] = [
        {"email": "hr@oaktrees.example", "name": "Priya Raman", "roles": ["hr"]},
        {"email": "teacher.elm@oaktrees.example", "name": "Amina Yusuf", "roles": []},
    ]
    assert summary(PLAN, "http://127.0.0.1:8409", 4.25, people).splitlines() == [
        "Acorn is running (4.2 s).",
        "",
        "  staff           http://127.0.0.1:8401/docs",
        "  sign-in         http://127.0.0.1:8409",
        "",
        "Sign in as (no password):",
        "  hr@oaktrees.example               Priya Raman               hr",
        "  teacher.elm@oaktrees.example      Amina Yusuf",
        "",
        "In another terminal: .venv/bin/acorn sign-in --as hr@oaktrees.example",
        "",
        "Ctrl-C stops it. What you enter stays; `make clean-data` removes it. Logs: .acorn/logs/",
    ]


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
