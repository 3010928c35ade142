"""Sign-ins: bound once to a person by a verified e-mail address, afterwards known by issuer and subject alone."""

from acorn_staff.model.events import PERSON_SIGN_IN_BOUND, PERSON_SIGN_IN_ENDED
from acorn_staff.model.history import Change
from acorn_staff.model.person import Person
from acorn_staff.model.refusals import EmailNotVerified, NobodyHasEmail, SignInTaken
from acorn_staff.operations.keeping import keep_person
from acorn_staff.store import Store
from servicekit.auth import Identity
from servicekit.clock import london_today


def bind_sign_in(identity: Identity, *, change: Change, store: Store) -> tuple[Person, bool]:
    """Bind whoever signs in to the one current person with their verified e-mail; tell whether that is new.

    Refusals: `EmailNotVerified`, `NobodyHasEmail`, `SignInTaken` (this login is somebody else's), `PersonHasSignIn`
    (that person has another login).
    """
    today = london_today(change.at)
    bound = store.person_signing_in_as(identity.issuer, identity.subject)
    if bound is not None and not bound.left_before(today):
        return bound, False
    if identity.email is None or not identity.email_verified:
        raise EmailNotVerified
    email = identity.email.lower()
    store.hold_email(email)
    current = [one for one in store.people_by_identifiers(emails=[email]) if not one.left_before(today)]
    if len(current) != 1:
        raise NobodyHasEmail
    if bound is not None:
        # It was a leaver's: only HR can say that it is the same human being.
        raise SignInTaken
    (person,) = current
    signed_in = person.bound(identity.issuer, identity.subject, today)
    kept = keep_person(signed_in, before=person, because=PERSON_SIGN_IN_BOUND, change=change, store=store)
    return kept, True


def end_sign_in(person_id: str, *, change: Change, store: Store) -> Person:
    """HR unbinds a person's sign-in, at once; nothing happens if there is none."""
    person = store.person(person_id)
    signed_out = person.unbound(london_today(change.at))
    return keep_person(signed_out, before=person, because=PERSON_SIGN_IN_ENDED, change=change, store=store)
