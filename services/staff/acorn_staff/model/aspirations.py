"""What somebody would like to do next: which post, by when, how far they would go for it. Their own words alone."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model.person import NOT_YET
from acorn_staff.model.talent_refusals import AspirationWithdrawn


class Mobility(StrEnum):
    """How far somebody would go for it."""

    THIS_ACADEMY = "this_academy"
    NEARBY = "nearby"
    ANYWHERE_IN_TRUST = "anywhere_in_trust"


@dataclass(frozen=True, kw_only=True)
class Aspiration:
    """One wish of one person; `when` is an academic year, None while they do not say."""

    id: str
    person: str
    post: str
    mobility: Mobility
    added: date
    when: str | None = None
    note: str | None = None
    withdrawn: date | None = None
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    def changed(self, *, when: str | None, mobility: Mobility, note: str | None) -> "Aspiration":
        """The wish said otherwise; `AspirationWithdrawn`. The same object where nothing changes."""
        if self.withdrawn is not None:
            raise AspirationWithdrawn
        after = replace(self, when=when, mobility=mobility, note=note)
        return self if after == self else after

    def taken_back(self, *, on: date) -> "Aspiration":
        """The wish withdrawn; the same object if it is."""
        return self if self.withdrawn is not None else replace(self, withdrawn=on)
