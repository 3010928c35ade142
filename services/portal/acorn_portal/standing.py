"""How a service stands, for whoever is on call: from what it says of itself to a sentence for each fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from acorn_portal import words

_LATE_SECONDS = 60
"""An event that has waited for so long does not wait its turn any more: something stands still."""
_BEHIND = 1_000
"""So many messages are more than a worker takes in one poll."""
_DEPTH_COUNTED = 100_000


class Health(StrEnum):
    """How a service is; its value is what the page says of it."""

    WELL = "Healthy"
    ATTENTION = "Needs attention"
    UNWELL = "Not healthy"


COLOURS: Mapping[Health, str] = {Health.WELL: "green", Health.ATTENTION: "yellow", Health.UNWELL: "red"}


@dataclass(frozen=True)
class Partition:
    """A partition that a worker reads; `lag` is how many messages wait in it."""

    topic: str
    number: int
    position: int
    lag: int


@dataclass(frozen=True)
class Standing:
    """A service as it said that it stands; one that did not answer has said nothing."""

    service: str
    health: Health
    faults: Sequence[str]
    answers: bool
    measured: str | None = None
    workers: Sequence[Mapping[str, Any]] = ()
    sender: str | None = None
    depth: int = 0
    oldest_seconds: float = 0.0
    dead_letters: int = 0
    partitions: Sequence[Partition] = field(default=())

    @property
    def lag(self) -> int:
        """How many messages wait in all partitions together."""
        return sum(partition.lag for partition in self.partitions)

    @property
    def behind(self) -> str:
        """How many messages of other services wait to be taken in, as only a worker knows."""
        if not self.workers:
            return "Not known without a worker"
        return f"{self.lag:,} {'waits' if self.lag == 1 else 'wait'}" if self.lag else "None waits"

    @property
    def outbox(self) -> str:
        """How many events wait to be sent, as a sentence without its full stop."""
        if not self.depth:
            return "Empty: every event has been sent"
        many = words.count({"count": self.depth, "more": self.depth >= _DEPTH_COUNTED}, "event waits", "events wait")
        return f"{many[0].upper()}{many[1:]}, the oldest for {duration(self.oldest_seconds)}"


def away(service: str) -> Standing:
    """A service that did not answer."""
    return Standing(service, Health.UNWELL, ("It does not answer.",), answers=False)


def standing(service: str, status: Mapping[str, Any]) -> Standing:
    """A service by its answer to `read_status`."""
    workers = status["workers"]
    waiting = status["outbox"]
    # A partition that has just changed hands is in what two workers said: the later word counts.
    read = {
        (each["topic"], each["partition"]): Partition(each["topic"], each["partition"], each["position"], each["lag"])
        for worker in sorted(workers, key=lambda one: str(one["at"]))
        for each in worker["partitions"]
    }
    partitions = [read[at] for at in sorted(read)]
    lag = sum(one.lag for one in partitions)
    unwell, attention = [], []
    if not workers:
        unwell.append("No worker is alive: nothing is sent, received or imported.")
    if waiting["oldest_seconds"] > _LATE_SECONDS:
        unwell.append(f"An event has waited for {duration(waiting['oldest_seconds'])} to be sent.")
    if lag > _BEHIND:
        attention.append(f"It is {lag:,} messages behind the other services.")
    if status["dead_letters"]:
        many = words.count({"count": status["dead_letters"], "more": False}, "dead letter waits", "dead letters wait")
        attention.append(f"{many} for somebody to look at {'it' if status['dead_letters'] == 1 else 'them'}.")
    health = Health.UNWELL if unwell else Health.ATTENTION if attention else Health.WELL
    return Standing(
        service,
        health,
        [*unwell, *attention],
        answers=True,
        measured=status["at"],
        workers=workers,
        sender=next((worker["relay"]["holder"] for worker in workers if worker["relay"]["holder"]), None),
        depth=waiting["depth"],
        oldest_seconds=waiting["oldest_seconds"],
        dead_letters=status["dead_letters"],
        partitions=partitions,
    )


def together(all_of_them: Sequence[Standing]) -> tuple[Health, str]:
    """How the services stand together, and one sentence that names those that are not healthy, worst first."""
    ill = [one for one in all_of_them if one.health is not Health.WELL]
    if not ill:
        return Health.WELL, "Every service is healthy."
    worst = Health.UNWELL if any(one.health is Health.UNWELL for one in ill) else Health.ATTENTION
    named = " and ".join(words.SERVICES[one.service] for one in sorted(ill, key=lambda one: one.health is not worst))
    return worst, f"Look at {named} below."


def duration(seconds: float) -> str:
    """A length of time as people say it: 12 seconds, 5 minutes, 3 hours, 2 days."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length or (seconds >= length and seconds % length == 0):
            return _many(int(seconds // length), unit)
    return _many(max(round(seconds), 1), "second")


def _many(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
