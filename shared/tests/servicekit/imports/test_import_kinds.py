"""What a service says of the files that it reads, and the template of each."""

from typing import Any

import pytest

from servicekit.imports.schemas import ImportKindsSchema

pytestmark = pytest.mark.engines


def test_the_kinds_are_described_for_people(sender: Any) -> None:
    told = sender.get("/v1/import-kinds").get_json()

    assert ImportKindsSchema().validate(told) == {}
    assert [kind["title"] for kind in told["items"]] == ["Trees", "Shrubs"]
    shrubs = told["items"][1]
    assert shrubs["one_of"] == [["height", "leaf"]]
    assert shrubs["options"] == [{"name": "garden", "description": "Whose garden.", "example": "Kew", "required": True}]
    assert shrubs["largest_bytes"] == 200_000
    assert shrubs["columns"][0] == {
        "name": "name",
        "required": True,
        "meaning": "Its name.",
        "example": "Oak",
        "values": None,
    }
    assert shrubs["columns"][2]["values"] == [
        {"value": "needle", "title": "Needle"},
        {"value": "broad", "title": "Broad leaf"},
    ]


def test_a_template_is_a_file_that_a_spreadsheet_opens(sender: Any) -> None:
    template = sender.get("/v1/import-kinds/shrubs/template")

    assert template.status_code == 200
    assert template.content_type == "text/csv; charset=utf-8; header=present"
    assert template.headers["Content-Disposition"] == 'attachment; filename="acorn-shrubs.csv"'
    assert template.data.decode() == "\ufeffname,height,leaf\r\nOak,4,Needle\r\n"


def test_a_template_can_be_sent_as_it_is(sender: Any) -> None:
    template = sender.get("/v1/import-kinds/trees/template").data

    location = sender.done(template, dry_run="true")

    assert sender.counts(location) == {"added": 1}
    assert sender.get(location).get_json()["ignored_columns"] == []


def test_a_kind_that_does_not_exist_has_no_template(sender: Any) -> None:
    refused = sender.get("/v1/import-kinds/weeds/template")

    assert refused.status_code == 404
    assert refused.get_json()["detail"] == "There is no kind of import of this name. There are: trees, shrubs."
