"""What the rules of strengths, aspirations, talent reviews and succession refuse."""

from datetime import date

from servicekit.problems import RuleBroken


class StrengthThere(RuleBroken):
    """A strength in an area in which somebody has one already."""

    slug = "strength-there"
    title = "There is a strength in this area already"

    def __init__(self) -> None:
        super().__init__("You have a strength in this area already. Renew that one, at another level if need be.")


class StrengthWithdrawn(RuleBroken):
    """A strength that its person took back."""

    slug = "strength-withdrawn"
    title = "This strength was withdrawn"

    def __init__(self) -> None:
        super().__init__("This strength was withdrawn, so nothing is added to it. It can be declared again.")


class OwnEndorsement(RuleBroken):
    """Nobody endorses themselves."""

    slug = "own-endorsement"
    title = "Nobody endorses their own strengths"

    def __init__(self) -> None:
        super().__init__("Somebody else who has seen you at work endorses your strengths.")


class EndorsedToday(RuleBroken):
    """A second endorsement by the same person on the same day."""

    slug = "endorsed-today"
    title = "You have endorsed this today already"

    def __init__(self) -> None:
        super().__init__("You have endorsed this strength today already.")


class AspirationWithdrawn(RuleBroken):
    """An aspiration that its person took back."""

    slug = "aspiration-withdrawn"
    title = "This aspiration was withdrawn"

    def __init__(self) -> None:
        super().__init__("This aspiration was withdrawn. Add it anew.")


class OwnReview(RuleBroken):
    """Nobody reviews themselves, or plans themselves into a post."""

    slug = "own-review"
    title = "Nobody reviews themselves"

    def __init__(self) -> None:
        super().__init__("Somebody else does this for you.")


class HasLeft(RuleBroken):
    """Somebody who left the trust, of whom nothing is planned."""

    slug = "has-left"
    title = "They have left the trust"

    def __init__(self, *, last_day: date) -> None:
        super().__init__(f"Their last day was {last_day}. Plan with people who are still here.")


class NoKeyPost(RuleBroken):
    """A post for which no succession is planned at an organisation."""

    slug = "no-key-post"
    title = "No succession is planned for this post there"

    def __init__(self) -> None:
        super().__init__(
            "Succession is planned for heads and deputies of the trust's academies, and for the chief executive and "
            "the School Improvement Lead at the central team."
        )
