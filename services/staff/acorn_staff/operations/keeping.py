"""Keeping a person: the rules that nobody's facts can judge alone, whoever changes them, by hand or by import."""

from datetime import date

from acorn_staff.model.appointments import Override
from acorn_staff.model.days import ONE_DAY
from acorn_staff.model.history import Change
from acorn_staff.model.line_management import refuse_a_loop
from acorn_staff.model.merge_refusals import PersonMerged
from acorn_staff.model.person import Person
from acorn_staff.model.refusals import DelegateLeft, EmailTaken, LineManagerLeft, Malformed
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.store import Store
from acorn_staff.store.layout import LINE_MANAGEMENT
from servicekit.clock import london_today


def keep_person(after: Person, *, before: Person | None, because: str, change: Change, store: Store) -> Person:
    """Save a person (`before` is None for a new one) and publish why; nothing at all happens if nothing changed.

    Refusals: `PersonMerged`, `EmailTaken`, `LineManagerLeft`, `LineManagementLoop`, `IdentifierTaken`, and `Malformed`
    for an organisation or a line manager that is not there.
    """
    if after is before:
        return after
    if after.merged_into is not None:
        raise PersonMerged(into=after.merged_into)
    today = london_today(change.at)
    after = _with_no_lapsed_sign_in(after, before, today).settled()
    _refuse_wrong_appointments(after, before, store)
    _refuse_unknown_codes(after, before, store)
    _refuse_wrong_delegates(after, before, store)
    _refuse_a_taken_email(after, before, today, store)
    _refuse_wrong_line_managers(after, before, store)
    return store.save(after, before=before, because=because, change=change)


def overriding(why: str | None, change: Change) -> Override | None:
    """HR's word that more than one full-time job is right, where it was given."""
    return Override(by=change.by, at=change.at, why=why) if why is not None else None


def _with_no_lapsed_sign_in(after: Person, before: Person | None, today: date) -> Person:
    # A leaver's binding ended with their last day, by rule; it must not come to life when they return.
    if before is None or before.last_day is None or not before.left_before(today) or after.left_before(today):
        return after
    if after.sign_ins != before.sign_ins:
        return after
    return after.unbound(on=before.last_day + ONE_DAY)


def _refuse_wrong_appointments(after: Person, before: Person | None, store: Store) -> None:
    """An appointment begins at an organisation that is there, in a post that is not retired."""
    known = {held.id for held in before.appointments} if before else set()
    new = [held for held in after.appointments if held.id not in known]
    organisations = store.organisations({held.organisation for held in new}) if new else {}
    for held in new:
        organisation = organisations.get(held.organisation)
        if organisation is None:
            raise Malformed("organisation", "There is no organisation with this id.")
        organisation.refuse_what_begins_after_its_end(held.from_)
        store.vocabulary(VocabularyName.POSTS).refuse_unusable(held.post, on=held.from_, field="post")


def _refuse_unknown_codes(after: Person, before: Person | None, store: Store) -> None:
    known = {fact.id for fact in before.responsibilities} if before else set()
    for held in after.responsibilities:
        if held.id not in known:
            vocabulary = store.vocabulary(VocabularyName.RESPONSIBILITIES)
            vocabulary.refuse_unusable(held.responsibility, on=held.from_, field="responsibility")
    known = {fact.id for fact in before.year_groups} if before else set()
    for taught in after.year_groups:
        if taught.id not in known:
            store.vocabulary(VocabularyName.YEAR_GROUPS).refuse_unusable(
                taught.year_group, on=taught.from_, field="year_group"
            )


def _refuse_wrong_delegates(after: Person, before: Person | None, store: Store) -> None:
    new = [held for held in after.delegates if before is None or held not in before.delegates]
    people = store.people({held.person for held in new}) if new else {}
    for held in new:
        delegate = people.get(held.person)
        if delegate is None or delegate.merged_into is not None:
            raise Malformed("person", "There is nobody with this id.")
        if delegate.last_day is not None and delegate.left_before(held.from_):
            raise DelegateLeft(last_day=delegate.last_day)


def _refuse_a_taken_email(after: Person, before: Person | None, today: date, store: Store) -> None:
    """No two current people have one e-mail address: a sign-in is bound by it. A leaver's is free for others."""
    if after.email is None or after.left_before(today):
        return
    if before is not None and before.email == after.email and not before.left_before(today):
        return
    store.hold_email(after.email)
    for other in store.people_by_identifiers(emails=[after.email]):
        if other.id != after.id and not other.left_before(today):
            raise EmailTaken(person=other.id)


def _refuse_wrong_line_managers(after: Person, before: Person | None, store: Store) -> None:
    known = before.line_managers if before else ()
    new = [line for line in after.line_managers if line.to is None and line not in known]
    if not new:
        return
    store.hold(LINE_MANAGEMENT)
    managers = store.people({line.person for line in new})
    for line in new:
        manager = managers.get(line.person)
        if manager is None or manager.merged_into is not None:
            raise Malformed("person", "There is nobody with this id.")
        if manager.last_day is not None and manager.left_before(line.from_):
            raise LineManagerLeft(last_day=manager.last_day)
        refuse_a_loop(after.id, line, store.managers_above(line.person))
