"""The archive with which a subject access request is answered: a page for people, the same for machines, and a note."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

PLANNING = "management_planning"
"""The section that may be withheld, with the looks at it."""

_LONDON = ZoneInfo("Europe/London")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
_EVENT = re.compile(r"[a-z]+\.(?P<happened>[a-z-]+)\.v\d+")
_ID = re.compile(r"/?[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
# What is for machines alone stands in `data`.
_UNREAD = frozenset({"id", "version", "epoch", "follows", "former_ids", "merged_into", "import", "_id"})
_LABELS = {"trn": "TRN", "fte": "FTE", "at": "When", "cpd": "CPD", "email": "E-mail", "sign_ins": "sign-ins"}
_STYLE = (
    "body{font-family:sans-serif;line-height:1.5;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "table{border-collapse:collapse;margin:0 0 1.5rem}td table{margin:0}"
    "th,td{border-bottom:1px solid #b1b4b6;padding:.35rem 1rem .35rem 0;text-align:left;vertical-align:top}"
    "h2,h3{margin-top:2.5rem}.why{color:#505a5f}"
)


def without_planning(answers: Iterable[Json]) -> list[Json]:
    """The answers of the services without the planning of who leads next, and without looks that would tell of it."""
    return [
        {
            **answer,
            "sections": [
                {**one, "items": [_open(item) for item in one["items"] if not item.get("confidential")]}
                for one in answer["sections"]
                if one["name"] != PLANNING
            ],
        }
        for answer in answers
    ]


def _open(item: Json) -> Json:
    return {name: value for name, value in item.items() if name != "confidential"}


def made(answers: Sequence[Json], *, by: str, withheld: bool) -> bytes:
    """The archive as it is written: `answers` of the services, staff's first; `withheld` without the planning."""
    if withheld:
        answers = without_planning(answers)
    at = datetime.fromisoformat(answers[0]["at"]).astimezone(_LONDON)
    files = {"README.txt": _note(answers, at, by, withheld=withheld), "index.html": _page(answers, at)}
    for answer in answers:
        for section in answer["sections"]:
            files[f"data/{answer['service']}/{section['name']}.json"] = json.dumps(
                section, indent=2, ensure_ascii=False
            )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def name_of(answers: Sequence[Json]) -> str:
    """The name of whose data it is."""
    person = next(one["items"][0] for one in answers[0]["sections"] if one["name"] == "person")
    return f"{person['given_name']} {person['family_name']}"


def count(answers: Iterable[Json]) -> int:
    """How many things the answers hold."""
    return sum(len(section["items"]) for answer in answers for section in answer["sections"])


def _note(answers: Sequence[Json], at: datetime, by: str, *, withheld: bool) -> str:
    services = " and ".join(answer["service"] for answer in answers)
    planning = (
        "Talent reviews, succession and confidential looks were left out as this was made. Say so to the person where\n"
        "saying so does not itself prejudice the planning, and keep a note of why they were left out."
        if withheld
        else "The section management_planning (talent reviews and succession) and looks marked as confidential may be\n"
        "withheld where disclosing them would prejudice planning (Data Protection Act 2018, schedule 2, paragraph\n"
        "22). Make the archive again to leave both out: tick the box in the portal, or say --without-planning."
    )
    return f"""\
For the data protection officer. Take this file out before you hand the rest over.

What this is
  Everything that Acorn holds about {name_of(answers)}, as the services {services} answered at
  {_moment(at)}. Made by {by}.
  index.html is for people. The folder data holds the same for machines, a file for each section.

What may have to be withheld
  {planning.replace(chr(10), f"{chr(10)}  ")}
  Free text (reasons of changes, reflections, evidence, questions, notes) may name others. Read it, and black out what
  would tell somebody else's data without their word or a good reason (the same schedule, paragraph 16).
  Others are named where they acted: who manages, verified, endorsed, changed, looked.

What is not in it
  Backups of the databases, which hold the same and go as they grow old.
  Events between the services: they repeat the record above, and hold nothing else.
  Logs and metrics, which hold no personal data beyond the id of whoever did something.
  Sessions of the portal, which end by themselves, and what the trust's own sign-in keeps.
  Files that were imported, which are gone after a day; the sections on imports say what cannot be matched.
"""


def _page(answers: Sequence[Json], at: datetime) -> str:
    contents = "".join(f"<li>{_service(answer)}<ul>{_contents(answer)}</ul></li>" for answer in answers)
    services = "".join(
        f"<h2>{_service(answer)}</h2>{''.join(_section(answer['service'], one) for one in answer['sections'])}"
        for answer in answers
    )
    name = escape(name_of(answers))
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>What Acorn holds about {name}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>What Acorn holds about {name}</h1>"
        f"<p>As it stood on {_moment(at)}. Each part says why the trust keeps it. The folder <code>data</code> "
        "beside this page holds the same for machines, with what only they need.</p>"
        f"<nav><ul>{contents}</ul></nav>{services}</main></body></html>\n"
    )


def _service(answer: Json) -> str:
    return escape(f"The {_LABELS.get(answer['service'], answer['service'])} service")


def _contents(answer: Json) -> str:
    return "".join(
        f'<li><a href="#{_anchor(answer["service"], one)}">{escape(one["title"])}</a> ({len(one["items"])})</li>'
        for one in answer["sections"]
    )


def _anchor(service: str, section: Json) -> str:
    return escape(f"{service}-{section['name']}")


def _section(service: str, section: Json) -> str:
    items = section["items"]
    body = _part(items) if items else "<p>Nothing is held.</p>"
    return (
        f'<section aria-labelledby="{_anchor(service, section)}">'
        f'<h3 id="{_anchor(service, section)}">{escape(section["title"])}</h3>'
        f'<p class="why">{escape(section["why"])}</p>{body}</section>'
    )


def _part(value: Any) -> str:
    """A part of an answer as HTML: tables of what belongs together, texts escaped."""
    if isinstance(value, Mapping):
        rows = "".join(
            f'<tr><th scope="row">{_label(key)}</th><td>{_part(inner)}</td></tr>' for key, inner in _read(value)
        )
        return f"<table>{rows}</table>"
    if isinstance(value, list):
        if value and all(isinstance(one, Mapping) for one in value):
            flat = all(not _deep(inner) for one in value for _, inner in _read(one))
            return _table(value) if flat else "".join(_part(one) for one in value)
        return ", ".join(_part(one) for one in value)
    return _text(value)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key, _ in _read(row)))
    head = "".join(f'<th scope="col">{_label(key)}</th>' for key in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_part(row.get(key))}</td>' for key in columns)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _read(part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What of a part is for people: fields that say something, without what only machines need."""
    for key, value in part.items():
        named = isinstance(value, str) and _ID.fullmatch(value)
        if key not in _UNREAD and value not in (None, "", [], {}) and not named:
            yield key, value


def _deep(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(one, Mapping) for one in value))


def _label(key: str) -> str:
    words = _LABELS.get(key) or key.replace("_", " ")
    return escape(words[:1].upper() + words[1:])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    if _INSTANT.fullmatch(text):
        return _moment(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return _long_date(date.fromisoformat(text))
    if happened := _EVENT.fullmatch(text):
        return escape(happened["happened"].replace("-", " "))
    text = _ID.sub("", text)
    if _CODE.fullmatch(text):
        return text.replace("_", " ")
    return escape(text).replace("\n", "<br>")


def _moment(at: datetime) -> str:
    there = at.astimezone(_LONDON)
    return f"{_long_date(there.date())}, {there:%H:%M}"


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
