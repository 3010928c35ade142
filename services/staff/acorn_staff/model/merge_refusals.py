"""What the merging of two records refuses, each with what HR needs to go on."""

from servicekit.problems import FieldError, RuleBroken


class SamePerson(RuleBroken):
    """Somebody who was to become part of themselves."""

    slug = "same-person"
    title = "That is one record, not two"

    def __init__(self) -> None:
        super().__init__("Both are the same record. Say the other one.")


class PersonMerged(RuleBroken):
    """A record that is part of another one: that one is changed, and named."""

    slug = "person-merged"
    title = "This record is part of another one"

    def __init__(self, *, into: str) -> None:
        super().__init__("This record has become part of another one of the same person. Use that one.", into=into)


class TrnsDiffer(RuleBroken):
    """Two records with two teacher reference numbers: the Department for Education gives each teacher one."""

    slug = "trns-differ"
    title = "They have two different TRNs"

    def __init__(self) -> None:
        super().__init__(
            "Each record has a TRN, and they differ: these are two teachers, or one number is wrong. Check both, and "
            "correct the wrong one first."
        )


class BothSignIn(RuleBroken):
    """Two records that both have a sign-in: only one can stay."""

    slug = "both-sign-in"
    title = "Both of them sign in"

    def __init__(self) -> None:
        sentence = "Both records have a sign-in. Ask the person which account they use, and say whose stays."
        super().__init__(sentence, errors=[FieldError("/keeps", sentence)])


class MergeUndone(RuleBroken):
    """A merge that was undone already."""

    slug = "merge-undone"
    title = "The merge is undone already"

    def __init__(self) -> None:
        super().__init__("This merge was undone already: they are two records again.")


class MergedSince(RuleBroken):
    """A merge whose one person became part of somebody else since."""

    slug = "merged-since"
    title = "They were merged again since"

    def __init__(self, *, into: str) -> None:
        super().__init__("The one record has become part of another one since. Undo that merge first.", into=into)
