"""HR saves a mapping by name at the terminal, and imports with it."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engines


@pytest.fixture
def hr(acorn: Any) -> Any:
    """A terminal at which HR sits, in the demo trust."""
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    return acorn


def test_a_mapping_is_saved_once_and_used_by_its_name(hr: Any, tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.json", tmp_path / "people.csv"
    mapping.write_text('{"columns": {"No": "employee_number", "Surname": "family_name", "First": "given_name"}}')
    file.write_text("No,Surname,First\nMN1,Named,Nia\n")
    assert hr.says("mappings", "list") == ["No mapping is saved."]

    (told,) = hr.says("mappings", "save", "payroll", str(mapping), "--for", "people")

    assert told == "Saved: payroll. Use it with: acorn import people FILE --mapping-name payroll"
    (_, listed) = hr.says("mappings", "list")
    assert listed.split() == ["payroll", "people", "2026-11-23", "Priya", "Raman"]
    assert '"Surname": "family_name"' in "".join(hr.says("mappings", "show", "payroll", "--for", "people"))
    assert hr.says("import", "people", str(file), "--mapping-name", "payroll") == ["people.csv: 1 row, 1 added."]
    assert hr.says("mappings", "remove", "payroll", "--for", "people") == ["Forgotten: payroll."]
    assert "There is no saved mapping of this name." in hr.refuses(
        "import", "people", str(file), "--mapping-name", "payroll", expect=2
    )


def test_a_mapping_that_cannot_be_used_is_not_saved(hr: Any, tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.json", tmp_path / "people.csv"
    mapping.write_text("not json")
    file.write_text("employee_number\n1\n")

    assert "is not JSON in UTF-8" in hr.refuses("mappings", "save", "payroll", str(mapping), "--for", "people")
    mapping.write_text('{"columns": {"No": "employe_number"}}')
    assert "Is employee_number meant?" in hr.refuses("mappings", "save", "payroll", str(mapping), "--for", "people")
    both = ("--mapping", str(mapping), "--mapping-name", "payroll")
    assert "Give this or a mapping file, not both." in hr.refuses("import", "people", str(file), *both, expect=2)
