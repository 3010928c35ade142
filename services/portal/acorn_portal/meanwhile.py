"""Two who change one thing at once: what the second is told of what the first did, so that nothing typed is lost.

A form carries what it said when it was opened (`base`). Only what differs from that was typed; the rest follows what is
so now.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

SENTENCE = (
    "Somebody else changed this record while you were changing it, so nothing was saved yet. What you typed is still "
    "here. Look at what they changed, then save again."
)


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile: what this form says of it, and what is so now."""

    label: str
    yours: str
    now: str


def opened_with(text: str | None, held: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a form said when it was opened, from its hidden field; what is held where that cannot be read."""
    try:
        base = json.loads(text or "")
    except json.JSONDecodeError:
        return held
    return base if isinstance(base, dict) and base.keys() == held.keys() else held


def typed_in(typed: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that differ from what the form was opened with."""
    return {name: value for name, value in typed.items() if value != base[name]}


class Overtaken(Protocol):
    """A form about something that somebody else changed since it was opened."""

    version: Any
    base: Any
    form_errors: Any

    def details(self) -> Mapping[str, Any]:
        """All that the form says, in the service's words."""

    def put(self, name: str, value: Any) -> None:
        """Show a value, in the service's words, in its field."""


def caught_up(
    form: Overtaken,
    labels: Mapping[str, str],
    *,
    base: Mapping[str, Any],
    now: Mapping[str, Any],
    version: int,
    said: Callable[[str, Any], str],
) -> list[Clash]:
    """Bring a form up to what is so now, and answer what somebody else changed, for a table.

    What was left alone follows them, what was typed stays. The form is then about the version as it is now: sent again,
    it is saved.
    """
    found, typed = [], form.details()
    for name, label in labels.items():
        if now[name] == base[name]:
            continue
        if typed[name] == base[name]:
            form.put(name, now[name])
            found.append(Clash(label, "You left it as it was", said(name, now[name])))
        else:
            found.append(Clash(label, said(name, typed[name]), said(name, now[name])))
    form.version.data, form.base.data = str(version), json.dumps(now)
    form.form_errors = [SENTENCE]
    return found
