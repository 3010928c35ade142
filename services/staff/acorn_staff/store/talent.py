"""What the staff service keeps of people's strengths, aspirations, talent reviews and of succession.

None of it is published: it concerns the person, those who lead them, and, for reviews and succession, nobody but the
School Improvement Lead and the CEO.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from acorn_staff.model.aspirations import Aspiration
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.model.strengths import FADES_MONTHS, HOLDS_MONTHS, Standing, Strength, first_day_within
from acorn_staff.model.succession import Candidate
from acorn_staff.model.talent_refusals import StrengthThere
from acorn_staff.model.talent_reviews import TalentReview
from acorn_staff.store.layout import ORGANISATIONS, PEOPLE
from directory.dates import in_force
from servicekit.documents import from_document, to_document
from servicekit.mongo import Document, save_versioned
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import NotFound

STRENGTHS, ASPIRATIONS, REVIEWS, CANDIDATES = "strengths", "aspirations", "talent_reviews", "candidates"
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    STRENGTHS: (
        # One of each area at a time; those that were withdrawn stay beside it.
        IndexModel(
            [("person", ASCENDING), ("area", ASCENDING)],
            name="area",
            unique=True,
            partialFilterExpression={"withdrawn": None},
        ),
        IndexModel([("person", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("area", ASCENDING), ("endorsed", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("endorsed", DESCENDING), ("_id", DESCENDING)]),
    ),
    ASPIRATIONS: (IndexModel([("person", ASCENDING), ("_id", ASCENDING)]),),
    REVIEWS: (IndexModel([("person", ASCENDING), ("on", DESCENDING), ("_id", DESCENDING)]),),
    CANDIDATES: (
        IndexModel(
            [("organisation", ASCENDING), ("post", ASCENDING), ("person", ASCENDING)], name="candidate", unique=True
        ),
        IndexModel("person"),
    ),
}
_KEPT_IN: Mapping[type, str] = {Strength: STRENGTHS, Aspiration: ASPIRATIONS, Candidate: CANDIDATES}

A = TypeVar("A", Strength, Aspiration, Candidate)


class Talent:
    """The documents of the talent programme; with a `session`, as its transaction sees and changes them."""

    def __init__(self, database: Database[Document], *, session: ClientSession | None = None) -> None:
        self._database = database
        self._session = session

    def of_person(self, kind: type[A], identities: Collection[str], id: str) -> A:
        """One strength, aspiration or candidacy of a person, by any id that is theirs; `NotFound`."""
        query = {"_id": id, "person": {"$in": list(identities)}}
        found = self._database[_KEPT_IN[kind]].find_one(query, session=self._session)
        if found is None:
            raise NotFound("There is nothing with this id for this person.")
        return from_document(kind, found)

    def save(self, after: A, *, before: A | None, at: datetime) -> A:
        """Keep one as the version after `before` (None: it is new), changed `at`; nothing where nothing changed.

        `StrengthThere` if the person has a strength in that area that is not withdrawn.
        """
        if after is before:
            return after
        if self._session is None:
            raise TypeError("a save belongs to a transaction: open the store with its session")
        kept = replace(after, version=before.version + 1 if before else 1, changed_at=at)
        try:
            save_versioned(self._database[_KEPT_IN[type(kept)]], to_document(kept), self._session)
        except DuplicateKeyError as error:
            if isinstance(after, Strength):
                raise StrengthThere from error
            raise
        return kept

    def strengths_of(self, identities: Collection[str]) -> list[Strength]:
        """All strengths of a person, withdrawn ones too, in the order in which they were declared."""
        return self._all(Strength, {"person": {"$in": list(identities)}})

    def aspirations_of(self, identities: Collection[str]) -> list[Aspiration]:
        """All aspirations of a person, withdrawn ones too, in the order in which they were added."""
        return self._all(Aspiration, {"person": {"$in": list(identities)}})

    def strong_at(
        self,
        area: str | None,
        people: Collection[str] | None,
        *,
        level: str | None,
        standing: Standing | None,
        on: date,
        paging: Paging,
    ) -> Page:
        """A page of strengths that are not withdrawn, of these people (None: everybody), the most often endorsed first.

        Of one area, unless None.
        """
        query: dict[str, Any] = {"withdrawn": None} if area is None else {"area": area, "withdrawn": None}
        if people is not None:
            query["person"] = {"$in": list(people)}
        if level is not None:
            query["level"] = level
        current, holding = (first_day_within(on, months).isoformat() for months in (FADES_MONTHS, HOLDS_MONTHS))
        if standing is Standing.CURRENT:
            query["refreshed"] = {"$gte": current}
        elif standing is Standing.FADING:
            query["refreshed"] = {"$lt": current, "$gte": holding}
        elif standing is Standing.FADED:
            query["refreshed"] = {"$lt": holding}
        return page_of(self._database[STRENGTHS], query, sort=[("endorsed", DESCENDING)], paging=paging)

    def add_review(self, review: TalentReview) -> None:
        """Keep a review for good."""
        self._database[REVIEWS].insert_one(to_document(review), session=self._session)

    def reviews(self, people: Collection[str] | None = None) -> list[TalentReview]:
        """All reviews of these people (None: of everybody), the latest first."""
        query = {} if people is None else {"person": {"$in": list(people)}}
        found = (
            self._database[REVIEWS].find(query, session=self._session).sort([("on", DESCENDING), ("_id", DESCENDING)])
        )
        return [from_document(TalentReview, document) for document in found]

    def by_name(self, people: Collection[str], paging: Paging) -> Page:
        """A page of the ids of these people, by family name; its cursors are for the same people alone."""
        query, order = {"_id": {"$in": sorted(people)}}, [("sort_name", ASCENDING)]
        return page_of(self._database[PEOPLE], query, sort=order, projection={"sort_name": 1}, paging=paging)

    def candidate(self, organisation: str, post: str, person: str) -> Candidate | None:
        """Somebody's candidacy for a key post, withdrawn or not."""
        query = {"organisation": organisation, "post": post, "person": person}
        found = self._database[CANDIDATES].find_one(query, session=self._session)
        return from_document(Candidate, found) if found else None

    def candidates(self) -> list[Candidate]:
        """Every candidacy."""
        return self._all(Candidate, {})

    def organisations(self, organisation: str | None = None) -> list[Organisation]:
        """All organisations, or the one."""
        query = {} if organisation is None else {"_id": organisation}
        found = self._database[ORGANISATIONS].find(query, session=self._session)
        return [from_document(Organisation, document) for document in found]

    def concerned(self, posts: Collection[str], ids: Collection[str], on: date) -> list[Person]:
        """Whoever holds one of these posts on a day, and these people, by whichever of their ids."""
        held = {"appointments": {"$elemMatch": {"post": {"$in": list(posts)}, **in_force(on)}}}
        known = [{"_id": {"$in": list(ids)}}, {"former_ids": {"$in": list(ids)}}]
        query = {"merged_into": None, "$or": [held, *known]}
        found = self._database[PEOPLE].find(query, session=self._session)
        return [from_document(Person, document) for document in found]

    def _all(self, kind: type[A], query: dict[str, Any]) -> list[A]:
        found = self._database[_KEPT_IN[kind]].find(query, session=self._session).sort("_id", ASCENDING)
        return [from_document(kind, document) for document in found]
