"""A large table is parted row by row: nothing is cut, nothing is lost, and little of it is held."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn.parting import Part, Table, opener
from acorn.trouble import Trouble

CELLS = st.text(alphabet='ab ,;"\n\r\té£', max_size=12)


def table(content: bytes, **how: object) -> Table:
    return Table(lambda: io.BytesIO(content), **how)  # type: ignore[arg-type]


def parted(whole: Table, most: int) -> list[Part]:
    return list(whole.parts(whole.rows(), most))


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [row for row in csv.reader(text, delimiter=delimiter, strict=True) if row]


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=20), marked=st.booleans())
def test_the_parts_have_the_headings_and_together_all_rows_uncut(rows: list[list[str]], marked: bool) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["name", "no\nte"], *rows])
    content = text.getvalue().encode("utf-8-sig" if marked else "utf-8")

    parts = parted(table(content, delimiter=","), 120)

    assert all(len(part.content) <= 120 for part in parts)
    assert all(read(part.content)[0] == ["name", "no\nte"] for part in parts)
    assert [row for part in parts for row in read(part.content)[1:]] == read(content)[1:]


def test_a_line_of_a_part_is_found_again_in_the_whole() -> None:
    content = b'a,b\n1,"two\nlines"\n2,x\n\n3,y\n4,z\n'

    first, second = parted(table(content), 24)

    assert (first.first, first.content) == (2, b'a,b\n1,"two\nlines"\n2,x\n\n')
    assert [first.line(line) for line in (1, 2, 3, 4)] == [1, 2, 3, 4]
    assert second.content == b"a,b\n3,y\n4,z\n"
    assert [second.line(line) for line in (2, 3)] == [6, 7]


def test_chosen_rows_keep_the_lines_that_they_have_in_the_whole() -> None:
    whole = table(b"a,b\n1,x\n2,x\n3,x\n4,x\n")

    (part,) = whole.parts(whole.chosen([3, 5]), 100)

    assert part.content == b"a,b\n2,x\n4,x\n"
    assert [part.line(2), part.line(3)] == [3, 5]


@pytest.mark.parametrize(("sign", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_the_delimiter_is_the_one_that_gives_the_known_names(sign: str, name: str) -> None:
    content = f'no, of them{sign}family_name\n1{sign}"a\nb"\n2{sign}5" pipe\n'.encode()

    (part,) = parted(table(content, known={"family_name"}), 1000)

    assert part.content == content, name


def test_a_line_that_tells_a_spreadsheet_the_delimiter_goes_with_the_headings() -> None:
    first, second = parted(table(b"sep=;\na;b\n1;x\n2;x\n"), 14)

    assert (first.content, second.content) == (b"sep=;\na;b\n1;x\n", b"sep=;\na;b\n2;x\n")
    assert (first.line(3), second.line(3)) == (3, 4)


def test_utf_16_goes_on_as_utf_8_with_its_mark() -> None:
    with table("name\nSiân\n".encode("utf-16")) as whole:
        (part,) = parted(whole, 100)

    assert part.content == "name\nSiân\n".encode("utf-8-sig")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'name\n"Amina\n' + b"Ben\n" * 50_000, "The quotation mark that opens on line 2 is never closed."),
        (b'name\nAmina\n"Ben', "The quotation mark that opens on line 3 is never closed."),
        (b"name\n" + b"x" * 200, "The row on line 2 alone is larger than 0.0001 MB."),
        (b"PK\x03\x04 a workbook", "This is a spreadsheet, not a CSV file."),
        (b"", "The file has no headings."),
        (b"\xff\xfea\x00\x00\xd8b\x00", "The file begins as UTF-16 text and does not go on as such."),
    ],
)
def test_what_cannot_be_parted_says_why(content: bytes, sentence: str) -> None:
    with pytest.raises(Trouble) as refused:
        parted(table(content), 100)

    assert str(refused.value).startswith(sentence)


def test_of_a_file_many_times_as_large_no_more_than_some_parts_are_held(tmp_path: Path) -> None:
    most = 500_000
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("employee_number,given_name,family_name,note\n")
        file.writelines(f'P{number},Given{number},Family{number},"two\nlines"\n' for number in range(600_000))
    size = path.stat().st_size
    assert size > 40 * most

    whole = Table(opener(path), known={"employee_number"})
    tracemalloc.start()
    rows = sum(len(part.lines) for part in whole.parts(whole.rows(), most))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert rows == 600_000
    assert peak < 12 * most
