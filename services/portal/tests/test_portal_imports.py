"""HR's import pages: sending a file, following it, taking it for real, mending what was rejected."""

import io
import re
from typing import Any

import pytest

ID = "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10"
OTHER = "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a11"
PAGE = f"/imports/staff/{ID}"
NO_MORE = {"next": None, "previous": None, "total": {"count": 1, "more": False}}
COUNTS = {"total": 2, "judged": 2, "added": 0, "changed": 0, "unchanged": 0, "left_out": 0, "rejected": 0}
COLUMNS = [
    {"name": "employee_number", "required": False, "meaning": "Payroll's number.", "example": "10042", "values": None},
    {
        "name": "post",
        "required": True,
        "meaning": "The job.",
        "example": "Teacher",
        "values": [{"value": "teacher", "title": "Teacher"}, {"value": "senco", "title": "SENCO"}],
    },
]
TRUST = {"name": "trust", "description": "Whose schools to take.", "example": "9901", "required": False}


def kind(name: str = "people", title: str = "People", **changed: Any) -> dict[str, Any]:
    """A kind of file."""
    return {
        "name": name,
        "title": title,
        "description": "One row is one appointment.",
        "columns": COLUMNS,
        "one_of": [["employee_number", "email"]],
        "options": [],
        "largest_bytes": 20_000_000,
        **changed,
    }


def imported(*, rows: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """A finished dry run of one added and one rejected row, unless told otherwise."""
    return {
        "id": ID,
        "kind": "people",
        "dry_run": True,
        "applies": None,
        "applied_by": None,
        "state": "done",
        "filename": "people.csv",
        "options": {},
        "rows": {**COUNTS, "incomplete": 0, **({"added": 1, "rejected": 1} if rows is None else rows)},
        "reason": None,
        "encoding": "utf-8",
        "delimiter": "comma",
        "ignored_columns": ["Title"],
        "file_until": "2099-11-24T09:00:00.000Z",
        "by": "sign-in:hr",
        "by_name": "Priya Raman",
        "created_at": "2026-11-23T08:00:00.000Z",
        "started_at": None,
        "finished_at": None,
        **changed,
    }


def refusal(pointer: str, sentence: str, detail: str = "It cannot be imported.") -> dict[str, Any]:
    """A refusal of one field."""
    errors = [{"pointer": pointer, "detail": sentence}]
    return {"type": "urn:acorn:problem:invalid", "status": 422, "detail": detail, "errors": errors}


@pytest.fixture
def hr(browser: Any, staff: Any, cpd: Any) -> Any:
    """HR, with a kind of file in each service and no import yet."""
    staff.on("GET", "/v1/import-kinds", {"items": [kind(), kind("academies", "Academies", options=[TRUST])]})
    cpd.on("GET", "/v1/import-kinds", {"items": [kind("records", "CPD records")]})
    for service in (staff, cpd):
        service.on("GET", "/v1/imports", {"items": [], **NO_MORE})
    return browser.sign_in("hr", name="Priya Raman")


def send(hr: Any, content: bytes = b"a,b\n1,2\n", *, kind: str = "people", **more: Any) -> Any:
    """Send a file to be checked."""
    file = (io.BytesIO(content), "people.csv")
    return hr.post(f"/imports/staff/{kind}/new", {"key": "k-1", "file": file, **more})


def shows(staff: Any, *, listed: list[dict[str, Any]] | None = None, **changed: Any) -> None:
    """Have the staff service tell of an import and its rows."""
    staff.on("GET", f"/v1/imports/{ID}", imported(**changed))
    staff.on("GET", f"/v1/imports/{ID}/rows", {"items": listed or [], **NO_MORE})


class TestOverview:
    def test_it_tells_of_both_services_newest_first(self, hr: Any, staff: Any, cpd: Any) -> None:
        staff.on("GET", "/v1/imports", {"items": [imported(filename="early.csv")], **NO_MORE})
        late = imported(filename="late.csv", kind="records", created_at="2026-11-23T08:30:00.000Z")
        cpd.on("GET", "/v1/imports", {"items": [late], **NO_MORE})

        text = hr.get("/imports").text

        assert text.index("late.csv") < text.index("early.csv")
        assert "CPD records: 2 rows, 1 added, 1 rejected" in text
        for link in ("/imports/staff/people/new", "/imports/staff/people/template", "/imports/cpd/records/new"):
            assert f'href="{link}"' in text

    def test_a_service_that_is_away_leaves_what_the_other_has(self, hr: Any, staff: Any) -> None:
        staff.close()

        page = hr.get("/imports")

        assert page.status_code == 200
        assert "Staff records cannot be reached" in page.text
        assert "/imports/cpd/records/new" in page.text
        assert "/imports/staff/" not in page.text

    def test_it_says_so_when_nothing_was_imported(self, hr: Any) -> None:
        assert "Nothing was imported in the last 90 days." in hr.get("/imports").text

    def test_all_imports_of_one_service_are_counted_and_turned_on(self, hr: Any, staff: Any) -> None:
        many = {"next": "abc", "previous": None, "total": {"count": 1_000, "more": True}}
        staff.on("GET", "/v1/imports", {"items": [imported()], **many})

        page = hr.get("/imports/staff")

        assert "more than 1,000 imports in the last 90 days" in page.text
        assert "/imports/staff?cursor=abc" in page.text

    def test_a_template_is_handed_on_as_it_comes(self, hr: Any, staff: Any) -> None:
        staff.on("GET", "/v1/import-kinds/people/template", b"\xef\xbb\xbfemployee_number,post\r\n")

        page = hr.get("/imports/staff/people/template")

        assert page.data == b"\xef\xbb\xbfemployee_number,post\r\n"
        assert page.headers["Content-Disposition"].startswith("attachment")


class TestSendingAFile:
    def test_the_columns_are_told_before(self, hr: Any) -> None:
        text = hr.get("/imports/staff/people/new").text

        assert "post (required)" in text
        assert "One of: Teacher, SENCO." in text
        assert "Every row needs employee_number or email." in text
        assert "at most 20 MB" in text

    @pytest.mark.parametrize("path", ["/imports/payroll/people/new", "/imports/staff/payslips/new", "/imports/payroll"])
    def test_there_is_no_page_for_what_no_service_reads(self, hr: Any, path: str) -> None:
        assert hr.get(path).status_code == 404

    def test_it_is_always_checked_first_and_leads_to_what_came_of_it(self, hr: Any, staff: Any) -> None:
        staff.on("POST", "/v1/imports", imported(state="waiting"), 202)

        page = send(hr, b"employee_number\n1\n")

        assert page.location == PAGE
        sent = staff.asked("POST", "/v1/imports")[0]
        assert sent.headers["Idempotency-Key"] == "k-1"
        assert b'name="dry_run"\r\n\r\ntrue' in sent.body
        assert b'filename="people.csv"' in sent.body
        assert b"employee_number\n1\n" in sent.body
        assert b'name="mapping"' not in sent.body

    def test_without_a_file_nothing_is_sent(self, hr: Any, staff: Any) -> None:
        page = hr.post("/imports/staff/people/new", {"key": "k-1"})

        assert page.status_code == 422
        assert '<a href="#file">Choose the file to check.</a>' in page.text
        assert not staff.asked("POST", ".*")

    def test_an_option_of_the_kind_goes_with_it_and_its_refusal_stands_beside_it(self, hr: Any, staff: Any) -> None:
        staff.on("POST", "/v1/imports", refusal("/trust", "There is no such trust in the file."), 422)

        page = send(hr, kind="academies", option_trust="Nobody’s")

        assert "Nobody’s".encode() in staff.asked("POST", "/v1/imports")[0].body
        assert 'href="#option_trust">There is no such trust in the file.' in page.text
        assert 'value="Nobody’s"' in page.text

    def test_a_file_that_cannot_be_read_says_why_beside_it_and_that_a_mapping_may_help(
        self, hr: Any, staff: Any
    ) -> None:
        staff.on("POST", "/v1/imports", refusal("/file", "The header has no column post."), 422)

        page = send(hr)

        assert page.status_code == 422
        assert 'href="#file">The header has no column post.' in page.text
        assert re.search(r"<details[^>]* open>\s*<summary[^>]*>\s*<span[^>]*>\s*Your file has other", page.text)

    def test_a_file_that_the_service_finds_too_large_says_so_beside_it(self, hr: Any, staff: Any) -> None:
        too_large = {"type": "urn:acorn:problem:too-large", "status": 413, "detail": "A file may have 20 MB at most."}
        staff.on("POST", "/v1/imports", too_large, 413)

        assert 'href="#file">A file may have 20 MB at most.' in send(hr).text

    def test_a_file_that_is_too_large_for_the_portal_is_refused_by_a_whole_page(self, hr: Any, staff: Any) -> None:
        page = hr.client.post(
            "/imports/staff/people/new",
            content_type="multipart/form-data; boundary=b",
            environ_overrides={"CONTENT_LENGTH": "20200000"},
        )

        assert page.status_code == 413
        assert "A file may have 20 MB at most." in page.text
        nonce = re.findall("'nonce-([^']+)'", page.headers["Content-Security-Policy"])[0]
        assert f'nonce="{nonce}"' in page.text, "its scripts run"
        assert not staff.asked("POST", ".*")

    def test_another_file_after_going_back_is_another_import(self, hr: Any, staff: Any) -> None:
        def first_key_is_taken(call: Any) -> tuple[int, Any]:
            if call.headers["Idempotency-Key"] == "k-1":
                return 422, {"type": "urn:acorn:problem:idempotency-key-reused", "status": 422, "detail": "Reused."}
            return 202, imported(state="waiting")

        staff.on("POST", "/v1/imports", first_key_is_taken)

        page = send(hr, b"employee_number\n2\n")

        assert page.location == PAGE
        assert b"employee_number\n2\n" in staff.asked("POST", "/v1/imports")[1].body


class TestMappings:
    def mapped(self, hr: Any, content: bytes, **more: Any) -> Any:
        return send(hr, mapping_file=(io.BytesIO(content), "mapping.json"), **more)

    def test_a_mapping_file_goes_with_the_file(self, hr: Any, staff: Any) -> None:
        staff.on("POST", "/v1/imports", imported(state="waiting"), 202)

        self.mapped(hr, b'\xef\xbb\xbf{"dates": "dd/mm/yyyy"}\r\n')

        assert b'name="mapping"\r\n\r\n{"dates": "dd/mm/yyyy"}\r\n--' in staff.asked("POST", "/v1/imports")[0].body

    def test_what_is_wrong_in_it_says_where_and_leaves_it_to_be_put_right(self, hr: Any, staff: Any) -> None:
        staff.on("POST", "/v1/imports", refusal("/mapping/columns/Sur~1name", "There is no column nmae."), 422)

        page = self.mapped(hr, b'{"columns": {"Sur/name": "nmae"}}')

        assert "In columns, “Sur/name”: There is no column nmae." in page.text
        assert "{&#34;columns&#34;: {&#34;Sur/name&#34;: &#34;nmae&#34;}}</textarea>" in page.text

    def test_what_is_no_json_says_so_in_sentences(self, hr: Any, staff: Any) -> None:
        wrong = refusal("/mapping", "unexpected end of data.", "The mapping is not JSON.")
        staff.on("POST", "/v1/imports", wrong, 422)

        assert "The mapping is not JSON. Unexpected end of data." in self.mapped(hr, b"{").text

    @pytest.mark.parametrize(
        ("content", "more", "sentence"),
        [
            (b"\xff\xfe\x00", {}, "The mapping file cannot be read as text."),
            (b" \r\n", {}, "The mapping file is empty."),
            (b"x" * 200_001, {}, "This is too large for a mapping file."),
            (b"{}", {"mapping": "{}"}, "Choose a mapping file or paste its text, not both."),
        ],
        ids=["not text", "empty", "too large", "twice"],
    )
    def test_one_that_cannot_be_used_is_not_sent(
        self, hr: Any, staff: Any, content: bytes, more: dict[str, str], sentence: str
    ) -> None:
        page = self.mapped(hr, content, **more)

        assert f'href="#mapping_file">{sentence}' in page.text
        assert not staff.asked("POST", ".*")


class TestFollowing:
    def test_a_running_one_tells_how_far_it_is_with_and_without_script(self, hr: Any, staff: Any) -> None:
        shows(staff, state="running", rows={"total": 5_000, "judged": 1_200, "added": 1_200})

        text = hr.get(PAGE).text

        assert "1,200 of 5,000 rows checked so far." in text
        assert f'<a class="govuk-link" href="{PAGE}">Check again</a>' in text
        assert "imports.js" in text
        assert hr.get(f"{PAGE}/progress").json == {"going": True, "sentence": "1,200 of 5,000 rows checked so far."}

    def test_one_that_has_ended_needs_no_script(self, hr: Any, staff: Any) -> None:
        shows(staff)

        assert "imports.js" not in hr.get(PAGE).text
        assert hr.get(f"{PAGE}/progress").json["going"] is False

    def test_a_file_that_was_refused_as_a_whole_says_why_and_what_to_do(self, hr: Any, staff: Any) -> None:
        shows(staff, state="failed", reason="No school in the file belongs to a trust.")
        text = hr.get(PAGE).text
        shows(staff, state="failed", reason="It broke.", dry_run=False, rows={"added": 1})
        assert "people.csv was refused" in text
        assert ["Nothing of it went in" in one for one in (text, hr.get(PAGE).text)] == [True, False]
        assert "No school in the file belongs to a trust." in text
        assert 'href="/imports/staff/people/new"' in text

    def test_a_file_of_all_or_nothing_that_was_refused_says_for_which_rows(self, hr: Any, staff: Any) -> None:
        row = {"line": 3, "outcome": "rejected", "reasons": [{"column": "trn", "value": "12X", "reason": "No TRN."}]}
        shows(staff, listed=[row], dry_run=False, rehearsing=True, state="failed", reason="Not all.")

        text = hr.get(PAGE).text

        assert "What would become of it" in text
        assert "No TRN." in text

    def test_rows_say_why_and_nothing_of_a_file_is_taken_for_markup(self, hr: Any, staff: Any) -> None:
        hostile = "<img src=x onerror=alert(1)>"
        row = {
            "line": 17,
            "outcome": "rejected",
            "reasons": [
                {"column": hostile, "value": hostile, "reason": f"{hostile} is no TRN."},
                {"column": None, "value": None, "reason": "It is a row."},
            ],
        }
        shows(staff, listed=[row], filename=f"{hostile}.csv", ignored_columns=[hostile])

        text = hr.get(PAGE).text

        assert "&lt;img src=x onerror=alert(1)&gt;.csv is checked" in text
        assert "“<bdi>&lt;img src=x onerror=alert(1)&gt;</bdi>”" in text
        assert "It is a row." in text
        assert "<img" not in text

    @pytest.mark.parametrize(
        ("asked", "sent"),
        [
            ("", "count=true&with_reasons=true"),
            ("?rows=all", "count=true"),
            ("?rows=rejected&cursor=abc", "cursor=abc&count=true&outcome=rejected"),
        ],
    )
    def test_rows_are_filtered_by_the_service(self, hr: Any, staff: Any, asked: str, sent: str) -> None:
        shows(staff)

        hr.get(PAGE + asked)

        assert staff.asked("GET", ".*/rows")[0].query == sent

    def test_there_is_no_other_filter(self, hr: Any, staff: Any) -> None:
        shows(staff)

        assert hr.get(f"{PAGE}?rows=lost").status_code == 404

    def test_rejected_rows_come_back_as_a_file(self, hr: Any, staff: Any) -> None:
        shows(staff)
        staff.on("GET", f"/v1/imports/{ID}/rejected", b"employee_number,Reason\r\n")
        assert f'href="{PAGE}/rejected"' in hr.get(PAGE).text

        assert hr.get(f"{PAGE}/rejected").data == b"employee_number,Reason\r\n"


class TestTakingItForReal:
    def test_what_only_adds_is_imported_from_its_page(self, hr: Any, staff: Any) -> None:
        shows(staff)
        staff.on("POST", f"/v1/imports/{ID}/apply", imported(id=OTHER, dry_run=False, state="waiting"), 202)
        text = hr.get(PAGE).text
        assert f'action="{PAGE}/apply"' in text
        assert "Import 1 row now" in text

        page = hr.post(f"{PAGE}/apply", {"key": "k-1"})

        assert page.location == f"/imports/staff/{OTHER}"
        assert staff.asked("POST", ".*/apply")[0].headers["Idempotency-Key"] == "k-1"

    def test_what_changes_something_is_shown_once_more_before(self, hr: Any, staff: Any) -> None:
        shows(staff, rows={"added": 1, "changed": 2, "rejected": 1})
        assert f'href="{PAGE}/apply"' in hr.get(PAGE).text

        text = hr.get(f"{PAGE}/apply").text

        assert "Import 3 rows of people.csv?" in text
        assert f'href="{PAGE}?rows=changed#rows"' in text

    def test_what_somebody_else_imported_meanwhile_is_shown_instead(self, hr: Any, staff: Any) -> None:
        taken = {
            "type": "urn:acorn:problem:conflict",
            "status": 409,
            "detail": "The file of this dry run was imported already.",
            "applied_by": OTHER,
        }
        staff.on("POST", f"/v1/imports/{ID}/apply", taken, 409)

        page = hr.post(f"{PAGE}/apply", {"key": "k-1"})

        assert page.location == f"/imports/staff/{OTHER}"

    @pytest.mark.parametrize("changed", [{"applied_by": OTHER}, {"file_until": None}, {"rows": {"unchanged": 2}}])
    def test_what_cannot_be_imported_is_not_asked_about(self, hr: Any, staff: Any, changed: dict[str, Any]) -> None:
        shows(staff, **changed)

        assert hr.get(f"{PAGE}/apply").location == PAGE
        assert "Import 0 rows" not in hr.get(PAGE).text

    def test_what_went_in_is_said_at_the_top(self, hr: Any, staff: Any) -> None:
        shows(staff, dry_run=False, applies=OTHER)

        text = hr.get(PAGE).text

        assert re.search(r'govuk-panel__title">\s*people.csv is imported', text)
        assert f'href="/imports/staff/{OTHER}"' in text
