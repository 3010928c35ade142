"""The words of the CPD service: kinds, topics, states and sources, as codes that never change their meaning."""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of CPD it was (strategy, "CPD" and "Leadership development")."""

    COURSE = "course"
    CONFERENCE = "conference"
    INSET_DAY = "inset_day"
    STAFF_MEETING = "staff_meeting"
    NETWORK_MEETING = "network_meeting"
    HEADTEACHER_DAY = "headteacher_day"
    COACHING = "coaching"
    MENTORING = "mentoring"
    PEER_REVIEW = "peer_review"
    MODERATION = "moderation"
    FACILITATION = "facilitation"
    READING = "reading"
    RESEARCH = "research"
    OTHER = "other"


class Topic(StrEnum):
    """What it was about."""

    SAFEGUARDING = "safeguarding"
    CURRICULUM = "curriculum"
    ASSESSMENT = "assessment"
    SEND = "send"
    EYFS = "eyfs"
    ENGLISH = "english"
    MATHS = "maths"
    SCIENCE = "science"
    BEHAVIOUR = "behaviour"
    LEADERSHIP = "leadership"
    GOVERNANCE = "governance"
    WELLBEING = "wellbeing"
    DIGITAL = "digital"
    PHONICS = "phonics"
    EARLY_READING = "early_reading"
    OTHER = "other"


class State(StrEnum):
    """Where a record is in its life: waiting, confirmed, asked about, or taken back for good."""

    DECLARED = "declared"
    VERIFIED = "verified"
    QUERIED = "queried"
    WITHDRAWN = "withdrawn"


class SourceKind(StrEnum):
    """How a record came about."""

    DECLARED = "declared"
    IMPORT = "import"
