"""What can be refused, as exceptions that say facts; each becomes one RFC 9457 problem answer (`servicekit.app`).

No Flask in here: `model.py` raises these too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldError:
    """One faulty field: a JSON pointer into the request (RFC 6901), and a sentence on what is wrong with it."""

    pointer: str
    detail: str


class Problem(Exception):
    """A refusal: a status, a stable kind (`slug`), a title for the kind and a sentence for this occurrence.

    `facts` are members of the answer beside the standard ones; they must not hold what the reader may not see.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "unexpected"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = (), **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.facts = facts

    def headers(self) -> dict[str, str]:
        """The response headers that this kind of refusal needs."""
        return {}

    def document(self) -> dict[str, Any]:
        """The members of the problem answer (RFC 9457, section 3)."""
        document: dict[str, Any] = {
            "type": f"urn:acorn:problem:{self.slug}",
            "title": self.title,
            "status": int(self.status),
            "detail": self.detail,
            **self.facts,
        }
        if self.errors:
            document["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in self.errors]
        return document


class BadRequest(Problem):
    """The request cannot be read at all."""

    status = HTTPStatus.BAD_REQUEST
    slug = "bad-request"
    title = "The request cannot be read"


class BadCursor(Problem):
    """A paging cursor that was not made for this query, or by us."""

    status = HTTPStatus.BAD_REQUEST
    slug = "bad-cursor"
    title = "The cursor does not belong to this list"

    def __init__(self) -> None:
        super().__init__("This cursor was made for other filters or another reader. Ask for the first page again.")


class Unauthorised(Problem):
    """No bearer token, or one that does not hold."""

    status = HTTPStatus.UNAUTHORIZED
    slug = "not-signed-in"
    title = "You are not signed in"

    def headers(self) -> dict[str, str]:
        """RFC 6750, section 3."""
        return {"WWW-Authenticate": 'Bearer realm="acorn"'}


class Forbidden(Problem):
    """Somebody known asks for what their access does not cover."""

    status = HTTPStatus.FORBIDDEN
    slug = "not-allowed"
    title = "Your access does not cover this"


class NotFound(Problem):
    """Nothing with that id, or nothing that this reader may see: the answer is the same."""

    status = HTTPStatus.NOT_FOUND
    slug = "not-found"
    title = "Not found"


class StaleVersion(Problem):
    """Somebody changed it since it was read."""

    status = HTTPStatus.PRECONDITION_FAILED
    slug = "stale-version"
    title = "It has changed since you read it"

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this since you read it. Read it again and repeat your change on what it says now."
        )


class VersionMissing(Problem):
    """A change without If-Match."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    slug = "version-missing"
    title = "Say which version you change"

    def __init__(self) -> None:
        super().__init__("Send the ETag that you read in an If-Match header, so that nobody's change is overwritten.")


class Invalid(Problem):
    """The request can be read, and says something that cannot be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "invalid"
    title = "Some of what you sent cannot be accepted"


class KeyReused(Problem):
    """An Idempotency-Key that was used for another request."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "idempotency-key-reused"
    title = "This Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        super().__init__("The same Idempotency-Key came with another body. Use a new key for a new request.")


class Conflict(Problem):
    """What is asked for contradicts what is there."""

    status = HTTPStatus.CONFLICT
    slug = "conflict"
    title = "It contradicts what is already there"


class RuleBroken(Problem):
    """A rule of the domain refuses; subclasses name the rule, in the words of the strategy."""

    status = HTTPStatus.CONFLICT
    slug = "rule-broken"
    title = "A rule of the trust does not allow this"


class TooLarge(Problem):
    """A body over the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    slug = "too-large"
    title = "The request is too large"


class Unavailable(Problem):
    """Something that we stand on is away for now; `retry_after` in seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug = "unavailable"
    title = "Please try again in a moment"

    def __init__(self, detail: str, *, retry_after: int = 5) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        """RFC 9110, section 10.2.3."""
        return {"Retry-After": str(self.retry_after)}


class ScopeUnknown(Unavailable):
    """Who may see whom is too old to be relied on: what depends on it is refused until it is known again."""

    slug = "scope-unknown"
    title = "Whom you may see is not known right now"
