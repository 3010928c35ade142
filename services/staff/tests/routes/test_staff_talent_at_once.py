"""Several people at one moment at one strength, candidate or talent review: no word is lost, none counts twice."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from acorn_staff.store.talent import Talent
from servicekit.testing import at_once

MANY = 8
PHONICS = {"area": "phonics", "level": "secure"}
ENDORSERS = ("ben", "helen", "sil", "ceo")


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Lets nobody go on from a first look until so many have looked: all know the same past, and each would write."""

    def meet_at(look: str, count: int) -> None:
        barrier, known, looks = threading.Barrier(count, timeout=10), threading.local(), getattr(Talent, look)

        def looked(*args: Any) -> Any:
            found = looks(*args)
            if not hasattr(known, "past"):
                known.past = found
                barrier.wait()
            return found

        monkeypatch.setattr(Talent, look, looked)

    return meet_at


def _declared(trust: Any) -> str:
    """The address of a strength of Amina's."""
    path = f"{trust.at('amina')}/strengths"
    return f"{path}/{trust.as_('amina').post(path, PHONICS).get_json()['id']}"


def _strength(trust: Any) -> dict[str, Any]:
    return dict(trust.database["strengths"].find_one({"person": trust.ids["amina"]}))


def test_a_strength_declared_many_times_at_once_is_one(trust: Any) -> None:
    amina, path = trust.as_("amina"), f"{trust.at('amina')}/strengths"

    answers = at_once(MANY, lambda _: amina.post(path, PHONICS))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (MANY - 1)
    refused = {answer.get_json()["type"] for answer in answers if answer.status_code == 409}
    assert refused == {"urn:acorn:problem:strength-there"}
    assert trust.database["strengths"].count_documents({}) == 1


def test_one_endorser_counts_once_however_often_they_press_at_one_moment(
    trust: Any, together: Callable[[str, int], None]
) -> None:
    at, ben = f"{_declared(trust)}/endorsements", trust.as_("ben")
    together("of_person", MANY)

    answers = at_once(MANY, lambda number: ben.post(at, {"evidence": f"Seen {number}"}))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (MANY - 1)
    refused = {answer.get_json()["type"] for answer in answers if answer.status_code == 409}
    assert refused == {"urn:acorn:problem:endorsed-today"}
    kept = _strength(trust)
    assert (kept["endorsed"], len(kept["endorsements"]), kept["version"]) == (1, 1, 2)


def test_of_several_endorsers_at_once_nobodys_word_is_lost(trust: Any, together: Callable[[str, int], None]) -> None:
    at, endorsers = f"{_declared(trust)}/endorsements", [trust.as_(who) for who in ENDORSERS]
    together("of_person", len(ENDORSERS))

    answers = at_once(len(ENDORSERS), lambda number: endorsers[number].post(at, {"evidence": f"Seen {number}"}))

    assert [answer.status_code for answer in answers] == [201] * 4
    kept = _strength(trust)
    assert sorted(one["evidence"] for one in kept["endorsements"]) == [f"Seen {number}" for number in range(4)]
    assert (kept["endorsed"], kept["version"]) == (4, 5)


def test_a_withdrawal_and_endorsements_at_once_do_not_undo_each_other(
    trust: Any, together: Callable[[str, int], None]
) -> None:
    at, who = _declared(trust), [trust.as_(one) for one in ("amina", *ENDORSERS)]
    together("of_person", len(who))

    def do(number: int) -> int:
        what, said = ("endorsements", {"evidence": "Seen"}) if number else ("withdrawal", {})
        return int(who[number].post(f"{at}/{what}", said).status_code)

    withdrawn, *endorsed = at_once(len(who), do)

    assert withdrawn == 200
    assert set(endorsed) <= {201, 409}
    kept = _strength(trust)
    assert kept["withdrawn"] == "2026-11-23"
    assert len(kept["endorsements"]) == endorsed.count(201)


def test_what_many_say_of_a_candidate_at_once_is_all_kept_and_the_last_counts(
    trust: Any, together: Callable[[str, int], None]
) -> None:
    path = f"/succession/{trust.ids['elm']}/headteacher/candidates/{trust.ids['ben']}"
    planners = [trust.as_(who) for who in ("sil", "ceo") * (MANY // 2)]
    together("candidate", MANY)

    answers = at_once(
        MANY, lambda number: planners[number].send("PUT", path, {"ready": "soon", "developing": f"Word {number}"})
    )

    assert {answer.status_code for answer in answers} == {200}
    (kept,) = trust.database["candidates"].find()
    assert kept["version"] == MANY
    words = [*(said["developing"] for said in kept["earlier"]), kept["developing"]]
    assert sorted(words) == [f"Word {number}" for number in range(MANY)]


def test_the_same_said_of_a_candidate_many_times_at_once_is_said_once(
    trust: Any, together: Callable[[str, int], None]
) -> None:
    path = f"/succession/{trust.ids['elm']}/headteacher/candidates/{trust.ids['ben']}"
    sil = trust.as_("sil")
    together("candidate", MANY)

    answers = at_once(MANY, lambda _: sil.send("PUT", path, {"ready": "soon"}))

    assert {answer.status_code for answer in answers} == {200}
    (kept,) = trust.database["candidates"].find()
    assert (kept["version"], kept["earlier"]) == (1, [])


def test_one_review_sent_many_times_at_once_with_its_key_is_one(trust: Any) -> None:
    sil, path, key = trust.as_("sil"), f"{trust.at('amina')}/talent-reviews", uuid4().hex
    review = {"readiness": "now", "risk": "high"}

    answers = at_once(MANY, lambda _: sil.post(path, review, **{"Idempotency-Key": key}))

    assert {answer.status_code for answer in answers} == {201}
    assert trust.database["talent_reviews"].count_documents({}) == 1


def test_of_two_reviews_at_once_both_are_kept_and_every_page_counts_the_same(trust: Any) -> None:
    path = f"{trust.at('amina')}/talent-reviews"
    said = (("sil", "high"), ("ceo", "low"))

    answers = at_once(
        2, lambda number: trust.as_(said[number][0]).post(path, {"readiness": "now", "risk": said[number][1]})
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    first, second = trust.as_("sil").get(path).get_json()["items"]
    assert {first["risk"], second["risk"]} == {"high", "low"}
    (counts,) = trust.as_("ceo").get("/talent-overview").get_json()["items"]
    assert counts["id"] == first["id"]
