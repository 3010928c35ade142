"""Who and what is known while a batch of a people file is judged: what is stored, and what the batch has made of it."""

from collections.abc import Collection, Sequence

from acorn_staff.imports.refusal import RowRefused
from acorn_staff.model import words
from acorn_staff.model.line_management import LineManagement
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.store import Store
from servicekit.imports import Group, Row, Task


class Register:
    """People and organisations that the rows of a batch may mean; in a dry run also those of the batches before."""

    def __init__(self, groups: Sequence[Group], task: Task, store: Store) -> None:
        rows = [row for group in groups for row in group]
        self._store = store
        self._today = task.today
        self._judged: dict[str, Person] = task.notes.setdefault("judged", {}) if task.dry_run else {}
        self._holders: dict[tuple[str, str], set[str]] = task.notes.setdefault("holders", {}) if task.dry_run else {}
        self._stored: dict[str, Person] = {}
        self._above: dict[str, Sequence[LineManagement]] = {}
        for person in store.people_by_identifiers(
            employee_numbers=_values(rows, "employee_number") | _values(rows, "line_manager_employee_number"),
            trns=_values(rows, "trn"),
            emails=_values(rows, "email"),
        ):
            self._stored[person.id] = person
            if person.id not in self._judged:
                self._index(person)
        self._academies = store.organisations_by_urn(_values(rows, "academy_urn"))
        self._named: dict[str, list[Organisation]] = {}
        names = _values(rows, "organisation")
        for organisation in store.organisations_named(names) if names else ():
            self._named.setdefault(words.sort_name(organisation.name), []).append(organisation)

    def keep(self, person: Person) -> None:
        """Remember what the rows have made of a person."""
        self._judged[person.id] = person
        self._index(person)

    def stored(self, person_id: str) -> Person | None:
        """A person as they are stored."""
        return self._stored.get(person_id)

    def with_employee_number(self, number: str) -> Person | None:
        """Whoever has or had an employee number."""
        return next(iter(self._with("employee_number", number)), None)

    def match(self, row: Row) -> Person | None:
        """The person whom a row means: by employee number, else by TRN, else a current person by e-mail.

        `RowRefused` when two of the three mean two people.
        """
        meant: Person | None = None
        by = ""
        for name in ("employee_number", "trn", "email"):
            for person in self._with(name, row.get(name)) if row.get(name) is not None else ():
                if name == "email" and person.left_before(self._today) and (meant is None or meant.id != person.id):
                    continue  # a leaver's address is free for others
                if meant is not None and meant.id != person.id:
                    raise RowRefused(name, f"It belongs to somebody else than the {by} in this row does.")
                if meant is None:
                    meant, by = person, _NAMES[name]
        if meant is not None:
            _refuse_a_stranger(meant, row, by)
        return meant

    def organisation(self, row: Row) -> str | None:
        """The id of the organisation that a row names by URN or by name, None if by neither; `RowRefused`."""
        urn, name = row.get("academy_urn"), row.get("organisation")
        found: str | None = None
        if urn is not None:
            if urn not in self._academies:
                raise RowRefused("academy_urn", "Acorn has no academy with this URN. Import the academies first.")
            found = self._academies[urn].id
        if name is not None:
            named = [organisation.id for organisation in self._named.get(words.sort_name(name), [])]
            if found is not None and found not in named:
                raise RowRefused("organisation", "The academy with this row's URN has another name.")
            if found is None and len(named) != 1:
                many = "Several organisations have" if named else "No organisation has"
                raise RowRefused("organisation", f"{many} this name.{' Give the URN.' if named else ''}")
            found = found or named[0]
        return found

    def managers_above(self, person_id: str) -> dict[str, Sequence[LineManagement]]:
        """Everybody who can be reached from a person by line managers, and whom each has, the rows' word included."""
        above: dict[str, Sequence[LineManagement]] = {}
        asked = [person_id]
        while asked:
            one = asked.pop()
            above[one] = self._managers_of(one)
            asked += [line.person for line in above[one] if line.person not in above]
        return above

    def _managers_of(self, person_id: str) -> Sequence[LineManagement]:
        if person_id in self._judged:
            return self._judged[person_id].line_managers
        if person_id not in self._above:
            self._above |= self._store.managers_above(person_id)
        return self._above.get(person_id, ())

    def _with(self, name: str, value: str) -> list[Person]:
        ids = sorted(self._holders.get((name, value), ()))
        people = [self._judged.get(person_id) or self._stored[person_id] for person_id in ids]
        return [person for person in people if (name, value) in _identifiers(person)]

    def _index(self, person: Person) -> None:
        for identifier in _identifiers(person):
            self._holders.setdefault(identifier, set()).add(person.id)


_NAMES = {"employee_number": "employee number", "trn": "TRN", "email": "e-mail address"}


def _refuse_a_stranger(person: Person, row: Row, by: str) -> None:
    """Refuse to write one human being's facts over another's, when an address or a number has changed hands."""
    trn = row.get("trn")
    if trn is None or person.trn is None or trn == person.trn:
        return
    renamed = row.get("family_name") is not None and words.folded(row.get("family_name")) != words.folded(
        person.family_name
    )
    if by == _NAMES["email"] or renamed:
        raise RowRefused(
            "trn", f"The person with this {by} has another TRN. Correct it in Acorn if it is the same person."
        )


def _identifiers(person: Person) -> list[tuple[str, str]]:
    found = [("employee_number", number) for number in person.employee_numbers]
    found += [("trn", person.trn)] if person.trn else []
    found += [("email", person.email)] if person.email else []
    return found


def _values(rows: Collection[Row], column: str) -> set[str]:
    return {row.get(column) for row in rows if row.get(column) is not None}
