"""Everything that the staff service holds about one person, for subject access: stored documents, by section.

Others are in it as actors alone: who manages them, who endorsed, who changed what. Whom they manage, whose strengths
they endorsed and whose records they changed is left out.
"""

from collections.abc import Iterator, Sequence

from pymongo.database import Database

from acorn_staff.model.events import PERSON_MERGE_UNDONE, PERSON_MERGED
from acorn_staff.store.layout import CHANGES, DIFFERENT, MERGES, PEOPLE
from acorn_staff.store.talent import ASPIRATIONS, CANDIDATES, REVIEWS, STRENGTHS
from servicekit.mongo import Document
from servicekit.problems import NotFound
from servicekit.subject_access import Section, Subject

PLANNING = "management_planning"
"""What may be withheld (Data Protection Act 2018, schedule 2, paragraph 22)."""

_DERIVED = dict.fromkeys(("words", "words_ever", "sort_name", "shape", "signs_in_as"), 0)
"""What is made from a person's other fields, so that they are found."""


def holdings(database: Database[Document], subject: Subject) -> Iterator[Section]:
    """What is held about somebody; `NotFound` for nobody."""
    ids, theirs = list(subject.ids), {"person": {"$in": list(subject.ids)}}
    people = list(database[PEOPLE].find({"_id": {"$in": ids}}, _DERIVED))
    if not people:
        raise NotFound("There is nobody with this id.")
    people.sort(key=lambda one: ids.index(one["_id"]))
    yield Section(
        "person",
        "Who you are, and where you work and worked",
        "To employ you, to know who is who, and to keep the records that the trust must keep of its staff.",
        people,
    )
    yield Section(
        "changes",
        "Changes of your record",
        "So that nothing of your history is lost: who changed what, when, why, and what was there before. What joining "
        "another record brought stands under joined records.",
        list(_changes(database, ids)),
    )
    yield Section(
        "merged_records",
        "Records that were joined, or found to be somebody else's",
        "So that joining two records of one person can be undone. What was joined by mistake and belongs to somebody "
        "else is left out.",
        [*_merges(database, ids), *_different(database, ids)],
    )
    yield Section(
        "strengths",
        "Strengths",
        "So that the trust knows what you are good at, in your own words and those of people who saw it.",
        _all(database, STRENGTHS, theirs),
    )
    yield Section(
        "endorsements_given",
        "Strengths of others that you endorsed",
        "So that it is known who stands by a strength. Whose it is and what you saw of them is theirs, and left out.",
        list(_endorsed(database, subject.actors)),
    )
    yield Section(
        "aspirations",
        "Aspirations",
        "So that the trust can help you to where you would like to go.",
        _all(database, ASPIRATIONS, theirs),
    )
    yield Section(
        "answers_for",
        "Whom you manage or decide for",
        "So that it is known who manages whom and who decides in whose stead. Who that is is theirs and is left out.",
        list(_answers_for(database, ids)),
    )
    yield Section(
        "recorded",
        "What you recorded about others",
        "So that it is known who changed what. Whose record it is is theirs and is left out.",
        sorted(_recorded(database, subject), key=lambda one: one["at"], reverse=True),
    )
    yield Section(
        PLANNING,
        "Talent reviews and succession",
        "To plan who could lead next, and to keep good staff. It may be withheld where disclosing it would prejudice "
        "that planning (Data Protection Act 2018, schedule 2, paragraph 22).",
        [
            *({"what": "talent review", **one} for one in _all(database, REVIEWS, theirs)),
            *({"what": "succession", **one} for one in _all(database, CANDIDATES, theirs)),
        ],
    )


def _all(database: Database[Document], collection: str, query: Document) -> list[Document]:
    return list(database[collection].find(query, {"shape": 0}).sort("_id", 1))


def _changes(database: Database[Document], ids: Sequence[str]) -> Iterator[Document]:
    """The changes of somebody, newest first; those by which records became one, or two again, without their fields."""
    for change in database[CHANGES].find({"of": {"$in": ids}}, {"_id": 0}).sort([("at", -1), ("version", -1)]):
        yield {**change, "fields": []} if change["because"] in (PERSON_MERGED, PERSON_MERGE_UNDONE) else change


def _merges(database: Database[Document], ids: Sequence[str]) -> Iterator[Document]:
    """Each merge that concerned somebody; the records as they were before it, but for one that is another person's."""
    either = [{"into": {"$in": ids}}, {"other": {"$in": ids}}]
    for merge in database[MERGES].find({"$or": either}).sort("_id", 1):
        sides = {"into": merge["into_was"], "other": merge["other_was"]}
        yield {
            "what": "joined with another record",
            **{name: merge[name] for name in ("at", "by", "why", "undone")},
            "before": [was for side, was in sides.items() if merge[side] in ids],
        }


def _different(database: Database[Document], ids: Sequence[str]) -> Iterator[Document]:
    either = [{"one": {"$in": ids}}, {"other": {"$in": ids}}]
    for row in database[DIFFERENT].find({"$or": either}):
        yield {"what": "found to be another person than a record that looks alike", "at": row["at"], "by": row["by"]}


def _endorsed(database: Database[Document], actors: Sequence[str]) -> Iterator[Document]:
    for strength in database[STRENGTHS].find({"endorsements.by": {"$in": actors}}, {"area": 1, "endorsements": 1}):
        for word in strength["endorsements"]:
            if word["by"] in actors:
                yield {"area": strength["area"], "on": word["on"]}


def _answers_for(database: Database[Document], ids: Sequence[str]) -> Iterator[Document]:
    for what, place in (("line manager", "line_managers"), ("delegate", "delegates")):
        for other in database[PEOPLE].find({f"{place}.person": {"$in": ids}}, {place: 1}):
            for line in other[place]:
                if line["person"] in ids:
                    yield {"what": what, "from": line["from"], "to": line["to"]}


def _recorded(database: Database[Document], subject: Subject) -> Iterator[Document]:
    """What somebody wrote down of others and of organisations: when, and what kind of thing."""
    by = {"by": {"$in": subject.actors}}
    for change in database[CHANGES].find({**by, "of": {"$nin": list(subject.ids)}}, {"at": 1, "because": 1}):
        yield {"at": change["at"], "what": change["because"]}
    for collection, what in (
        (REVIEWS, "talent review"),
        (CANDIDATES, "succession"),
        (DIFFERENT, "two records are of two people"),
    ):
        for row in database[collection].find(by, {"at": 1}):
            yield {"at": row["at"], "what": what}
    for candidate in database[CANDIDATES].find({"earlier.by": {"$in": subject.actors}}, {"earlier": 1}):
        for said in candidate["earlier"]:
            if said["by"] in subject.actors:
                yield {"at": said["at"], "what": "succession"}
