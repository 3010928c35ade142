"""What people are strong at: said by themselves, endorsed by those who see them at work, fading unless it is renewed.

Source: domain brief, "Strengths" (area, level, who endorsed it, on what evidence). Whether one is current is computed
for a day: it holds for two years after it was last declared, renewed or endorsed, and no event marks its end.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model.days import ONE_DAY
from acorn_staff.model.person import NOT_YET
from acorn_staff.model.talent_refusals import EndorsedToday, OwnEndorsement, StrengthWithdrawn

HOLDS_MONTHS = 24
FADES_MONTHS = 21
"""After how many months a strength has faded, and from when on it does."""


class Level(StrEnum):
    """How far a strength goes."""

    DEVELOPING = "developing"
    SECURE = "secure"
    LEADS_OTHERS = "leads_others"


class Standing(StrEnum):
    """How a strength stands on a day."""

    CURRENT = "current"
    FADING = "fading"
    FADED = "faded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Endorsement:
    """Somebody's word for a strength that they have seen, and on what evidence."""

    by: str
    on: date
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Strength:
    """One strength of one person; `refreshed` is the last day on which somebody stood by it."""

    id: str
    person: str
    area: str
    level: Level
    declared: date
    refreshed: date
    evidence: str | None = None
    endorsements: tuple[Endorsement, ...] = ()
    endorsed: int = 0
    withdrawn: date | None = None
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    def standing(self, on: date) -> Standing:
        """How it stands on a day."""
        if self.withdrawn is not None and self.withdrawn <= on:
            return Standing.WITHDRAWN
        if on > months_after(self.refreshed, HOLDS_MONTHS):
            return Standing.FADED
        return Standing.FADING if on > months_after(self.refreshed, FADES_MONTHS) else Standing.CURRENT

    def renewed(self, *, on: date, level: Level | None = None, evidence: str | None = None) -> "Strength":
        """The strength with its person's word anew, perhaps at another level; `StrengthWithdrawn`."""
        self._refuse_withdrawn()
        return replace(self, level=level or self.level, evidence=evidence or self.evidence, refreshed=on)

    def endorsed_by(self, by: str, *, on: date, evidence: str) -> "Strength":
        """The strength with one endorsement more; never one's own, and one a day of each.

        `StrengthWithdrawn`, `OwnEndorsement`, `EndorsedToday`.
        """
        self._refuse_withdrawn()
        if by == f"person:{self.person}":
            raise OwnEndorsement
        if any((one.by, one.on) == (by, on) for one in self.endorsements):
            raise EndorsedToday
        endorsements = (*self.endorsements, Endorsement(by=by, on=on, evidence=evidence))
        return replace(self, endorsements=endorsements, endorsed=len(endorsements), refreshed=on)

    def taken_back(self, *, on: date) -> "Strength":
        """The strength withdrawn; the same object if it is."""
        return self if self.withdrawn is not None else replace(self, withdrawn=on)

    def _refuse_withdrawn(self) -> None:
        if self.withdrawn is not None:
            raise StrengthWithdrawn


def months_after(day: date, months: int) -> date:
    """The same day of the month some months later, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def first_day_within(on: date, months: int) -> date:
    """The earliest day from which a day is not more than some months away, as `months_after` counts them.

    Counting back alone would be wrong at the end of a month, which shorter months have no day for.
    """
    back = months_after(on, -months)
    return back if months_after(back, months) >= on else back + ONE_DAY
