"""What people say of their strengths and wishes, and what the SIL and the CEO think of the trust's future leaders."""

from collections.abc import Mapping
from typing import cast

from wtforms import HiddenField, RadioField

from acorn_portal.clients.staff import AspirationNew, CandidateNew, StrengthNew, TalentReviewNew
from acorn_portal.forms.fields import Text
from acorn_portal.forms.judged import Choice, JudgedAnswers
from acorn_portal.words import LEVELS, MOBILITIES, READINESS, READY, RISKS


class StrengthForm(JudgedAnswers):
    """Something that one is strong at."""

    RULES: Mapping[str, str] = {"strength-there": "area"}

    area = Choice("What are you strong at?", missing="Choose what you are strong at.")
    level = RadioField("How far does it go?", choices=dict(LEVELS), default="secure")
    evidence = Text("What shows it? (optional)", description="Such as a lesson that colleagues came to see.")

    def new(self) -> StrengthNew:
        """The strength to declare."""
        return cast(StrengthNew, {"area": self.area.data, "level": self.level.data, "evidence": self.evidence.data})


class EndorsementForm(JudgedAnswers):
    """A word for somebody's strength; `strength` is which."""

    evidence = Text("What have you seen?", missing="Say what you have seen.")
    strength = HiddenField()


class StandForm(JudgedAnswers):
    """A strength or a wish that is renewed or withdrawn by its button."""


class AspirationForm(JudgedAnswers):
    """What one would like to do next."""

    post = Choice("Which post would you like to hold?", missing="Choose a post.")
    when = Choice("By when? (optional)", choices={"": "Not said yet"})
    mobility = RadioField("How far would you go for it?", choices=dict(MOBILITIES), default="this_academy")
    note = Text("In your own words (optional)")

    def new(self) -> AspirationNew:
        """The wish to add."""
        said = {"post": self.post.data, "when": self.when.data, "mobility": self.mobility.data, "note": self.note.data}
        return cast(AspirationNew, said)


class ReviewForm(JudgedAnswers):
    """How ready somebody is, and how likely to leave."""

    readiness = RadioField("Ready for the next post", choices=dict(READINESS), default="one_to_two_years")
    next_post = Choice("Which post? (optional)", choices={"": "Not said"})
    risk = RadioField("Risk of leaving", choices=dict(RISKS), default="low")
    notes = Text("Notes (optional)", description="Only the School Improvement Lead and the CEO ever read them.")

    def new(self) -> TalentReviewNew:
        """The review to write."""
        said = {
            "readiness": self.readiness.data,
            "risk": self.risk.data,
            "next_post": self.next_post.data,
            "notes": self.notes.data,
        }
        return cast(TalentReviewNew, said)


class CandidateForm(JudgedAnswers):
    """Who could follow in a key post, and how soon."""

    RULES: Mapping[str, str] = {"own-review": "person", "has-left": "person"}

    person = Choice("Who could follow?", missing="Choose who could follow.")
    ready = RadioField("How soon?", choices=dict(READY), default="soon")
    developing = Text("What are they given to grow into it? (optional)")

    def new(self) -> CandidateNew:
        """What to say of them."""
        return cast(CandidateNew, {"ready": self.ready.data, "developing": self.developing.data})
