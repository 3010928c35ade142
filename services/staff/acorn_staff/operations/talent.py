"""The talent programme: what people are strong at and aim for, how ready they are, who could follow whom."""

from datetime import date

from acorn_staff.model.aspirations import Aspiration, Mobility
from acorn_staff.model.calendar import first_year
from acorn_staff.model.history import Change
from acorn_staff.model.refusals import Malformed
from acorn_staff.model.strengths import Level, Strength
from acorn_staff.model.succession import Candidate, Ready, key_post
from acorn_staff.model.talent_refusals import HasLeft, NoKeyPost, OwnEndorsement, OwnReview, StrengthThere
from acorn_staff.model.talent_reviews import Readiness, Risk, TalentReview
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.store import Store
from acorn_staff.store.talent import Talent
from servicekit.clock import london_today
from servicekit.ids import new_id


def declare_strength(
    person_id: str, *, area: str, level: Level, evidence: str | None, change: Change, store: Store, talent: Talent
) -> Strength:
    """Somebody says what they are strong at; one strength an area stands at a time."""
    today = london_today(change.at)
    store.vocabulary(VocabularyName.AREAS).refuse_unusable(area, on=today, field="area")
    said = {"area": area, "level": level, "evidence": evidence}
    # The index knows one id; what came with a record that became part of this one stands as well.
    theirs = talent.strengths_of(store.directory.identities(person_id))
    if any((one.area, one.withdrawn) == (area, None) for one in theirs):
        raise StrengthThere
    new = Strength(id=new_id(), person=person_id, declared=today, refreshed=today, **said)  # type: ignore[arg-type]
    return talent.save(new, before=None, at=change.at)


def renew_strength(
    person_id: str,
    strength_id: str,
    *,
    level: Level | None,
    evidence: str | None,
    change: Change,
    store: Store,
    talent: Talent,
) -> Strength:
    """Somebody stands by a strength anew, so that it does not fade; perhaps at another level."""
    before = talent.of_person(Strength, store.directory.identities(person_id), strength_id)
    after = before.renewed(on=london_today(change.at), level=level, evidence=evidence)
    return talent.save(after, before=before, at=change.at)


def withdraw_strength(person_id: str, strength_id: str, *, change: Change, store: Store, talent: Talent) -> Strength:
    """Somebody takes a strength back; that it was declared and endorsed stays in history."""
    before = talent.of_person(Strength, store.directory.identities(person_id), strength_id)
    return talent.save(before.taken_back(on=london_today(change.at)), before=before, at=change.at)


def endorse_strength(
    person_id: str, strength_id: str, *, evidence: str, change: Change, store: Store, talent: Talent
) -> Strength:
    """Somebody who sees a person at work vouches for a strength, and says what they have seen."""
    identities = store.directory.identities(person_id)
    if change.by in {f"person:{one}" for one in identities}:
        raise OwnEndorsement
    before = talent.of_person(Strength, identities, strength_id)
    after = before.endorsed_by(change.by, on=london_today(change.at), evidence=evidence)
    return talent.save(after, before=before, at=change.at)


def add_aspiration(
    person_id: str,
    *,
    post: str,
    when: str | None,
    mobility: Mobility,
    note: str | None,
    change: Change,
    store: Store,
    talent: Talent,
) -> Aspiration:
    """Somebody says which post they would like to hold, by when, and how far they would go for it."""
    today = london_today(change.at)
    store.vocabulary(VocabularyName.POSTS).refuse_unusable(post, on=today, field="post")
    _refuse_a_wrong_year(when, today)
    new = Aspiration(id=new_id(), person=person_id, post=post, when=when, mobility=mobility, note=note, added=today)
    return talent.save(new, before=None, at=change.at)


def change_aspiration(
    person_id: str,
    aspiration_id: str,
    *,
    when: str | None,
    mobility: Mobility,
    note: str | None,
    change: Change,
    store: Store,
    talent: Talent,
) -> Aspiration:
    """Somebody says a wish otherwise: another year, nearer or farther, another note."""
    _refuse_a_wrong_year(when, london_today(change.at))
    before = talent.of_person(Aspiration, store.directory.identities(person_id), aspiration_id)
    return talent.save(before.changed(when=when, mobility=mobility, note=note), before=before, at=change.at)


def withdraw_aspiration(
    person_id: str, aspiration_id: str, *, change: Change, store: Store, talent: Talent
) -> Aspiration:
    """Somebody takes a wish back."""
    before = talent.of_person(Aspiration, store.directory.identities(person_id), aspiration_id)
    return talent.save(before.taken_back(on=london_today(change.at)), before=before, at=change.at)


def add_talent_review(
    person_id: str,
    *,
    on: date | None,
    readiness: Readiness,
    risk: Risk,
    next_post: str | None,
    notes: str | None,
    change: Change,
    store: Store,
    talent: Talent,
) -> TalentReview:
    """The SIL or the CEO writes down how ready somebody is for the next post, and how likely to leave."""
    today = london_today(change.at)
    if on is not None and on > today:
        raise Malformed("on", "A review is of a day that has come.")
    if next_post is not None:
        store.vocabulary(VocabularyName.POSTS).refuse_unknown(next_post, field="next_post")
    _refuse_who_is_not_planned_for(person_id, change, store)
    review = TalentReview(
        id=new_id(),
        person=person_id,
        on=on or today,
        readiness=readiness,
        risk=risk,
        next_post=next_post,
        notes=notes,
        by=change.by,
        at=change.at,
    )
    talent.add_review(review)
    return review


def put_candidate(
    organisation_id: str,
    post: str,
    person_id: str,
    *,
    ready: Ready,
    developing: str | None,
    change: Change,
    store: Store,
    talent: Talent,
) -> Candidate:
    """The SIL or the CEO says who could follow in a key post, how soon, and what they are given to grow into it."""
    if not key_post(store.organisation(organisation_id), post):
        raise NoKeyPost
    _refuse_who_is_not_planned_for(person_id, change, store)
    before = talent.candidate(organisation_id, post, person_id)
    if before is not None:
        after = before.said(ready, developing, by=change.by, at=change.at)
        return talent.save(after, before=before, at=change.at)
    new = Candidate(
        id=new_id(),
        organisation=organisation_id,
        post=post,
        person=person_id,
        ready=ready,
        developing=developing,
        by=change.by,
        at=change.at,
    )
    return talent.save(new, before=None, at=change.at)


def withdraw_candidate(
    organisation_id: str, post: str, person_id: str, *, change: Change, store: Store, talent: Talent
) -> None:
    """Somebody is no longer meant for a key post; nothing happens where they are not."""
    for one in store.directory.identities(person_id):
        before = talent.candidate(organisation_id, post, one)
        if before is not None:
            talent.save(before.taken_back(by=change.by, at=change.at), before=before, at=change.at)


def _refuse_who_is_not_planned_for(person_id: str, change: Change, store: Store) -> None:
    person = store.person(person_id)
    if change.by in {f"person:{one}" for one in (person.id, *person.former_ids)}:
        raise OwnReview
    if person.last_day is not None and person.left_before(london_today(change.at)):
        raise HasLeft(last_day=person.last_day)


def _refuse_a_wrong_year(when: str | None, today: date) -> None:
    if when is None:
        return
    try:
        first = first_year(when)
    except Malformed as refused:
        raise Malformed("when", refused.detail) from None
    if date(min(first, 9998) + 1, 8, 31) < today:
        raise Malformed("when", f"{when} is over. Say an academic year that is still to come.")
