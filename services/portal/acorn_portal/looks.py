"""Who looked at somebody's data: reads that belong together as one line."""

from collections.abc import Iterable
from dataclasses import dataclass

from acorn_portal import words
from acorn_portal.clients.cpd import Read as CpdRead
from acorn_portal.clients.staff import Read as StaffRead

Read = CpdRead | StaffRead


@dataclass
class Look:
    """One look: who, when it began by the clock, and all that they did in that minute."""

    by: str
    by_name: str | None
    at: str
    what: list[str]


def looks(reads: Iterable[Read]) -> list[Look]:
    """Reads, newest first, as looks: what one reader did within a minute is one, as a page asks for several things."""
    found: list[Look] = []
    for read in reads:
        person, name = read["by"]["person"], read["by"]["name"]
        by = f"person:{person}" if person else "nobody"
        said = words.LOOKS.get(read["what"], "looked at the record")
        last = found[-1] if found else None
        if last and (last.by, words.moment(last.at)) == (by, words.moment(read["at"])):
            if said not in last.what:
                last.what.append(said)
        else:
            found.append(Look(by, name, read["at"], [said]))
    return found
