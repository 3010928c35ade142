"""Reading the bytes of a file: encodings, delimiters, lines, and files that are no tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.imports.reading import FileRefused, Sheet, read

KNOWN = ("name", "town", "date")


def cells(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.cells) for line in sheet.lines]


def faults(sheet: Sheet) -> list[tuple[int, str]]:
    return [(line.number, line.fault) for line in sheet.lines if line.fault]


def test_a_byte_order_mark_is_not_part_of_the_first_header() -> None:
    assert read("\ufeffname,town\nÉlan,York\n".encode(), known=KNOWN).header == ("name", "town")


def test_windows_1252_is_recognised_where_the_bytes_are_not_utf_8() -> None:
    sheet = read("name,town\nZoë’s school,Trélech\n".encode("windows-1252"), known=KNOWN)

    assert sheet.encoding == "windows-1252"
    assert cells(sheet) == [(2, ("Zoë’s school", "Trélech"))]


def test_the_unicode_text_of_a_spreadsheet_is_read() -> None:
    sheet = read("name\ttown\nÉlan\tYork\n".encode("utf-16"), known=KNOWN)

    assert (sheet.encoding, sheet.delimiter) == ("utf-16", "\t")
    assert cells(sheet) == [(2, ("Élan", "York"))]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_behind_any_byte_order_mark_the_first_heading_may_stand_in_quotation_marks(encoding: str) -> None:
    sheet = read('\ufeff"name","town"\n"Élan","York"\n'.encode(encoding), known=KNOWN)

    assert sheet.header == ("name", "town")
    assert cells(sheet) == [(2, ("Élan", "York"))]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n'])
def test_a_line_that_tells_a_spreadsheet_the_delimiter_is_no_heading(first: str) -> None:
    sheet = read(f"{first}name;town\nAda;York\n".encode(), known=KNOWN)

    assert (sheet.header, sheet.delimiter) == (("name", "town"), ";")
    assert cells(sheet) == [(3, ("Ada", "York"))]


def test_a_file_that_is_mostly_utf_8_is_refused_with_the_line_that_is_not() -> None:
    content = "name,town\nÉlan,Trélech\n".encode() + b"Zo\xeb,York\n"

    with pytest.raises(FileRefused, match="Most of the file is UTF-8 text, but line 3 is not"):
        read(content, known=KNOWN)


def test_bytes_that_are_neither_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(FileRefused, match="Line 2 cannot be read: it is neither UTF-8 nor windows-1252"):
        read(b"name,town\nZo\x81,York\n", known=KNOWN)


def test_the_encoding_that_a_mapping_names_is_not_overruled() -> None:
    with pytest.raises(FileRefused, match="says that the file is utf-8, and line 2 is not"):
        read(b"name,town\nZo\xeb,York\n", known=KNOWN, encoding="utf-8")


@pytest.mark.parametrize(("delimiter", "sign"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_the_delimiter_is_the_one_that_gives_the_known_names(delimiter: str, sign: str) -> None:
    header = sign.join(("name", "town", "date"))

    assert read(f"{header}\na{sign}b{sign}c\n".encode(), known=KNOWN).delimiter == sign, delimiter


def test_commas_within_the_names_of_a_semicolon_file_do_not_mislead() -> None:
    sheet = read(b"name;Town, or village, or city, or hamlet;date\na;b;c\n", known=KNOWN)

    assert sheet.header == ("name", "Town, or village, or city, or hamlet", "date")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_row_has_the_number_of_the_line_on_which_an_editor_shows_it(ending: str) -> None:
    lines = ["name,town", 'Ada,"12 Elm Road', "Flat 2", 'York"', "", "Bob,Leeds", ",", "Cy,Hull"]
    sheet = read(ending.join(lines).encode(), known=KNOWN)

    assert cells(sheet) == [
        (2, ("Ada", f"12 Elm Road{ending}Flat 2{ending}York")),
        (6, ("Bob", "Leeds")),
        (8, ("Cy", "Hull")),
    ]


def test_rows_with_too_many_or_too_few_cells_are_faulty_and_their_neighbours_are_not() -> None:
    sheet = read(b"name,town\nAda\nBob,Leeds\nCy,Hull,extra\nDee,York,,\n", known=KNOWN)

    lines = list(sheet.lines)
    assert [line.cells for line in lines] == [("Ada",), ("Bob", "Leeds"), ("Cy", "Hull", "extra"), ("Dee", "York")]
    assert lines[0].fault == "This row has 1 cell below 2 headings: is a comma missing?"
    assert lines[2].fault == (
        "This row has 3 cells below 2 headings: is a comma too many, or in a cell that is not in quotation marks?"
    )


def test_misplaced_quotation_marks_spoil_their_own_row_only() -> None:
    sheet = read(b'name,town\n"Peter "Pete" Smith",York\nBob,Leeds\n', known=KNOWN)

    first, second = sheet.lines
    assert first.number == 2
    assert first.fault is not None
    assert first.fault.startswith("The quotation marks on line 2 do not match")
    assert second.cells == ("Bob", "Leeds")


def test_a_quotation_mark_that_is_never_closed_refuses_the_file_for_it_would_swallow_rows() -> None:
    sheet = read(b'name,town\nAda,York\n"Bob,Leeds\nCy,Hull\n', known=KNOWN)

    with pytest.raises(FileRefused, match="opens on line 3 is never closed"):
        list(sheet.lines)


def test_a_cell_of_more_than_ten_thousand_characters_spoils_its_row() -> None:
    sheet = read(b"name,town\n" + b"a" * 10_001 + b",York\n", known=KNOWN)

    assert faults(sheet) == [(2, "A cell of this row is longer than 10,000 characters.")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"  \r\n \n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty: it has no headings"),
        (b"PK\x03\x04\x14\x00rest of a workbook", "This is a spreadsheet (.xlsx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old spreadsheet (.xls)"),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK",
            "This is a spreadsheet (.ods), not a CSV file. Open it in the program that made it and save it",
        ),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xef\xbb\xbf\n<HTML><table><tr><td>name</td></tr></table>", "This is a web page or XML, whatever its name"),
        (b'<?xml version="1.0"?><Workbook/>', "This is a web page or XML, whatever its name says"),
        (b"\xff\xfen\x00a", "The file begins as UTF-16 text and does not go on as such."),
        ("name\nAda\n".encode("utf-16-le"), "Line 1 has a character that no text has"),
        (b"name,town\nA\x00da,York\n", "Line 2 has a character that no text has"),
    ],
)
def test_what_is_no_text_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(content, known=KNOWN)

    assert str(refused.value).startswith(sentence)


def test_a_header_without_rows_is_refused() -> None:
    with pytest.raises(FileRefused, match="no rows below"):
        list(read(b"name,town\n", known=KNOWN).lines)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"name,town\n{text}".encode("utf-8", "ignore")))
def test_any_bytes_are_a_table_or_a_refusal(content: bytes) -> None:
    try:
        sheet = read(content, known=KNOWN)
        lines = list(sheet.lines)
    except FileRefused:
        return

    assert all(line.fault or len(line.cells) == len(sheet.header) for line in lines)
    assert [line.number for line in lines] == sorted({line.number for line in lines})


def test_a_file_that_says_it_is_utf_8_and_is_not_is_refused_with_the_line() -> None:
    content = "\ufeffname,town\r\nAda,Oxford\r\n".encode() + "Zoë,Ely\r\n".encode("windows-1252")

    with pytest.raises(FileRefused, match="begins as UTF-8 text, but line 3 is not"):
        read(content, known=KNOWN)
