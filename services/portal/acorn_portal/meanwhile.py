"""Two who change one thing at once: what the second is told of what the first did, so that nothing typed is lost.

A form carries what it said when it was opened (`base`). Only what differs from that was typed; the rest follows what is
so now.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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


def clashes(
    labels: Mapping[str, str],
    *,
    base: Mapping[str, Any],
    typed: Mapping[str, Any],
    now: Mapping[str, Any],
    said: Callable[[str, Any], str],
) -> tuple[list[Clash], dict[str, Any]]:
    """What somebody else changed, for a table; and the values that fields which were left alone follow."""
    found, follow = [], {}
    for name, label in labels.items():
        if now[name] == base[name]:
            continue
        if typed[name] == base[name]:
            follow[name] = now[name]
            found.append(Clash(label, "You left it as it was", said(name, now[name])))
        else:
            found.append(Clash(label, said(name, typed[name]), said(name, now[name])))
    return found, follow
