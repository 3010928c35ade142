"""Strengths, aspirations, talent reviews and succession, in and out."""

from marshmallow import fields

from acorn_staff.model.aspirations import Mobility
from acorn_staff.model.strengths import Level, Standing
from acorn_staff.model.succession import Gap, Ready
from acorn_staff.model.talent_reviews import Readiness, Risk
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, PageArgs, Schema, Text, page_schema

_ID = "0197f0d2-2233-7c45-8b6c-7d8e9f0a1b2c"
_BY = f"person:{values.MANAGER}"
_AREA = "What it is about: a code of the vocabulary `areas`."
_SEEN = "Modelled a phonics lesson to three colleagues in October."
_NOTES = "Ready once she has led a whole-school project."
_NEXT = "Shadows the headteacher's budget meetings this term."


def _text(description: str, example: str | None, **how: object) -> Text:
    return Text(most=2000, metadata=values.said(description, example), **how)  # type: ignore[arg-type]


class StrengthNew(Schema):
    """Something that somebody is strong at, in their own words."""

    area = values.code(_AREA, "phonics", required=True)
    level = values.one_of(Level, "How far it goes.", Level.SECURE, required=True)
    evidence = _text("What shows it, in the person's own words.", _SEEN, load_default=None, allow_none=True)


class StrengthRenewal(Schema):
    """A strength that somebody stands by anew."""

    level = values.one_of(Level, "How far it goes now.", Level.LEADS_OTHERS, load_default=None, allow_none=True)
    evidence = _text("What shows it now.", _SEEN, load_default=None, allow_none=True)


class EndorsementNew(Schema):
    """Somebody's word for a strength that they have seen."""

    evidence = _text("What the endorser has seen.", _SEEN, required=True)


class Endorsement(Schema):
    """A word for a strength."""

    by = fields.String(required=True, metadata=values.said("Who.", _BY))
    by_name = values.name_of("`by`")
    on = Day(required=True, metadata=values.said("On which day.", "2026-11-23"))
    evidence = fields.String(required=True, metadata=values.said("What they have seen.", _SEEN))


class Strength(Schema):
    """Something that somebody is strong at."""

    id = Id(required=True, metadata=values.said("Its id.", _ID))
    person = Id(required=True, metadata=values.said("Whose it is.", values.PERSON))
    area = fields.String(required=True, metadata=values.said(_AREA, "phonics"))
    level = values.one_of(Level, "How far it goes.", Level.SECURE, required=True)
    evidence = fields.String(required=True, allow_none=True, metadata=values.said("What shows it.", _SEEN))
    declared = Day(required=True, metadata=values.said("When it was first said.", "2025-09-08"))
    refreshed = Day(
        required=True, metadata=values.said("When it was last declared, renewed or endorsed.", "2026-11-23")
    )
    standing = values.one_of(
        Standing, "How it stands today: it fades unless it is renewed.", Standing.CURRENT, required=True
    )
    endorsements = fields.List(
        fields.Nested(Endorsement), required=True, metadata={"description": "Others' words for it."}
    )
    withdrawn = Day(required=True, allow_none=True, metadata=values.said("When it was taken back.", None))


class Strengths(Schema):
    """What somebody is strong at, in the order in which they said so."""

    items = fields.List(fields.Nested(Strength), required=True, metadata={"description": "Withdrawn ones too."})


class StrengthOfSomebody(Strength):
    """A strength in a list over several people."""

    name = values.name_of("the person", "Amina Yusuf")


class StrengthsQuery(PageArgs):
    """Who is strong at what."""

    area = values.code(f"{_AREA} Of every area unless given.", "phonics", load_default=None)
    level = values.one_of(Level, "Only of this level.", Level.LEADS_OTHERS, load_default=None)
    standing = values.one_of(Standing, "Only those that stand so today.", Standing.CURRENT, load_default=None)


StrengthPage = page_schema(StrengthOfSomebody)


class AspirationPatch(Schema):
    """A wish said otherwise."""

    when = values.academic_year(
        "By which academic year; null while they do not say.", load_default=None, allow_none=True
    )
    mobility = values.one_of(Mobility, "How far they would go for it.", Mobility.NEARBY, required=True)
    note = _text("In their own words.", "After my NPQSL.", load_default=None, allow_none=True)


class AspirationNew(AspirationPatch):
    """What somebody would like to do next."""

    post = values.post("The post that they aim for.", required=True)


class Aspiration(Schema):
    """What somebody would like to do next."""

    id = Id(required=True, metadata=values.said("Its id.", _ID))
    post = values.post("The post that they aim for.", required=True)
    when = fields.String(required=True, allow_none=True, metadata=values.said("By which academic year.", "2028-29"))
    mobility = values.one_of(Mobility, "How far they would go for it.", Mobility.NEARBY, required=True)
    note = fields.String(required=True, allow_none=True, metadata=values.said("In their own words.", "After my NPQSL."))
    added = Day(required=True, metadata=values.said("When they said so.", "2026-11-23"))
    withdrawn = Day(required=True, allow_none=True, metadata=values.said("When it was taken back.", None))


class Aspirations(Schema):
    """What somebody would like to do next, in the order in which they said so."""

    items = fields.List(fields.Nested(Aspiration), required=True, metadata={"description": "Withdrawn ones too."})


_READY = "When they are ready for the next post."
_RISK = "How likely it is that they leave."


class TalentReviewNew(Schema):
    """How ready somebody is, and how likely to leave."""

    on = Day(load_default=None, allow_none=True, metadata=values.said("The day; today unless given.", "2026-11-23"))
    readiness = values.one_of(Readiness, _READY, Readiness.ONE_TO_TWO_YEARS, required=True)
    risk = values.one_of(Risk, _RISK, Risk.MEDIUM, required=True)
    next_post = values.post("The next post that is meant.", load_default=None, allow_none=True)
    notes = _text("Confidential notes.", _NOTES, load_default=None, allow_none=True)


class TalentReview(Schema):
    """A review of somebody on a day."""

    id = Id(required=True, metadata=values.said("Its id.", _ID))
    on = Day(required=True, metadata=values.said("The day.", "2026-11-23"))
    readiness = values.one_of(Readiness, _READY, Readiness.ONE_TO_TWO_YEARS, required=True)
    risk = values.one_of(Risk, _RISK, Risk.MEDIUM, required=True)
    next_post = fields.String(required=True, allow_none=True, metadata=values.said("The post.", "headteacher"))
    notes = fields.String(required=True, allow_none=True, metadata=values.said("Confidential notes.", None))
    by = fields.String(required=True, metadata=values.said("Who wrote it.", _BY))
    by_name = values.name_of("`by`", "Adrian Martin")
    at = fields.String(required=True, metadata=values.said("When it was written.", values.INSTANT))


class TalentReviews(Schema):
    """The reviews of somebody, the latest first; the first one counts."""

    items = fields.List(fields.Nested(TalentReview), required=True, metadata={"description": "The latest first."})


class TalentQuery(PageArgs):
    """Whose latest reviews."""

    organisation = Id(load_default=None, metadata=values.said("Only who works there today.", values.ACADEMY))
    readiness = values.one_of(Readiness, "Only who is ready then.", Readiness.NOW, load_default=None)
    risk = values.one_of(Risk, "Only who is as likely to leave.", Risk.HIGH, load_default=None)


class Reviewed(TalentReview):
    """Somebody's latest review."""

    person = Id(required=True, metadata=values.said("Whose.", values.PERSON))
    name = values.name_of("the person", "Amina Yusuf")


class TalentCell(Schema):
    """How many people are as ready, and as likely to leave."""

    readiness = values.one_of(Readiness, _READY, Readiness.NOW, required=True)
    risk = values.one_of(Risk, _RISK, Risk.HIGH, required=True)
    count = fields.Integer(required=True, metadata=values.said("How many.", 2))


class TalentOverview(page_schema(Reviewed)):  # type: ignore[misc]
    """The latest review of each person who is here, by family name, and how many there are of each kind."""

    counts = fields.List(
        fields.Nested(TalentCell), required=True, metadata={"description": "All nine of them, whoever is asked for."}
    )
    reviewed = fields.Integer(required=True, metadata=values.said("How many people have a review.", 24))


class CandidateNew(Schema):
    """How soon somebody could take a key post."""

    ready = values.one_of(Ready, "How soon.", Ready.SOON, required=True)
    developing = _text("What they are given to grow into it.", _NEXT, load_default=None, allow_none=True)


class Candidate(Schema):
    """Somebody who could follow in a key post."""

    person = Id(required=True, metadata=values.said("Who.", values.PERSON))
    name = values.name_of("this person", "Amina Yusuf")
    ready = values.one_of(Ready, "How soon.", Ready.SOON, required=True)
    developing = fields.String(required=True, allow_none=True, metadata=values.said("What they are given.", _NEXT))
    by = fields.String(required=True, metadata=values.said("Who said so last.", _BY))
    by_name = values.name_of("`by`", "Adrian Martin")
    at = fields.String(required=True, metadata=values.said("When.", values.INSTANT))


class Holder(Schema):
    """Who holds a key post."""

    person = Id(required=True, metadata=values.said("Who.", values.MANAGER))
    name = values.name_of("this person")
    post = fields.String(required=True, metadata=values.said("As what.", "acting_headteacher"))
    until = Day(required=True, allow_none=True, metadata=values.said("The last day, where one is recorded.", None))


class Position(Schema):
    """A key post at an organisation."""

    organisation = Id(required=True, metadata=values.said("Where.", values.ACADEMY))
    organisation_name = fields.String(required=True, metadata=values.said("Its name.", "Elm Primary Academy"))
    post = fields.String(required=True, metadata=values.said("The key post.", "headteacher"))
    holders = fields.List(fields.Nested(Holder), required=True, metadata={"description": "None while it is vacant."})
    candidates = fields.List(
        fields.Nested(Candidate), required=True, metadata={"description": "Who could follow, the readiest first."}
    )
    gaps = fields.List(
        values.one_of(Gap, "What is at risk.", Gap.ONE_SUCCESSOR),
        required=True,
        metadata={"description": "A successor could follow now or soon."},
    )


class ReliedOn(Schema):
    """Somebody who is the only successor of several key posts."""

    person = Id(required=True, metadata=values.said("Who.", values.PERSON))
    name = values.name_of("this person", "Amina Yusuf")
    positions = fields.Integer(required=True, metadata=values.said("Of how many key posts.", 2))


class SuccessionQuery(Schema):
    """Where."""

    organisation = Id(load_default=None, metadata=values.said("Only at this organisation.", values.ACADEMY))


class Succession(Schema):
    """Each key post, who holds it, who could follow, and where nobody could."""

    items = fields.List(fields.Nested(Position), required=True, metadata={"description": "By organisation's name."})
    relied_on = fields.List(
        fields.Nested(ReliedOn), required=True, metadata={"description": "The only successors of several key posts."}
    )
