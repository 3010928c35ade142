"""Who may do what, decided in one place, by default no.

Each route declares its rules beside its handler: `@allows(OWN, DIRECT_REPORT, HR)`. A claimed access role in the rules
reaches everybody; a relation reaches the people to whom the caller stands in it today. `contracts/access.md` is the
same by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import current_app, g, request

from servicekit.auth import Identity, Verifier
from servicekit.problems import Forbidden, NotFound, ScopeUnknown, Unauthorised
from servicekit.roles import Anyone, Relation, Role, Rule

HR, SIL, CEO = Role.HR, Role.SIL, Role.CEO
TRUSTEE, OPERATIONS, DATA_PROTECTION = Role.TRUSTEE, Role.OPERATIONS, Role.DATA_PROTECTION
OWN, DIRECT_REPORT, LEADS_ACADEMY = Relation.OWN, Relation.DIRECT_REPORT, Relation.LEADS_ACADEMY
SIGNED_IN, PUBLIC = Anyone.SIGNED_IN, Anyone.PUBLIC

View = TypeVar("View", bound=Callable[..., Any])


class Scope(Protocol):
    """The facts with dates that relations are judged by; `directory.scope.Scope` is the one that services use."""

    def person_of(self, issuer: str, subject: str, today: date) -> str | None:
        """The person bound to a sign-in, unless they have left."""

    def relations(self, caller_person: str, person: str, today: date) -> frozenset[Relation]:
        """How one person stands to another today; `ScopeUnknown` where the facts are too old to say, as below."""

    def people_filter(self, caller_person: str, relations: frozenset[Relation], today: date) -> dict[str, Any]:
        """A filter over documents of people: those to whom the caller stands in one of these relations today."""

    def person_ids(self, caller_person: str, relations: frozenset[Relation], today: date) -> list[str]:
        """The ids of the same people."""


@dataclass(frozen=True)
class Caller:
    """Somebody signed in, and the person that the sign-in is bound to, if it is."""

    identity: Identity
    person_id: str | None

    @property
    def roles(self) -> frozenset[Role]:
        """The access roles that the token claims."""
        return self.identity.roles

    @property
    def actor(self) -> str:
        """Who this is, for `by` and audits: `person:<id>`, or `sign-in:<subject>` where no person is bound."""
        return f"person:{self.person_id}" if self.person_id else f"sign-in:{self.identity.subject}"


@dataclass(frozen=True)
class Permit:
    """What the rules of this route grant this caller.

    With a person in the path, `grants` are those that hold for that person. Without, they are those that may hold for
    somebody: a list must then be narrowed with `people_filter` or `person_ids`.
    """

    caller: Caller
    grants: frozenset[Rule]
    scope: Scope
    today: date

    @property
    def everyone(self) -> bool:
        """A claimed access role is among the grants: nothing to narrow."""
        return any(isinstance(grant, Role) for grant in self.grants)

    def only(self, *rules: Rule) -> "Permit":
        """The same permit with no more than what these rules grant: what a caller may do of all that they may see."""
        return replace(self, grants=self.grants & set(rules))

    def people_filter(self) -> dict[str, Any]:
        """A filter over documents of people that leaves those whom the caller may see; empty for everyone."""
        if self.everyone:
            return {}
        if self.caller.person_id is None:
            return {"_id": {"$in": []}}
        return self.scope.people_filter(self.caller.person_id, self._relations(), self.today)

    def person_ids(self) -> list[str] | None:
        """The ids of the people whom the caller may see; None for everyone."""
        if self.everyone:
            return None
        if self.caller.person_id is None:
            return []
        return self.scope.person_ids(self.caller.person_id, self._relations(), self.today)

    def _relations(self) -> frozenset[Relation]:
        return frozenset(grant for grant in self.grants if isinstance(grant, Relation))


def allows(*rules: Rule) -> Callable[[View], View]:
    """Declare who may call a view; the caller and the permit are bound before anything of the request is read.

    Refusals: 401 without a token that holds; 403 where no rule can apply to the caller; 404 where the person in the
    path is nobody to whom the rules reach, the same answer as for nobody at all.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def allowed(*args: Any, **kwargs: Any) -> Any:
            if PUBLIC not in rules:
                _admit(frozenset(rules), kwargs.get("person_id"))
            return view(*args, **kwargs)

        allowed.access_rules = rules  # type: ignore[attr-defined]
        return allowed  # type: ignore[return-value]

    if not rules:
        raise TypeError("allows() needs at least one rule; nobody at all is no rule")
    return decorate


def caller() -> Caller:
    """Who is calling; only inside a view that is not public."""
    found: Caller = g.caller
    return found


def permit() -> Permit:
    """What the view's rules grant the caller."""
    found: Permit = g.permit
    return found


def _admit(rules: frozenset[Rule], person_id: str | None) -> None:
    state = current_app.extensions["acorn"]
    state.prepare()
    today: date = g.today
    scope: Scope = state.scope
    g.caller = caller = _caller(state.verifier, scope, today)
    grants: set[Rule] = {rule for rule in rules if rule in caller.roles}
    relations = frozenset(rule for rule in rules if isinstance(rule, Relation))
    if Anyone.SIGNED_IN in rules:
        grants.add(Anyone.SIGNED_IN)
    if relations and caller.person_id:
        if person_id is None:
            grants |= relations
        else:
            grants |= relations & _standing(scope, caller.person_id, person_id, today, needed=not grants)
            if not grants:
                raise NotFound("There is nobody with this id for whom you may do this.")
    if not grants:
        raise Forbidden("Your access does not cover this. Ask HR if you think that it should.")
    g.permit = Permit(caller=caller, grants=frozenset(grants), scope=scope, today=today)


def _standing(scope: Scope, caller: str, person: str, today: date, *, needed: bool) -> frozenset[Relation]:
    """How the caller stands to somebody; nothing where that is not known and an access role reaches them anyhow."""
    try:
        return scope.relations(caller, person, today)
    except ScopeUnknown:
        if needed:
            raise
        return frozenset()


def _caller(verifier: Verifier, scope: Scope, today: date) -> Caller:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthorised("Send a bearer token in the Authorization header.")
    identity = verifier.identify(token.strip())
    return Caller(identity=identity, person_id=scope.person_of(identity.issuer, identity.subject, today))
