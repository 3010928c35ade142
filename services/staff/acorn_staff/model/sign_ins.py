"""Sign-ins: which login of the identity provider is whose, by dates; bound once by e-mail, then known by subject."""

from dataclasses import dataclass, replace
from datetime import date

from acorn_staff.model.days import day_before
from acorn_staff.model.refusals import PersonHasSignIn


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One login bound to a person over one interval of days; a login is an issuer and a subject, never an e-mail."""

    issuer: str
    subject: str
    from_: date
    to: date | None = None


def with_bound(held: tuple[SignIn, ...], issuer: str, subject: str, on: date) -> tuple[SignIn, ...]:
    """The sign-ins with one bound from a day on; the same tuple if it is bound already.

    `PersonHasSignIn` if another one is: an e-mail address that changed hands must not open somebody's record.
    """
    bound = next((one for one in held if one.to is None), None)
    if bound is None:
        return (*held, SignIn(issuer=issuer, subject=subject, from_=on))
    if (bound.issuer, bound.subject) != (issuer, subject):
        raise PersonHasSignIn
    return held


def with_none_bound(held: tuple[SignIn, ...], on: date) -> tuple[SignIn, ...]:
    """The sign-ins with none bound from a day on, at once; the same tuple if none is.

    One that was bound that very day leaves no interval; the change history keeps it.
    """
    if all(one.to is not None for one in held):
        return held
    ended = (replace(one, to=day_before(on)) if one.to is None else one for one in held)
    return tuple(one for one in ended if one.to is None or one.from_ <= one.to)
