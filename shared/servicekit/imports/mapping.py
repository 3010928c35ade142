"""From the sheet of somebody else's system to the rows of a kind: which header is which column, what a value means."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import orjson

from servicekit.imports.columns import DATE_FORMATS, UNLESS_TOLD, Column, Refused
from servicekit.imports.kinds import ImportKind, Outcome, Reason, Row, Verdict
from servicekit.imports.reading import DELIMITERS, ENCODINGS, FileRefused, Line, folded, read
from servicekit.problems import FieldError, Invalid

_LONGEST_SHOWN = 100
_LONGEST_FAULT = 400
_PARTS = frozenset({"columns", "values", "constants", "dates", "encoding", "delimiter"})


@dataclass(frozen=True)
class ColumnMapping:
    """What a mapping file says: headers and values of another system in our words, and how the file is written.

    Headers and values are kept folded. `constants` are the cells of columns that the file does not have.
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    dates: tuple[str, ...] = UNLESS_TOLD
    encoding: str | None = None
    delimiter: str | None = None


NO_MAPPING = ColumnMapping(columns={}, values={}, constants={})


def read_mapping(text: str, kind: ImportKind) -> ColumnMapping:
    """Read a mapping file (JSON; docs/imports.md shows one); `Invalid` points at each part that cannot be used."""
    try:
        document = orjson.loads(text)
    except ValueError as fault:
        raise Invalid(
            "The mapping is not JSON.", errors=[FieldError("/mapping", f"It cannot be read as JSON: {fault}.")]
        ) from None
    faults = list(_faults(document, {column.name for column in kind.columns}))
    if faults:
        raise Invalid("The mapping cannot be used.", errors=faults)
    return ColumnMapping(
        columns={folded(theirs): ours for theirs, ours in document.get("columns", {}).items()},
        values={
            column: {folded(theirs): ours for theirs, ours in meanings.items()}
            for column, meanings in document.get("values", {}).items()
        },
        constants=document.get("constants", {}),
        dates=(document["dates"],) if "dates" in document else UNLESS_TOLD,
        encoding=document.get("encoding"),
        delimiter=document.get("delimiter"),
    )


def _faults(document: Any, ours: set[str]) -> Iterator[FieldError]:
    if not isinstance(document, dict):
        yield FieldError("/mapping", "It must be a JSON object.")
        return
    for key in sorted(document.keys() - _PARTS):
        yield FieldError(_pointer(key), f"A mapping has no part of this name. It may have {_listed(sorted(_PARTS))}.")
    for key, allowed in (
        ("dates", tuple(DATE_FORMATS)),
        ("encoding", ENCODINGS),
        ("delimiter", tuple(DELIMITERS.values())),
    ):
        if key in document and document[key] not in allowed:
            shown = ", ".join(json.dumps(value) for value in allowed)
            yield FieldError(_pointer(key), f"It must be one of {shown}.")
    seen: dict[str, str] = {}
    for header, column in _members(document, "columns"):
        if not isinstance(column, str) or column not in ours:
            yield FieldError(_pointer("columns", header), _unknown(column, ours))
        elif column in seen:
            yield FieldError(_pointer("columns", header), f"{column} is taken from “{seen[column]}” already.")
        else:
            seen[column] = header
    for column, value in _members(document, "constants"):
        if column not in ours:
            yield FieldError(_pointer("constants", column), _unknown(column, ours))
        elif not isinstance(value, str):
            yield FieldError(_pointer("constants", column), "It must be a text in quotation marks.")
    for column, meanings in _members(document, "values"):
        if column not in ours:
            yield FieldError(_pointer("values", column), _unknown(column, ours))
        elif not isinstance(meanings, dict) or not all(isinstance(value, str) for value in meanings.values()):
            yield FieldError(
                _pointer("values", column), 'It must say what each text means, as {"Class Teacher": "teacher"} does.'
            )
    for key in ("columns", "constants", "values"):
        if not isinstance(document.get(key, {}), dict):
            yield FieldError(_pointer(key), "It must be a JSON object.")


def _listed(names: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _members(document: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    part = document.get(key, {})
    return list(part.items()) if isinstance(part, dict) else []


def _pointer(*path: str) -> str:
    return "/mapping" + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


def _unknown(column: Any, ours: set[str]) -> str:
    near = get_close_matches(str(column), sorted(ours), n=1)
    return f"There is no column {column}.{f' Is {near[0]} meant?' if near else ''}"


@dataclass(frozen=True)
class Table:
    """A file whose header fits a kind: how it was read, which headers are used, and its lines or else its rows, once.

    A row that cannot be used comes as the `Verdict` that rejects it. `reasons_at` is where an error file of ours has
    its reasons: that column says nothing to an import.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    used: Mapping[str, str]
    ignored: tuple[str, ...]
    reasons_at: int | None
    lines: Iterator[Line]
    rows: Iterator[Row | Verdict]


def opened(content: bytes, kind: ImportKind, mapping: str | None) -> Table:
    """Open a file with the mapping that was sent beside it, if one was; `FileRefused`, or `Invalid` for the mapping."""
    return open_table(content, kind, read_mapping(mapping, kind) if mapping is not None else NO_MAPPING)


def open_table(content: bytes, kind: ImportKind, mapping: ColumnMapping) -> Table:
    """Read a file as rows of a kind; `FileRefused` says what is wrong with the file or its header as a whole."""
    known = [column.name for column in kind.columns] + list(mapping.columns)
    sheet = read(content, known=known, encoding=mapping.encoding, delimiter=DELIMITERS_BY_NAME.get(mapping.delimiter))
    places = _places(sheet.header, kind, mapping)
    taken = set(places.values())
    last = len(sheet.header) - 1
    reasons_at = last if last not in taken and folded(sheet.header[last]) in _REASONS_FOLDED else None
    lines = _unless_untouched(sheet.lines, reasons_at)
    return Table(
        encoding=sheet.encoding,
        delimiter=DELIMITERS[sheet.delimiter],
        header=sheet.header,
        used={column: sheet.header[at] for column, at in places.items()},
        ignored=tuple(name for at, name in enumerate(sheet.header) if at not in taken | {reasons_at} and name),
        reasons_at=reasons_at,
        lines=lines,
        rows=_rows(lines, sheet.header, places, kind, mapping),
    )


REASONS = ("Reason", "Reason (Acorn)")
"""What the last column of an error file is called; the second where the file has a column of the first name."""
PUT_RIGHT = "Put this row right, and then empty this cell."
"""Ends the reason of a row whose cells did not fit the header: until it is gone, they are not taken for good ones."""
_REASONS_FOLDED = frozenset(map(folded, REASONS))


def _unless_untouched(lines: Iterator[Line], reasons_at: int | None) -> Iterator[Line]:
    """The lines; those that an error file gave back for their cells, and that say so still, have that fault still."""
    for line in lines:
        said = line.cells[reasons_at] if reasons_at is not None and len(line.cells) > reasons_at else ""
        if said.endswith(PUT_RIGHT) and not line.fault:
            yield replace(line, fault=said.removesuffix(PUT_RIGHT).strip()[:_LONGEST_FAULT] or PUT_RIGHT)
        else:
            yield line


DELIMITERS_BY_NAME: Mapping[str | None, str] = {name: sign for sign, name in DELIMITERS.items()}


def _places(header: Sequence[str], kind: ImportKind, mapping: ColumnMapping) -> dict[str, int]:
    """Where each column of the kind is in the file; the mapping's word goes before a header that is ours by itself."""
    names = [folded(name) for name in header]
    spelt = {folded(name): name for name in header}
    for theirs, ours in mapping.columns.items():
        if theirs not in spelt:
            near = get_close_matches(theirs, spelt, n=1)
            meant = f" Is “{spelt[near[0]]}” meant?" if near else ""
            raise FileRefused(f"The mapping takes {ours} from “{theirs}”, but the file has no such heading.{meant}")
    wanted = {ours: theirs for theirs, ours in mapping.columns.items()}
    places: dict[str, int] = {}
    for column in kind.columns:
        name = wanted.get(column.name, folded(column.name))
        found = [
            at
            for at, theirs in enumerate(names)
            if theirs == name and (column.name in wanted or theirs not in mapping.columns)
        ]
        if len(found) > 1:
            raise FileRefused(f"“{header[found[0]]}” is a heading {len(found)} times. Leave one of them.")
        if found:
            places[column.name] = found[0]
    _check_complete(
        kind, places.keys() | mapping.constants.keys(), [n for n in header if folded(n) not in mapping.columns]
    )
    return places


def _check_complete(kind: ImportKind, there: set[str], spare: Sequence[str]) -> None:
    missing = [column.name for column in kind.columns if column.required and column.name not in there]
    missing += [" or ".join(names) for names in kind.needs if there.isdisjoint(names)]
    if not missing:
        return
    spelt = {folded(name): name for name in spare}
    hints = []
    for name in missing:
        near = [spelt[match] for part in name.split(" or ") for match in get_close_matches(folded(part), spelt, n=1)]
        hints.append(f"{name} (is “{near[0]}” meant?)" if near else name)
    raise FileRefused(
        f"The file has no column {' and no column '.join(hints)}. "
        "Rename the columns, or send a mapping file that says which column is which."
    )


def _rows(
    lines: Iterator[Line], header: Sequence[str], places: Mapping[str, int], kind: ImportKind, mapping: ColumnMapping
) -> Iterator[Row | Verdict]:
    for line in lines:
        if line.fault:
            yield Verdict(line.number, Outcome.REJECTED, (Reason(None, None, line.fault),))
        else:
            yield _row(line, header, places, kind, mapping)


def _row(
    line: Line, header: Sequence[str], places: Mapping[str, int], kind: ImportKind, mapping: ColumnMapping
) -> Row | Verdict:
    values: dict[str, Any] = {}
    cells: dict[str, tuple[str, str]] = {}
    reasons: list[Reason] = []
    for column in kind.columns:
        name, cell = column.name, mapping.constants.get(column.name, "")
        if column.name in places:
            name, cell = header[places[column.name]], line.cells[places[column.name]]
        shown = cell[:_LONGEST_SHOWN]
        if not cell:
            if column.required:
                reasons.append(Reason(name, None, "It is empty, and every row needs it."))
            continue
        cells[column.name] = (name, shown)
        try:
            values[column.name] = column.read(_meant(cell, column, mapping), mapping.dates)
        except Refused as refusal:
            reasons.append(Reason(name, shown, str(refusal)))
    for names in kind.needs:
        if not any(name in cells for name in names):
            shown_names = [header[places[name]] for name in names if name in places]
            reasons.append(Reason(None, None, f"Fill {_listed(shown_names, 'or')}: every row needs one of them."))
    if reasons:
        return Verdict(line.number, Outcome.REJECTED, tuple(reasons), read=Row(line.number, values, cells))
    return Row(line.number, values, cells)


def _meant(cell: str, column: Column, mapping: ColumnMapping) -> str:
    return mapping.values.get(column.name, {}).get(folded(cell), cell)
