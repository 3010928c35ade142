"""The file of rejected rows over HTTP: HR fetches it, mends it, and sends it again as it is."""

import csv
import io
from typing import Any

import pytest

pytestmark = pytest.mark.engines

MARK = "\ufeff"


def rows(response: Any) -> list[list[str]]:
    """The rows of a CSV answer."""
    assert response.status_code == 200, response.get_data(as_text=True)
    text = response.data.decode()
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK), newline="")))


def test_it_has_the_columns_and_cells_that_were_sent_and_the_reasons_last(sender: Any) -> None:
    mapping = '{"columns": {"Tree": "name", "How high": "height"}}'
    content = "Owner;How high;Tree\nZoë;4;Oak\n;high;\nBen;;Elm\nCy;12;Ash\n".encode("windows-1252")
    location = sender.done(content, mapping=mapping)

    given = sender.get(f"{location}/rejected")

    assert given.content_type == "text/csv; charset=utf-8; header=present"
    assert given.headers["Content-Disposition"].startswith('attachment; filename="rejected-')
    assert given.data.decode().splitlines()[1:] == [
        ";high;;Tree: It is empty, and every row needs it. How high: It is not a number.",
        "Cy;12;Ash;How high: It must be above 0 and at most 9.",
    ]
    assert given.data.decode().splitlines()[0] == f"{MARK}Owner;How high;Tree;Reason"


def test_it_can_be_sent_again_with_the_same_mapping_whatever_that_says_of_the_encoding(sender: Any) -> None:
    mapping = '{"columns": {"Tree": "name"}, "encoding": "windows-1252", "delimiter": "semicolon"}'
    location = sender.done("Tree;height;Owner\nElm;high;Zoë\nAsh;2;Ben\n".encode("windows-1252"), mapping=mapping)
    given = sender.get(f"{location}/rejected").data

    unmended = sender.done(given, mapping=mapping)
    assert sender.counts(unmended) == {"rejected": 1}
    assert sender.get(unmended).get_json()["ignored_columns"] == ["Owner"]
    assert sender.get(f"{unmended}/rejected").data == given

    mended = sender.done(given.replace(b"high", b"3", 1), mapping=mapping)
    assert sender.counts(mended) == {"added": 1}
    assert sender.growing() == {"Ash", "Elm"}


def test_what_a_spreadsheet_would_run_is_text_in_it_and_comes_back_as_it_was(sender: Any) -> None:
    location = sender.done(b"name,height\n=1+1,high\n'=2,high\n-5,high\n'tis,high\n")

    given = sender.get(f"{location}/rejected")

    assert [name for name, *_ in rows(given)[1:]] == ["'=1+1", "'=2", "'-5", "'tis"]
    again = sender.done(given.data.replace(b"high", b"1"))
    assert sender.counts(again) == {"added": 4}
    assert sender.growing() == {"=1+1", "=2", "-5", "'tis"}


def test_rows_that_have_not_the_cells_of_the_header_are_not_taken_for_good_until_somebody_says_so(sender: Any) -> None:
    content = b'name,height\nOak\nAsh,1,2\n"Elm"s,3\nFir,4\n'
    location = sender.done(content)

    given = sender.get(f"{location}/rejected")

    mend = "Put this row right, and then empty this cell."
    assert rows(given) == [
        ["name", "height", "Reason"],
        ["Oak", "", f"This row has 1 cell below 2 headings: is a comma missing? {mend}"],
        [
            "Ash",
            "1",
            "This row has 3 cells below 2 headings: is a comma too many, or in a cell that is not in quotation marks? "
            + mend,
            "2",
        ],
        [
            '"Elm"s,3',
            "",
            "The quotation marks on line 4 do not match: inside a cell that is in quotation marks, write each twice. "
            + mend,
        ],
    ]
    assert sender.counts(sender.done(given.data)) == {"rejected": 3}
    mended = f"{MARK}name,height,Reason\r\nOak,,\r\nAsh,1,\r\nElm,3,anything else\r\n"
    assert sender.counts(sender.done(mended.encode())) == {"added": 3}


def test_a_column_of_the_files_own_that_is_called_reason_stays(sender: Any) -> None:
    mapping = '{"columns": {"Reason": "name"}}'
    location = sender.done(b"Reason,height\nOak,high\n", mapping=mapping)

    given = sender.get(f"{location}/rejected")

    assert rows(given)[0] == ["Reason", "height", "Reason (Acorn)"]
    again = sender.done(given.data, mapping=mapping)
    assert sender.get(again).get_json()["ignored_columns"] == []
    assert sender.get(f"{again}/rejected").data == given.data


def test_a_dry_run_has_one_too(sender: Any) -> None:
    location = sender.done(dry_run="true")

    assert rows(sender.get(f"{location}/rejected"))[1:] == [["Ash", "high", "height: It is not a number."]]


def test_a_file_of_many_rows_comes_in_pieces_and_whole(sender: Any) -> None:
    content = b"name,height\n" + b"".join(
        b"tree %d,%s\n" % (number, b"high" if number % 3 else b"1") for number in range(4000)
    )
    location = sender.done(content, dry_run="true")

    given = sender.get(f"{location}/rejected")
    pieces = list(given.iter_encoded())

    assert len(pieces) > 1
    lines = b"".join(pieces).decode().splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == [f"tree {number}" for number in range(4000) if number % 3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name\nOak\n", "No row of this import was rejected: there is nothing to mend."),
        (b'name\nAsh\n"Oak\n', "The file as a whole was refused, so it is the file to mend. The quotation mark"),
    ],
)
def test_where_there_is_none_it_is_said_why(sender: Any, content: bytes, sentence: str) -> None:
    location = sender.send(content).headers["Location"]
    waiting = sender.get(f"{location}/rejected")
    assert (waiting.status_code, "still being judged" in waiting.get_json()["detail"]) == (404, True)
    sender.work()

    refused = sender.get(f"{location}/rejected")

    assert refused.status_code == 404
    assert refused.get_json()["detail"].startswith(sentence)


def test_a_file_that_was_taken_away_is_said_to_be_gone(sender: Any) -> None:
    location = sender.done()
    sender.database["uploads.files"].delete_many({})

    refused = sender.get(f"{location}/rejected")

    assert refused.status_code == 404
    assert refused.get_json()["detail"] == "The file of this import is no longer kept. Send it again."
