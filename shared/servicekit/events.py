"""Events: CloudEvents 1.0 in structured JSON, each with the whole published state of one aggregate at one version.

What we send is held strictly against the schemas in `contracts/events/`; what we receive is read tolerantly, so that
a newer producer never stops an older listener.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeGuard

import orjson
from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from servicekit.ids import new_id

MAX_BYTES = 900_000
"""Largest event: below what a Kafka broker accepts by default (1 MiB), since a row that no broker takes would stop
every row behind it. Aggregates are kept small; one that comes near this should be split."""

_FORMAT = JSONFormat()
_DATES = FormatChecker(("date",))


class BadEvent(Exception):
    """An event that we were about to send does not keep to its contract; the message says where, never what."""


class Unreadable(Exception):
    """A message that is no event of ours; the message says what is missing, never what was sent."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One aggregate at one version; `type` only says why it was sent."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    epoch: int
    version: int
    state: Mapping[str, Any]
    traceparent: str | None = None

    @property
    def key(self) -> tuple[int, int]:
        """What decides which of two states of an aggregate is the newer: the epoch, then the version."""
        return self.epoch, self.version


class Schemas:
    """The event schemas of a contracts folder, by event type."""

    def __init__(self, contracts: Path) -> None:
        """Load every schema; `FileNotFoundError` when the folder holds none, `ValueError` for one that is no schema."""
        self._folder = contracts / "events"
        documents = dict(_schemas(self._folder))
        if not documents:
            raise FileNotFoundError(f"There are no event schemas in {self._folder}: set ACORN_CONTRACTS.")
        registry: Registry[Any] = Registry().with_resources(
            (document["$id"], DRAFT202012.create_resource(document)) for document in documents.values()
        )
        self._validators: dict[str, Draft202012Validator] = {}
        for path, document in documents.items():
            try:
                Draft202012Validator.check_schema(document)
            except SchemaError as error:
                raise ValueError(f"{path} is not a JSON Schema: {error.message}") from error
            if path.parent == self._folder:
                type_ = path.name.removesuffix(".json")
                self._validators[type_] = Draft202012Validator(document, registry=registry, format_checker=_DATES)

    @property
    def types(self) -> frozenset[str]:
        """Every event type that has a schema."""
        return frozenset(self._validators)

    def validate(self, type: str, document: Mapping[str, Any]) -> None:
        """Hold a structured event against the schema of its type; `BadEvent` names the first place that breaks it."""
        validator = self._validators.get(type)
        if validator is None:
            raise BadEvent(f"{type} has no schema in {self._folder}: write it before the event is sent.")
        try:
            error = next(validator.iter_errors(document), None)
        except Unresolvable as missing:
            raise BadEvent(f"the schema of {type} refers to {missing.ref}, which is not there.") from None
        if error is not None:
            # The message of the validator quotes the value, which may be somebody's name.
            raise BadEvent(f"{type} breaks {error.validator!r} at {error.json_path}.")


class _Contracts:
    """The schemas that this process publishes by: one contracts folder, read at the first event."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._schemas: Schemas | None = None

    def schemas(self) -> Schemas:
        if self._schemas is None:
            self._schemas = Schemas(self.folder)
        return self._schemas


_contracts = _Contracts(Path("contracts"))


def use_contracts(folder: Path) -> None:
    """Publish by the schemas of this folder from now on; `create` and `Worker` call it with their settings'."""
    global _contracts  # noqa: PLW0603 - one process publishes by one set of contracts
    if folder != _contracts.folder:
        _contracts = _Contracts(folder)


def make_event(
    *,
    type: str,
    source: str,
    subject: str,
    epoch: int,
    version: int,
    state: Mapping[str, Any],
    at: datetime,
    traceparent: str | None = None,
) -> bytes:
    """Make the bytes of one event, held against its schema; `BadEvent` when it breaks it or is over `MAX_BYTES`."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": new_id(),
        "source": source,
        "type": type,
        "subject": subject,
        "time": at.astimezone(UTC),
        "datacontenttype": "application/json",
    }
    if traceparent is not None:
        attributes["traceparent"] = traceparent
    data = {"epoch": epoch, "version": version, "state": dict(state)}
    try:
        value = _FORMAT.write(CloudEvent(attributes, data))
        # What is judged is what will be read, not what was meant: NaN, for one, is no JSON.
        document = orjson.loads(value)
    except (BaseCloudEventException, TypeError, ValueError) as error:
        raise BadEvent(f"{type} cannot be written as a CloudEvent in JSON.") from error
    _contracts.schemas().validate(type, document)
    if state.get("id") != subject:
        raise BadEvent(f"{type}: the state's id is not the event's subject.")
    if len(value) > MAX_BYTES:
        raise BadEvent(f"{type} is {len(value)} bytes; {MAX_BYTES} is the most. Its aggregate has grown too large.")
    return value


def read_event(value: bytes) -> Event:
    """Read the bytes of one event, passing over what this version does not know; `Unreadable` when it is none."""
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        raise Unreadable("not JSON") from None
    if not isinstance(document, dict):
        raise Unreadable("not a JSON object")
    known = {name: document[name] for name in _ATTRIBUTES if document.get(name) is not None}
    # The library would make up what is missing, and two deliveries would then differ.
    if "id" not in known or "specversion" not in known:
        raise Unreadable("not a CloudEvent: no id or no specversion")
    try:
        known["time"] = datetime.fromisoformat(known["time"])
        cloud = CloudEvent(known, document.get("data"))
    except (BaseCloudEventException, KeyError, TypeError, ValueError):
        raise Unreadable("not a CloudEvent of version 1.0 with a time") from None
    subject, data = cloud.get_subject(), cloud.get_data()
    if subject is None or not isinstance(data, dict):
        raise Unreadable("no subject or no data")
    epoch, version, state = data.get("epoch"), data.get("version"), data.get("state")
    if not _counts(epoch) or not _counts(version) or not isinstance(state, dict):
        raise Unreadable("no epoch, version and state in the data")
    if state.get("id") != subject:
        raise Unreadable("the state's id is not the subject")
    return Event(
        id=cloud.get_id(),
        type=cloud.get_type(),
        source=cloud.get_source(),
        subject=subject,
        time=known["time"],
        epoch=epoch,
        version=version,
        state=state,
        traceparent=cloud.get_extension("traceparent"),
    )


_ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "traceparent")


def _counts(number: Any) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 1


def _schemas(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted([*folder.glob("*.json"), *folder.glob("state/*.json")]):
        yield path, orjson.loads(path.read_bytes())
