"""HR sends a full extract, sees who is not in it, and ends what is on that list by a command of its own."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engines

COLUMNS = "employee_number,given_name,family_name,academy_urn,post,fte,start_date\n"
KEPT, GONE = "K1,Kim,Kept,990103,teacher,1,2020-09-01\n", "G1,Gil,Gone,990103,teacher,1,2020-09-01\n"


@pytest.fixture
def hr(acorn: Any) -> Any:
    """A terminal at which HR sits, in the demo trust."""
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    return acorn


def test_who_is_not_in_a_full_extract_is_shown_and_leaves_by_a_second_command(hr: Any, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text(COLUMNS + KEPT + GONE)
    hr.run("import", "people", str(file))
    file.write_text(COLUMNS + KEPT)
    asked = ("import", "people", str(file), "--full-extract", "--leavers-on", "2026-11-23")

    told = hr.says(*asked)

    assert told[0] == "all.csv: 1 row, 1 unchanged."
    (gone,) = (line for line in told if "Gil Gone" in line)
    assert gone.split()[:2] == ["G1", "leaves"]
    assert gone.endswith(
        "Gil Gone is not in the full extract: teacher at Beech Junior Academy since 2020-09-01 ends on 2026-11-23."
    )
    found = re.fullmatch(r"Nobody's appointment has ended. To end these: acorn (leavers \S+) --confirm (\d+)", told[-1])
    assert found is not None, told
    command, number = found[1].split(), found[2]
    assert f", {number} are not in it." in told[1]
    assert "To go on, confirm the number." in hr.refuses(*command, expect=2)
    assert json.loads(hr.run(*asked, "--json").stdout)["not_in_the_extract"]["confirm"] == int(number)
    assert "Use the later one." in hr.refuses(*command, "--confirm", number, expect=2)

    listed = json.loads(hr.run(*asked, "--json").stdout)["not_in_the_extract"]
    told = hr.says("leavers", listed["id"], "--confirm", number)

    assert told[-1] == f"{number} left."
    assert "K1" in hr.run("people", "show", "K1").stdout
    assert hr.says("people", "show", "G1")[-1].split()[-2:] == ["2026-11-23", "other"]


def test_a_day_for_leavers_is_no_use_without_a_full_extract(hr: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(COLUMNS + KEPT)

    assert "It needs --full-extract beside it." in hr.refuses(
        "import", "people", str(file), "--leavers-on", "2026-11-23", expect=2
    )
