"""What the staff service says about people and organisations, kept for look-ups and scope.

A service that uses the directory adds `HANDLERS` to its own and gives its store a `directory`.
"""

from typing import Protocol

from directory.store import DirectoryStore
from servicekit.events import Event


class KeepsDirectory(Protocol):
    """The store of a service that keeps a directory."""

    @property
    def directory(self) -> DirectoryStore:
        """Where people and organisations go."""


def person_changed(event: Event, store: KeepsDirectory) -> None:
    """Whatever happened to a person, their state is kept whole; the newest version wins."""
    store.directory.put_person(event.state, epoch=event.epoch, version=event.version)


def person_erased(event: Event, store: KeepsDirectory) -> None:
    """Somebody was erased: nothing is kept of them but that, here and in whatever the service owns of theirs."""
    store.directory.put_erased(event.subject, epoch=event.epoch, version=event.version, at=event.time)


def organisation_changed(event: Event, store: KeepsDirectory) -> None:
    """Whatever happened to an organisation, its state is kept whole; the newest version wins."""
    store.directory.put_organisation(event.state, epoch=event.epoch, version=event.version)


def heard(event: Event, store: KeepsDirectory) -> None:
    """Up to when staff had said everything there was to say, partition by partition; the latest wins."""
    store.directory.put_heartbeat(event.state, epoch=event.epoch, version=event.version, at=event.time)


HANDLERS = {
    "staff.people-heartbeat.v1": heard,
    "staff.person-erased.v1": person_erased,
    "staff.person-*.v1": person_changed,
    "staff.organisation-*.v1": organisation_changed,
}
