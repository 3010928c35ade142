"""What HR types of an academy or the central team."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, RadioField

from acorn_portal.forms.fields import Day, Text
from acorn_portal.forms.judged import JudgedAnswers
from acorn_portal.words import MEMBERSHIPS, ORGANISATION_KINDS


class AcademyForm(JudgedAnswers):
    """An academy or the central team. `base` is what the page said when it was opened."""

    POINTERS: Mapping[str, str] = {
        "/address/street": "street",
        "/address/town": "town",
        "/address/postcode": "postcode",
    }

    kind = RadioField("Kind", choices=dict(ORGANISATION_KINDS), default="academy")
    name = Text("Name", missing="Enter its name.")
    urn = Text("URN (optional)", description="Its six digits in Get Information About Schools (GIAS).")
    ukprn = Text("UKPRN (optional)", description="Its eight digits as a provider.")
    phase = Text("Phase (optional)", description="As GIAS names it, such as Primary.")
    membership = RadioField("Where it stands with the trust", choices=dict(MEMBERSHIPS), default="member")
    founder = RadioField("Did it found the trust?", choices={"yes": "Yes", "no": "No"}, default="no")
    joined = Day("Day it joined the trust (optional)", description="For example, 1 4 2017.")
    left = Day("Last day in the trust (optional)", description="Only if it has left or is going to leave.")
    street = Text("Street (optional)")
    town = Text("Town (optional)")
    postcode = Text("Postcode (optional)")
    why = Text("Note for the change history (optional)")
    version = HiddenField()
    base = HiddenField()

    def details(self) -> dict[str, Any]:
        """All that the form says, in the service's words."""
        parts = {"street": self.street.data, "town": self.town.data, "postcode": self.postcode.data}
        return {
            "kind": self.kind.data,
            "name": self.name.data,
            "urn": self.urn.data,
            "ukprn": self.ukprn.data,
            "phase": self.phase.data,
            "membership": self.membership.data,
            "founder": self.founder.data == "yes",
            "joined": self.joined.iso(),
            "left": self.left.iso(),
            "address": parts if any(parts.values()) else None,
        }

    def put(self, name: str, value: Any) -> None:
        """Show a value, in the service's words, in its field."""
        if name in ("joined", "left"):
            self[name].process(None, value)
        elif name == "address":
            for part in ("street", "town", "postcode"):
                self[part].data = (value or {}).get(part)
        elif name == "founder":
            self.founder.data = "yes" if value else "no"
        else:
            self[name].data = value


class DepartureForm(JudgedAnswers):
    """An academy leaves the trust with its people."""

    RULES: Mapping[str, str] = {"ends-recorded-later": "on"}

    on = Day("Last day in the trust", missing="Enter its last day in the trust.", description="For example, 31 8 2027.")
    why = Text("Note for the change history (optional)")
    version = HiddenField()
