"""What the staff service keeps: people, organisations and the history of their changes; all that speaks to MongoDB.

A write goes through `save`: the aggregate at its version, what changed, and the event, in one transaction. Reads answer
with the stored documents, by index, as far as the reader's projection goes.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from acorn_staff import search
from acorn_staff.model import duplicates, words
from acorn_staff.model.appointments import Appointment
from acorn_staff.model.calendar import Calendar
from acorn_staff.model.duplicates import Alike, Known
from acorn_staff.model.events import PERSON_ERASED, PERSON_MERGE_UNDONE, PERSON_MERGED, published
from acorn_staff.model.history import Change, differences
from acorn_staff.model.line_management import LineManagement
from acorn_staff.model.merging import Merge
from acorn_staff.model.organisation import Organisation, OrganisationKind
from acorn_staff.model.person import Kind, Person
from acorn_staff.model.refusals import CalendarThere, IdentifierTaken
from acorn_staff.model.vocabularies import Vocabulary, VocabularyName, new_vocabulary
from acorn_staff.store import erasing
from acorn_staff.store.layout import (
    CALENDARS,
    CHANGES,
    DIFFERENT,
    GUARDS,
    KEPT_IN,
    MERGES,
    ORGANISATIONS,
    PEOPLE,
    PEOPLE_TOPIC,
    SOURCE,
    VOCABULARIES,
    guard_of_email,
)
from directory import Directory, audience
from directory.scope import not_left
from directory.store import identifying
from servicekit import outbox
from servicekit.clock import instant
from servicekit.documents import from_document, from_plain, to_document, to_plain
from servicekit.erasure.store import begin
from servicekit.ids import new_id
from servicekit.mongo import Document, save_versioned, transaction
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import NotFound, StaleVersion

_NO_ORGANISATION = "There is no organisation with this id."
_NO_CALENDAR = "This academic year has no calendar yet."
_NO_MERGE = "There is no such merge into this person."
_NAMES_OF_IDENTIFIERS = {"trn": "TRN", "employee_numbers": "employee number", "urn": "URN"}

A = TypeVar("A", Person, Organisation, Calendar, Vocabulary)


class Store:
    """The service's documents; with a `session`, as the transaction of that session sees and changes them."""

    def __init__(self, database: Database[Document], *, session: ClientSession | None = None) -> None:
        self.directory = Directory(database, people=PEOPLE, organisations=ORGANISATIONS, session=session)
        self._database = database
        self._session = session
        self._vocabularies: dict[VocabularyName, Vocabulary] = {}

    # -- aggregates -----------------------------------------------------------------------------------------------

    def person(self, person_id: str, version: int | None = None) -> Person:
        """A person; `NotFound`, or `StaleVersion` when `version` is given and is not the one that is stored."""
        return from_document(Person, self._one(PEOPLE, {"_id": person_id}, version, "There is nobody with this id."))

    def organisation(self, organisation_id: str, version: int | None = None) -> Organisation:
        """An organisation; `NotFound` and `StaleVersion` as for a person."""
        found = self._one(ORGANISATIONS, {"_id": organisation_id}, version, _NO_ORGANISATION)
        return from_document(Organisation, found)

    def save(self, after: A, *, before: A | None, because: str, change: Change) -> A:
        """Keep an aggregate as the version after `before` (None: it is new), its history and its event, and return it.

        Nothing is written where nothing changed. `because` is the event's type. `IdentifierTaken` if another record has
        its TRN, one of its employee numbers or its URN; `StaleVersion` if `before` is no longer what is stored.
        """
        if after is before:
            return after
        if self._session is None:
            raise TypeError("a save belongs to a transaction: open the store with its session")
        kept = replace(after, version=before.version + 1 if before else 1, changed_at=change.at)
        collection, topic = KEPT_IN[type(kept)]
        try:
            save_versioned(self._database[collection], to_document(kept) | search.found_by(kept), self._session)
        except DuplicateKeyError as error:
            field = next(iter((error.details or {}).get("keyPattern", {})), "")
            if isinstance(kept, Calendar):
                raise CalendarThere(academic_year=kept.academic_year) from error
            if isinstance(kept, Vocabulary):
                raise StaleVersion from error
            if field not in _NAMES_OF_IDENTIFIERS:
                raise
            raise IdentifierTaken(field=field, name=_NAMES_OF_IDENTIFIERS[field]) from error
        self._write_history(kept, before, because, change)
        outbox.append(
            self._database,
            topic=topic,
            type=because,
            source=SOURCE,
            aggregate=kept.id,
            version=kept.version,
            state=published(kept),
            at=change.at,
            session=self._session,
        )
        return kept

    def erase(self, person: Person, *, reason: str, by: str, at: datetime) -> None:
        """Erase everything of a person and tell the others; `StaleVersion` if that is no longer what is stored."""
        if self._session is None:
            raise TypeError("an erasure belongs to a transaction: open the store with its session")
        mine = {"_id": person.id, "version": person.version}
        if self._database[PEOPLE].delete_one(mine, session=self._session).deleted_count == 0:
            raise StaleVersion
        erasing.erase(self._database, self._session, person.id, at)
        words = identifying(to_plain(person))
        begin(self._database, person.id, words=words, at=at, session=self._session, by=by, reason=reason)
        outbox.append(
            self._database,
            topic=PEOPLE_TOPIC,
            type=PERSON_ERASED,
            source=SOURCE,
            aggregate=person.id,
            version=person.version + 1,
            state={"id": person.id, "erased": True},
            at=at,
            session=self._session,
        )

    def hold(self, guard: str) -> None:
        """Write a guard, so that of two transactions with a rule in common one waits for the other.

        Snapshots alone would let both look at what was there before, and both write.
        """
        self._database[GUARDS].update_one({"_id": guard}, {"$inc": {"held": 1}}, upsert=True, session=self._session)

    def hold_email(self, email: str) -> None:
        """Write the guard of an e-mail address, named by its hash: an address is nobody's to find there."""
        self.hold(guard_of_email(email))

    def _one(self, collection: str, query: Document, version: int | None, missing: str) -> Document:
        found = self._database[collection].find_one(query, session=self._session)
        if found is None:
            raise NotFound(missing)
        if version is not None and found["version"] != version:
            raise StaleVersion
        return found

    def _write_history(self, kept: A, before: A | None, because: str, change: Change) -> None:
        fields = differences(to_plain(before) if before else None, to_plain(kept))
        row = {
            "_id": new_id(),
            "of": kept.id,
            "version": kept.version,
            "because": because,
            "by": change.by,
            "at": instant(change.at),
            "why": change.why,
            "fields": [to_plain(field) for field in fields],
        }
        self._database[CHANGES].insert_one(row, session=self._session)

    # -- look-ups for rules and imports ---------------------------------------------------------------------------

    def calendar(self, academic_year: str, version: int | None = None) -> Calendar:
        """The calendar of an academic year; `NotFound` and `StaleVersion` as for a person."""
        return from_document(Calendar, self._one(CALENDARS, {"academic_year": academic_year}, version, _NO_CALENDAR))

    def vocabulary(self, name: VocabularyName) -> Vocabulary:
        """A vocabulary; as every trust begins with it, at version 0, while it is not kept yet."""
        if name not in self._vocabularies:
            found = self._database[VOCABULARIES].find_one({"name": name.value}, session=self._session)
            kept = from_document(Vocabulary, found) if found else replace(new_vocabulary(new_id(), name), version=0)
            self._vocabularies[name] = kept
        return self._vocabularies[name]

    def organisations(self, ids: Collection[str]) -> dict[str, Organisation]:
        """The organisations with these ids, by id."""
        found = self._database[ORGANISATIONS].find({"_id": {"$in": list(ids)}}, session=self._session)
        return {document["_id"]: from_document(Organisation, document) for document in found}

    def people_at(self, organisation_id: str) -> list[Person]:
        """Everybody who has, had or is to have an appointment at an organisation, by id."""
        found = self._database[PEOPLE].find({"appointments.organisation": organisation_id}, session=self._session)
        return [from_document(Person, document) for document in found.sort("_id", ASCENDING)]

    def organisations_by_urn(self, urns: Collection[str]) -> dict[str, Organisation]:
        """The organisations with these URNs, by URN."""
        found = self._database[ORGANISATIONS].find({"urn": {"$in": list(urns)}}, session=self._session)
        return {document["urn"]: from_document(Organisation, document) for document in found}

    def organisations_named(self, names: Collection[str]) -> list[Organisation]:
        """The organisations with these names, whatever their case, accents and hyphens; several may share one."""
        folded = [words.sort_name(name) for name in names]
        found = self._database[ORGANISATIONS].find({"sort_name": {"$in": folded}}, session=self._session)
        return [from_document(Organisation, document) for document in found]

    def people(self, ids: Collection[str]) -> dict[str, Person]:
        """The people with these ids, by id; who is not known is left out."""
        found = self._database[PEOPLE].find({"_id": {"$in": list(ids)}}, session=self._session)
        return {document["_id"]: from_document(Person, document) for document in found}

    def people_by_identifiers(
        self, *, employee_numbers: Collection[str] = (), trns: Collection[str] = (), emails: Collection[str] = ()
    ) -> list[Person]:
        """Everybody who has one of these identifiers, leavers too; e-mail addresses in lower case."""
        asked = {"employee_numbers": employee_numbers, "trn": trns, "email": emails}
        either = [{field: {"$in": list(values)}} for field, values in asked.items() if values]
        if not either:
            return []
        return [
            from_document(Person, one) for one in self._database[PEOPLE].find({"$or": either}, session=self._session)
        ]

    def person_signing_in_as(self, issuer: str, subject: str) -> Person | None:
        """The person to whom a sign-in is bound, even if they have left."""
        query = {"signs_in_as.subject": subject, "signs_in_as.issuer": issuer}
        found = self._database[PEOPLE].find_one(query, session=self._session)
        return from_document(Person, found) if found else None

    def managers_above(self, person_id: str) -> dict[str, list[LineManagement]]:
        """Everybody who could ever be reached from a person by line managers, and whom each of them has had."""
        above: dict[str, list[LineManagement]] = {}
        asked = {person_id}
        while asked:
            query = {"_id": {"$in": list(asked)}}
            found = self._database[PEOPLE].find(query, {"line_managers": 1}, session=self._session)
            above |= {one: [] for one in asked}
            above |= {one["_id"]: [from_plain(LineManagement, line) for line in one["line_managers"]] for one in found}
            asked = {line.person for one in asked for line in above[one]} - above.keys()
        return above

    def people_referring_to(self, person_id: str) -> list[Person]:
        """Everybody who has, had or is to have a person for a line manager or delegate, by id."""
        either = [{"line_managers.person": person_id}, {"delegates.person": person_id}]
        found = self._database[PEOPLE].find({"$or": either}, session=self._session)
        return [from_document(Person, document) for document in found.sort("_id", ASCENDING)]

    def merge(self, into: str, merge_id: str) -> Merge:
        """One merge into a person; `NotFound`."""
        return from_document(Merge, self._one(MERGES, {"_id": merge_id, "into": into}, None, _NO_MERGE))

    def merges(self, into: str) -> list[Merge]:
        """All merges into a person, the latest first."""
        found = self._database[MERGES].find({"into": into}, session=self._session).sort("_id", DESCENDING)
        return [from_document(Merge, document) for document in found]

    def keep_merge(self, merge: Merge, *, before: Merge | None) -> Merge:
        """Keep what a merge did, or that it was undone: it stays here, and the people's events tell the others."""
        if self._session is None:
            raise TypeError("a merge belongs to the transaction of its people: open the store with its session")
        kept = replace(merge, version=before.version + 1 if before else 1)
        save_versioned(self._database[MERGES], to_document(kept), self._session)
        return kept

    def alike(self) -> list[Alike]:
        """The pairs of records that may be of one person, the likeliest first."""
        fields = dict.fromkeys(("given_name", "family_name", "former_names", "email", "trn", "date_of_birth"), 1)
        people = self._database[PEOPLE].find({"merged_into": None}, fields, session=self._session)
        told = [(row["one"], row["other"]) for row in self._database[DIFFERENT].find({}, session=self._session)]
        return duplicates.alike((from_document(Known, person) for person in people), told)

    def keep_different(self, one: str, other: str, change: Change) -> None:
        """Keep that two records are of two people, who said so, when and why."""
        first, second = sorted((one, other))
        row = {"one": first, "other": second, "by": change.by, "at": instant(change.at), "why": change.why}
        self._database[DIFFERENT].replace_one({"_id": f"{first} {second}"}, row, upsert=True, session=self._session)

    # -- reads: stored documents as they are ----------------------------------------------------------------------

    def read_person(self, person_id: str, fields: Mapping[str, int]) -> Document:
        """A person's document with these fields; `NotFound`."""
        found = self._database[PEOPLE].find_one({"_id": person_id}, fields, session=self._session)
        if found is None:
            raise NotFound("There is nobody with this id.")
        return found

    def read_people(
        self, within: Mapping[str, Any], fields: Mapping[str, int], *, paging: Paging, **asked: Any
    ) -> Page:
        """A page of the people `within` a filter whom `search.conditions` find, by family name."""
        found = page_of(
            self._database[PEOPLE],
            {"$and": [within, *search.conditions(**asked)]},
            sort=[("sort_name", ASCENDING)],
            projection={**fields, "sort_name": 1},
            paging=paging,
        )
        return replace(found, items=[_without(document, "sort_name") for document in found.items])

    def read_meant(
        self,
        within: Mapping[str, Any],
        rule: audience.Rule,
        on: date,
        places: Mapping[str, Document],
        paging: Paging,
    ) -> tuple[Page, int, int]:
        """A page of the people `within` a filter whom a rule means on a day, by family name.

        And how many it means, and how many of those `within` are here on that day. `places` as `places()` answers.
        """
        people = self._database[PEOPLE]
        # Staff's own documents say the last day indeed beside the one that was recorded.
        meant = {"$and": [within, audience.condition(rule, on, places, last="until")]}
        names = {"given_name": 1, "family_name": 1, "sort_name": 1}
        found = page_of(people, meant, sort=[("sort_name", ASCENDING)], projection=names, paging=paging)
        everybody = {"$and": [within, audience.here(on)]}
        return found, people.count_documents(meant), people.count_documents(everybody)

    def places(self) -> dict[str, Document]:
        """What the rules of audiences ask of every organisation, by id."""
        fields = {"name": 1, "kind": 1, "phase": 1, "founder": 1}
        return {one["_id"]: one for one in self._database[ORGANISATIONS].find({}, fields, session=self._session)}

    def anybody(self, within: Mapping[str, Any]) -> bool:
        """Tell whether a filter leaves anybody."""
        return self._database[PEOPLE].find_one(within, {"_id": 1}, session=self._session) is not None

    def still_here(self, ids: Collection[str], today: date) -> set[str]:
        """Those of these people who have not left before today."""
        query = {"_id": {"$in": list(ids)}, **not_left(today)}
        found = self._database[PEOPLE].find(query, {"_id": 1}, session=self._session) if ids else ()
        return {one["_id"] for one in found}

    def read_organisation(self, organisation_id: str) -> Document:
        """An organisation's document; `NotFound`."""
        return _served(self._one(ORGANISATIONS, {"_id": organisation_id}, None, _NO_ORGANISATION))

    def read_organisations(self, *, q: str | None, kind: str | None, membership: str | None, paging: Paging) -> Page:
        """A page of organisations by name, those whose name has words that begin with the words of `q`."""
        query: list[dict[str, Any]] = [{"kind": kind} if kind else {}, {"membership": membership} if membership else {}]
        if q is not None:
            query += search.beginnings(q, "words")
        found = page_of(self._database[ORGANISATIONS], {"$and": query}, sort=[("sort_name", ASCENDING)], paging=paging)
        return replace(found, items=[_served(document) for document in found.items])

    def read_calendars(self, paging: Paging) -> Page:
        """A page of calendars, the latest academic year first."""
        found = page_of(self._database[CALENDARS], {}, sort=[("academic_year", DESCENDING)], paging=paging)
        return replace(found, items=[_served(document) for document in found.items])

    def careers(self, organisation: str | None = None) -> list[tuple[Appointment, ...]]:
        """All appointments of each employee, of those alone who ever had one at an organisation where it is given."""
        query = {"kind": Kind.EMPLOYEE.value} | ({"appointments.organisation": organisation} if organisation else {})
        found = self._database[PEOPLE].find(query, {"appointments": 1}, session=self._session)
        return [tuple(from_plain(Appointment, held) for held in person["appointments"]) for person in found]

    def academies_among(self, ids: Iterable[str]) -> list[Document]:
        """The ids and names of those organisations that are academies, by name."""
        query = {"_id": {"$in": list(ids)}, "kind": OrganisationKind.ACADEMY.value}
        found = self._database[ORGANISATIONS].find(query, {"name": 1}, session=self._session)
        return list(found.sort("sort_name", ASCENDING))

    def read_changes(self, of: str, paging: Paging, *, merged: bool) -> Page:
        """A page of the changes of a person or organisation, newest first; the fields of merges only if `merged`."""
        hidden = {"$in": ["$because", [] if merged else [PERSON_MERGED, PERSON_MERGE_UNDONE]]}
        told = dict.fromkeys(("version", "because", "by", "at", "why"), 1) | {
            "fields": {"$cond": [hidden, [], "$fields"]}
        }
        newest = [("version", DESCENDING)]
        return page_of(self._database[CHANGES], {"of": of}, sort=newest, projection=told, paging=paging)


def transact(database: Database[Document], work: Callable[[Store], None]) -> None:
    """Do some work in a transaction of its own, outside any request."""
    transaction(database.client, lambda session: work(Store(database, session=session)))


def _served(document: Document) -> Document:
    return _without(document, "words", "sort_name", "shape")


def _without(document: Document, *fields: str) -> Document:
    return {field: value for field, value in document.items() if field not in fields}
