"""What operations do with a dead letter."""

from acorn_portal.forms.answers import Answers
from acorn_portal.forms.fields import Text


class Replay(Answers):
    """That a dead letter is to be handled again: nothing needs to be said."""


class Dismissal(Answers):
    """Why a dead letter needs no replay."""

    because = Text(
        "Why does nothing need to be done?",
        missing="Say why nothing needs to be done, so that whoever comes after you knows.",
        description="Name no person: this stays beside the dead letter for 7 days.",
    )
