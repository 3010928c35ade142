"""Whom somebody means: by ticking what is common, or by a rule as programs write it. Neither changes anything."""

import json
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectMultipleField, StringField

from acorn_portal.clients.calling import Refused
from acorn_portal.forms.answers import Answers
from acorn_portal.forms.fields import Day, Text
from acorn_portal.forms.judged import dated
from acorn_portal.trust import Trust
from acorn_portal.words import PERSON_KINDS

_VOCABULARIES = ("posts", "responsibilities", "year_groups")
_SOMEBODY = "Their name or their work e-mail address, to see why they are meant or not."
_TODAY = "Leave it empty for today."


class AudienceForm(Form):
    """Whom somebody means, ticked. It is sent by GET; `offer` what can be ticked first."""

    post = SelectMultipleField("Posts")
    responsibility = SelectMultipleField("Responsibilities")
    year_group = SelectMultipleField("Year groups")
    part = RadioField(
        "What they do with these year groups",
        choices={"": "Teach or lead", "taught": "Teach", "led": "Lead"},
        default="",
    )
    organisation = SelectMultipleField("Academies and the central team")
    phase = SelectMultipleField("Phases")
    kind = SelectMultipleField("What they are to the trust", choices=dict(PERSON_KINDS))
    join = RadioField(
        "Posts, responsibilities and year groups together",
        choices={"any": "One that is ticked is enough", "all": "One of each list must hold"},
        default="any",
    )
    here = BooleanField("Leave out who is away on that day")
    on = Day("Day (optional)", description=_TODAY)
    who = StringField("Why is somebody meant or not? (optional)", description=_SOMEBODY)

    def __init__(self, asked: MultiDict[str, str], trust: Trust) -> None:
        super().__init__(asked)
        self.unplaced: list[str] = []
        for field, vocabulary in zip(self._held(), _VOCABULARIES, strict=True):
            field.choices = dict(trust.titles.get(vocabulary, {}))
        self.organisation.choices = {one["id"]: one["name"] for one in trust.organisations.values()}
        phases = {str(one["phase"]) for one in trust.organisations.values() if one.get("phase")}
        self.phase.choices = {phase: phase for phase in sorted(phases)}
        for field in (*self._held(), self.organisation, self.phase, self.kind):
            offered = {choice[0] for choice in field.iter_choices()}
            field.data = [value for value in field.data or () if value in offered]
        for one in (self.part, self.join):
            if one.data not in {choice[0] for choice in one.iter_choices()}:
                one.data = one.default

    def readable(self) -> bool:
        """Whether the day can be read; what is not on offer is not asked for."""
        return bool(self.on.validate(self))

    def rule(self) -> dict[str, Any] | None:
        """The rule that is ticked; None where nothing is."""
        place = {name: self[name].data for name in ("organisation", "phase") if self[name].data}
        at = {"at": place} if place else {}
        part = {"part": self.part.data} if self.part.data else {}
        held: list[dict[str, Any]] = [
            {field.name: field.data, **(part if field is self.year_group else {}), **at}
            for field in self._held()
            if field.data
        ]
        if not held and at:
            held = [at]
        rules: list[dict[str, Any]] = [{str(self.join.data): held}] if len(held) > 1 else held
        if self.kind.data:
            rules.append({"kind": self.kind.data})
        if self.here.data:
            rules.append({"not": {"absent": True}})
        return {"all": rules} if len(rules) > 1 else rules[0] if rules else None

    def refuse(self, refusal: Refused) -> None:
        """Say what the service could not ask by."""
        self.unplaced = [dated(sentence) for sentence in refusal.errors.values()] or [dated(refusal.detail)]

    @property
    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, for the summary above the page."""
        said = [{"text": sentence} for sentence in self.unplaced]
        return [*said, *({"text": str(sentence), "href": f"#{self.on.first_id}"} for sentence in self.on.errors)]

    def _held(self) -> tuple[SelectMultipleField, ...]:
        """What somebody may hold at a place, by vocabulary."""
        return self.post, self.responsibility, self.year_group


class RuleForm(Answers):
    """A rule as `contracts/audience.v1.json` has it. It is sent by POST, for it may be long."""

    rule = Text("The rule, as programs write it", missing="Write a rule.")
    day = Day("Day (optional)", description=_TODAY)
    somebody = Text("Why is somebody meant or not? (optional)", description=_SOMEBODY)

    def read(self) -> dict[str, Any] | None:
        """The rule; None where it is none, which its field then says."""
        try:
            rule = json.loads(self.rule.data or "")
        except (json.JSONDecodeError, RecursionError) as wrong:
            at = f" at line {wrong.lineno}, character {wrong.colno}" if isinstance(wrong, json.JSONDecodeError) else ""
            self.refuse_field("rule", f"This cannot be read as JSON{at}.")
            return None
        if not isinstance(rule, dict) or not rule:
            self.refuse_field("rule", 'A rule is an object, such as {"post": ["teacher"]}.')
            return None
        return rule

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal beside the rule, with the place in it that it is about."""
        for pointer, sentence in refusal.errors.items():
            place = pointer.removeprefix("/rule")
            if pointer == "/on":
                self.refuse_field("day", dated(sentence))
            else:
                self.refuse_field("rule", f"At {place}: {sentence}" if place else sentence)
        if not refusal.errors:
            self.form_errors = [dated(refusal.detail)]
