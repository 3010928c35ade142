"""Hours of CPD by academic year as bars: where each is drawn, in the units of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from acorn_portal import words
from acorn_portal.clients.cpd import HoursOfYear

WIDTH = 320
_LABEL, _VALUE = 68, 64
_TOP, _ROW, THICK = 34, 34, 20
_MOST_YEARS = 10


@dataclass(frozen=True)
class Bar:
    """A year: its bar begins at `left`; the part that waits follows the part that is verified."""

    year: str
    total: str
    top: int
    left: int
    verified: float
    awaiting: float

    @property
    def end(self) -> float:
        """Where the bar ends."""
        return self.left + self.verified + self.awaiting


@dataclass(frozen=True)
class Chart:
    """The picture: its bars, how high it is, and the same in words for those who do not see it."""

    bars: tuple[Bar, ...]
    height: int
    title: str
    description: str


def chart(years: Sequence[HoursOfYear]) -> Chart | None:
    """The latest academic years as bars; None where there are no hours."""
    shown = years[:_MOST_YEARS]
    most = max((year["total"] for year in shown), default=0)
    if not most:
        return None
    scale = (WIDTH - _LABEL - _VALUE) / most
    bars = tuple(
        Bar(
            year=year["academic_year"],
            total=f"{year['total']:g}",
            top=_TOP + _ROW * row,
            left=_LABEL,
            verified=round(year["verified"] * scale, 1),
            awaiting=round(year["awaiting"] * scale, 1),
        )
        for row, year in enumerate(shown)
    )
    told = "; ".join(f"{year['academic_year']}: {_said(year)}" for year in shown)
    return Chart(bars, _TOP + _ROW * len(shown), "Hours of CPD by academic year", f"{told}.")


def _said(year: HoursOfYear) -> str:
    waiting = f", of which {words.hours(year['awaiting'])} not verified yet" if year["awaiting"] else ""
    return f"{words.hours(year['total'])}{waiting}"
