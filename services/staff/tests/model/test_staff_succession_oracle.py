"""Succession of small trusts against a second reading of its rule, day by day, which shares no code with the first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from acorn_staff.model.appointments import Appointment
from acorn_staff.model.organisation import Membership, Organisation, OrganisationKind
from acorn_staff.model.person import Kind, Person
from acorn_staff.model.succession import Candidate, Ready, known_as, positions, relied_on

TODAY = date(2026, 11, 26)
FOR_EVER = 8
"""Days from today within which everything of these trusts happens; what lasts so long has no end."""
PLACES = {
    "elm": ("academy", "member"),
    "ash": ("academy", "member"),
    "fir": ("academy", "left"),
    "central": ("central_team", "member"),
}
FORMER = {"old": "amina", "older": "amina", "other": "ben"}
PEOPLE = ("amina", "ben", "cara")
POSTS = (
    *("headteacher", "acting_headteacher", "executive_headteacher", "deputy_headteacher", "teacher"),
    *("chief_executive", "school_improvement_lead"),
)
PLANNED = ("headteacher", "deputy_headteacher", "chief_executive", "school_improvement_lead")


@dataclass(frozen=True)
class Job:
    """One job, by days from today; the last one may be for ever."""

    person: str
    place: str
    post: str
    first: int
    last: int


@dataclass(frozen=True)
class Word:
    """What was said of a candidate."""

    place: str
    post: str
    person: str
    ready: str
    withdrawn: bool


# Most jobs are headships of one academy, most candidates could follow soon: trusts at random would seldom meet a rule.
SPANS = (
    *((-3, FOR_EVER), (-3, 1), (-3, 0), (-3, -1), (-1, 2), (0, FOR_EVER), (1, FOR_EVER), (2, FOR_EVER), (3, FOR_EVER)),
    *((1, 2), (2, 3), (3, 4)),
)
JOBS = st.lists(
    st.builds(
        lambda person, place, post, span: Job(person, place, post, *span),
        st.sampled_from(PEOPLE),
        st.sampled_from([*PLACES, "elm", "elm", "elm", "ash"]),
        st.sampled_from([*POSTS, "headteacher", "headteacher", "acting_headteacher"]),
        st.sampled_from(SPANS),
    ),
    min_size=2,
    max_size=8,
)
WORDS = st.lists(
    st.builds(
        Word,
        st.sampled_from([*PLACES, "elm", "ash"]),
        st.sampled_from([*PLANNED, "headteacher"]),
        st.sampled_from([*PEOPLE, *FORMER, "unknown"]),
        st.sampled_from(["ready_now", "soon", "soon", "later"]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda word: (word.place, word.post, word.person),
)


def read_again(jobs: list[Job], words: list[Word]) -> tuple[dict[tuple[str, str], dict[str, Any]], dict[str, int]]:
    """The key posts with who holds them, who could follow and what is at risk; and who is the only hope of how many."""

    def does(person: str, place: str, post: str, day: int) -> bool:
        same = {"headteacher", "acting_headteacher", "executive_headteacher"} if post == "headteacher" else {post}
        return any(
            (job.person, job.place) == (person, place) and job.post in same and job.first <= day <= job.last
            for job in jobs
        )

    def gone(person: str) -> bool:
        theirs = [job for job in jobs if job.person == person]
        return theirs != [] and all(job.last < 0 for job in theirs)

    last_word: dict[tuple[str, str, str], Word] = {}
    for word in words:
        last_word[word.place, word.post, FORMER.get(word.person, word.person)] = word
    found: dict[tuple[str, str], dict[str, Any]] = {}
    hopes: dict[str, int] = {}
    for place, (kind, membership) in PLACES.items():
        of_kind = PLANNED[:2] if kind == "academy" else PLANNED[2:]
        for post in of_kind if membership == "member" else ():
            holders = {person for person in PEOPLE if does(person, place, post, 0)}
            able = {
                person: word.ready
                for (at, as_, person), word in last_word.items()
                if (at, as_) == (place, post) and person in PEOPLE and not word.withdrawn
                if person not in holders and not gone(person)
            }
            if post == "deputy_headteacher" and not holders and not able:
                continue
            staying = [one for one in holders if all(does(one, place, post, day) for day in range(FOR_EVER + 1))]
            soon = [person for person, ready in able.items() if ready in ("ready_now", "soon")]
            risks = {
                "vacant": not holders,
                "leaving": bool(holders) and not staying,
                "no_successor": len(soon) == 0,
                "one_successor": len(soon) == 1,
            }
            found[place, post] = {
                "holders": holders,
                "able": able,
                "at risk": {risk for risk, there in risks.items() if there},
            }
            if len(soon) == 1:
                hopes[soon[0]] = hopes.get(soon[0], 0) + 1
    return found, {person: count for person, count in hopes.items() if count > 1}


def _people(jobs: list[Job]) -> list[Person]:
    def held(number: int, job: Job) -> Appointment:
        to = None if job.last == FOR_EVER else TODAY + timedelta(days=job.last)
        from_ = TODAY + timedelta(days=job.first)
        return Appointment(id=str(number), organisation=job.place, post=job.post, fte=0.1, from_=from_, to=to)

    return [
        Person(
            id=person,
            kind=Kind.EMPLOYEE,
            given_name=person,
            family_name="X",
            former_ids=tuple(former for former, now in FORMER.items() if now == person),
            appointments=tuple(held(number, job) for number, job in enumerate(jobs) if job.person == person),
        )
        for person in PEOPLE
    ]


def _candidates(words: list[Word]) -> list[Candidate]:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        Candidate(
            id=str(number),
            organisation=word.place,
            post=word.post,
            person=word.person,
            ready=Ready(word.ready),
            withdrawn=word.withdrawn,
            by="person:sil",
            at=at + timedelta(days=number),
        )
        for number, word in enumerate(words)
    ]


@settings(max_examples=500)
@example([Job("amina", "elm", "acting_headteacher", -3, 1), Job("amina", "elm", "headteacher", 3, FOR_EVER)], [])
@example([Job("amina", "elm", "acting_headteacher", -3, 1), Job("amina", "elm", "headteacher", 2, FOR_EVER)], [])
@example([], [Word("elm", "headteacher", "ben", "soon", False), Word("ash", "headteacher", "other", "soon", False)])
@given(JOBS, WORDS)
def test_who_holds_who_follows_and_what_is_at_risk_is_what_a_second_reading_says(
    jobs: list[Job], words: list[Word]
) -> None:
    places = [
        Organisation(id=id, kind=OrganisationKind(kind), name=id, membership=Membership(membership))
        for id, (kind, membership) in PLACES.items()
    ]

    found = positions(places, _people(jobs), known_as(_candidates(words), FORMER), TODAY)

    expected, hopes = read_again(jobs, words)
    assert {
        (one.organisation, one.post): {
            "holders": {holder.person for holder in one.holders},
            "able": {candidate.person: candidate.ready.value for candidate in one.candidates},
            "at risk": {gap.value for gap in one.gaps},
        }
        for one in found
    } == expected
    assert {person: len(theirs) for person, theirs in relied_on(found).items()} == hopes
    for seen in {risk for one in expected.values() for risk in one["at risk"]} | ({"only hope"} if hopes else set()):
        event(seen)
