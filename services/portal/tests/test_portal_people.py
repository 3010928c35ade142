# More than 400 lines: the search, its list and the page of a person stand on one small trust.
"""People: who is found by what, and what a person's page says to whom."""

import re
from typing import Any
from urllib.parse import parse_qs

import pytest

ME = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
AMINA, BEN = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7a{number}" for number in (22, 33))
ELM, ASH, NEW = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7e{number:02}" for number in (1, 2, 3))
JOBS = [f"01971281-3b20-7a4e-8f10-6c2d9e0b7d{number:02}" for number in range(3)]
NO_RECORDS: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": None}


def academy(id_: str, name: str) -> dict[str, Any]:
    """An academy, as far as pages read it."""
    return {"id": id_, "kind": "academy", "name": name, "membership": "member"}


def job(number: int, place: str, from_: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    """An appointment as a teacher."""
    return {"id": JOBS[number], "organisation": place, "post": "teacher", "fte": 1, "from": from_, "to": to, **more}


def person(id_: str = AMINA, **said: Any) -> dict[str, Any]:
    """A person as a line manager reads them; with `said`, as somebody who may read more."""
    plain = {
        "id": id_,
        "kind": "employee",
        "given_name": "Amina",
        "family_name": "Yusuf",
        "email": "amina@oaktrees.example",
        "appointments": [job(0, ELM, "2021-09-01")],
        "line_managers": [{"person": BEN, "name": "Ben Okafor", "from": "2021-09-01", "to": None}],
        "version": 3,
    }
    return {**plain, **said}


def people(*found: dict[str, Any], **cursors: str) -> dict[str, Any]:
    """A page of people."""
    total = {"count": len(found), "more": False}
    return {"items": list(found), "next": cursors.get("next"), "previous": cursors.get("previous"), "total": total}


def asked(staff: Any) -> dict[str, list[str]]:
    """What the last search asked for, beside the count."""
    said = parse_qs(staff.asked("GET", "/v1/people")[-1].query)
    assert said.pop("count") == ["true"]
    return said


@pytest.fixture(autouse=True)
def trust(staff: Any, cpd: Any) -> None:
    """Two academies and two posts; nobody, and no CPD."""
    elm_and_ash = [academy(ELM, "Elm Primary Academy"), academy(ASH, "Ash Infant Academy")]
    staff.on("GET", "/v1/organisations", {"items": elm_and_ash, "next": None})
    posts = [{"code": code, "title": code, "leads": code == "headteacher"} for code in ("teacher", "headteacher")]
    staff.on("GET", "/v1/posts", {"items": posts})
    staff.on("GET", "/v1/vocabularies", {"items": []})
    staff.on("GET", "/v1/people", people(person()))
    staff.on("GET", f"/v1/people/{AMINA}", person())
    cpd.on("GET", ".*/hours", {"items": []})
    cpd.on("GET", ".*/history", NO_RECORDS)


@pytest.fixture
def hr(browser: Any) -> Any:
    """Somebody in HR."""
    return browser.sign_in("hr", name="Priya Raman")


# Who is found


def test_hr_sees_who_works_here_before_anything_is_typed(hr: Any, staff: Any) -> None:
    staff.on("GET", "/v1/people", people(person(), next="n"))

    shown = hr.get("/people").text

    assert "1 person, by family name." in shown
    assert re.search(rf'href="/people/{AMINA}">Amina Yusuf</a>', shown)
    assert "Teacher, Elm Primary Academy" in shown
    assert 'href="/people?cursor=n"' in shown
    assert asked(staff) == {"left": ["false"]}


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("  ami yus ", {"name": ["ami yus"]}),
        ("Amina@oaktrees.example", {"email": ["Amina@oaktrees.example"]}),
        ("OT0103", {"employee_number": ["OT0103"]}),
        ("x" * 300, {"name": ["x" * 100]}),
        (" ", {}),
    ],
)
def test_what_hr_types_is_a_name_an_address_or_a_number(hr: Any, staff: Any, typed: str, by: Any) -> None:
    hr.get("/people", query_string={"name": typed})

    assert asked(staff) == {"left": ["false"], **by}


def test_a_number_is_a_name_to_those_who_do_not_know_numbers(browser: Any, staff: Any) -> None:
    browser.sign_in("sil").get("/people?name=OT0103")

    assert asked(staff) == {"left": ["false"], "name": ["OT0103"]}


def test_filters_are_asked_for_and_can_be_taken_off_one_by_one(hr: Any, staff: Any) -> None:
    shown = hr.get(f"/people?name=a&organisation={ELM}&post=teacher&left=all&on=2020-09-01&cursor=c").text

    assert asked(staff) == {
        "name": ["a"],
        "organisation": [ELM],
        "post": ["teacher"],
        "on": ["2020-09-01"],
        "cursor": ["c"],
    }
    off = re.findall(r'<a class="govuk-link govuk-link--no-visited-state" href="([^"]+)">.*?</span>(.*?) <', shown)
    assert [text for _, text in off] == ["“a”", "Elm Primary Academy", "teacher", "With leavers", "On 1 September 2020"]
    assert off[-1][0].replace("&amp;", "&") == f"/people?name=a&organisation={ELM}&post=teacher&left=all"


def test_what_is_not_on_offer_is_not_asked_for(hr: Any, staff: Any) -> None:
    hr.get(f"/people?organisation={NEW}&post=astronaut&left=maybe&on=2020-W01-1")

    assert asked(staff) == {"left": ["false"]}


def test_a_day_in_three_boxes_becomes_one_and_includes_who_has_left_since(hr: Any) -> None:
    answer = hr.get("/people?name=a&left=&on-day=1&on-month=9&on-year=2020")

    assert answer.status_code == 302
    assert parse_qs(answer.location.partition("?")[2]) == {"name": ["a"], "left": ["all"], "on": ["2020-09-01"]}


def test_empty_boxes_are_no_day(hr: Any, staff: Any) -> None:
    assert hr.get("/people?name=a&on-day=&on-month=&on-year=").status_code == 200
    assert asked(staff) == {"left": ["false"], "name": ["a"]}


def test_a_day_that_is_none_says_so_and_looks_for_nobody(hr: Any, staff: Any) -> None:
    answer = hr.get("/people?on-day=31&on-month=2&on-year=2020")

    assert answer.status_code == 422
    assert '<a href="#on-day">Day must be a real day, such as 27 3 2026.</a>' in answer.text
    assert staff.asked("GET", "/v1/people") == []


def test_what_the_service_cannot_search_by_is_said(hr: Any, staff: Any) -> None:
    problem = {"type": "urn:acorn:problem:invalid", "detail": "One field.", "status": 422}
    errors = [{"pointer": "/query/on", "detail": "It is too early."}]
    staff.on("GET", "/v1/people", {**problem, "errors": errors}, status=422)

    answer = hr.get("/people?on=1000-01-01")

    assert answer.status_code == 422
    assert "Day: It is too early." in answer.text


def test_a_page_of_a_list_that_is_no_more_leads_to_the_first(hr: Any, staff: Any) -> None:
    problem = {"type": "urn:acorn:problem:bad-cursor", "detail": "Ask for the first page again.", "status": 400}
    staff.on("GET", "/v1/people", problem, status=400)

    answer = hr.get("/people?name=a&cursor=old")

    assert (answer.status_code, answer.location) == (302, "/people?name=a")


def test_on_a_day_people_are_shown_with_what_they_did_then(hr: Any, staff: Any) -> None:
    moved = person(appointments=[job(0, ASH, "2018-09-01", "2021-08-31"), job(1, ELM, "2021-09-01", "2024-08-31")])
    staff.on("GET", "/v1/people", people(moved))

    shown = hr.get("/people?on=2020-01-01&left=all").text

    listed = shown[shown.index("acorn-records") :]
    assert "Teacher, Ash Infant Academy" in listed
    assert "Teacher, Elm Primary Academy" not in listed
    assert re.search(r"Left\s*</strong>\s*on 31 August 2024", listed)


def test_who_starts_later_is_listed_with_the_day(hr: Any, staff: Any) -> None:
    staff.on("GET", "/v1/people", people(person(appointments=[job(0, ELM, "2027-09-01")])))

    assert "From 1 September 2027: teacher, Elm Primary Academy" in hr.get("/people").text


def test_nobody_found_leads_to_those_who_have_left(hr: Any, staff: Any) -> None:
    staff.on("GET", "/v1/people", people())

    shown = hr.get("/people?name=lowe").text

    assert "Nobody is found." in shown
    assert 'href="/people?name=lowe&amp;left=all"' in shown
    assert "Look among those" not in hr.get("/people?name=lowe&left=all").text


def test_a_line_manager_sees_their_people_without_a_search(browser: Any, staff: Any) -> None:
    staff.on("GET", "/v1/people", people(person(), person(ME, given_name="Ben", family_name="Okafor")))

    shown = browser.sign_in(manages=True).get("/people").text

    assert "My people" in shown
    assert 'role="search"' not in shown
    assert re.search(r"Ben Okafor</a>\s*\(you\)", shown)
    assert asked(staff) == {"left": ["false"]}


@pytest.mark.parametrize(
    ("leads", "offered"),
    [
        (("Elm Primary Academy",), []),
        (("Elm Primary Academy", "Ash Infant Academy"), ["All", "Elm Primary Academy", "Ash Infant Academy"]),
    ],
)
def test_a_head_of_several_academies_can_look_at_one(browser: Any, leads: tuple[str, ...], offered: list[str]) -> None:
    shown = browser.sign_in(leads=leads).get("/people").text

    assert re.findall(r"<option[^>]*>([^<]*)</option>", shown) == offered


@pytest.mark.parametrize("roles", [(), ("trustee",), ("operations",)])
def test_who_has_no_people_has_no_list(browser: Any, staff: Any, roles: tuple[str, ...]) -> None:
    assert browser.sign_in(*roles).get("/people").status_code == 403
    assert staff.calls == []


def test_academies_are_read_page_by_page_and_then_known_for_a_while(hr: Any, staff: Any) -> None:
    def by_page(call: Any) -> tuple[int, Any]:
        if "cursor=second" in call.query:
            return 200, {"items": [academy(ASH, "Ash Infant Academy")], "next": None}
        return 200, {"items": [academy(ELM, "Elm Primary Academy")], "next": "second"}

    staff.on("GET", "/v1/organisations", by_page)
    for _ in range(3):
        assert "Ash Infant Academy" in hr.get("/people").text

    assert len(staff.asked("GET", "/v1/organisations")) == 2
    assert len(staff.asked("GET", "/v1/posts")) == 1


def test_an_academy_that_has_just_joined_is_known_at_once(hr: Any, staff: Any) -> None:
    hr.get("/people")
    staff.on("GET", "/v1/organisations", {"items": [academy(NEW, "Rowan Primary Academy")], "next": None})
    staff.on("GET", "/v1/people", people(person(appointments=[job(0, NEW, "2021-09-01")])))

    assert "Teacher, Rowan Primary Academy" in hr.get("/people").text


# A person


CAREER = [
    job(0, ASH, "2018-09-01", "2021-08-31", reason="promoted_in_trust", destination="in_the_trust"),
    job(1, ELM, "2021-09-01", "2027-08-31", fte=0.8),
    job(2, ASH, "2027-09-01"),
]


def test_a_person_is_shown_with_what_they_do_will_do_and_did(hr: Any, staff: Any) -> None:
    more: dict[str, Any] = {
        "trn": "0123456",
        "date_of_birth": "1992-12-08",
        "employee_numbers": ["E1", "E2"],
        "sign_ins": [],
    }
    former = [{"given_name": "Amina", "family_name": "Khan", "until": "2020-01-31"}]
    staff.on("GET", f"/v1/people/{AMINA}", person(appointments=CAREER, former_names=former, **more))

    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", hr.get(f"/people/{AMINA}").text))

    assert "Teacher , Elm Primary Academy Since 1 September 2021, until 31 August 2027, 0.8 FTE" in shown
    assert "Planned From 1 September 2027, full time" in shown
    assert "1 September 2018 to 31 August 2021, full time" in shown
    assert "Promoted within the trust. Where to: elsewhere in the trust" in shown
    assert "TRN 0123456" in shown
    assert "Employee numbers E1, E2" in shown
    assert "Date of birth 8 December 1992" in shown
    assert "Amina Khan, until 31 January 2020" in shown
    assert "Sign-in Not connected yet" in shown


def test_what_somebody_answers_for_and_when_they_are_away_is_shown(browser: Any, staff: Any) -> None:
    terms = [{"code": "english_lead", "title": "English and oracy lead"}]
    staff.on("GET", "/v1/vocabularies", {"items": [{"name": "responsibilities", "terms": terms}]})
    fact = {"id": JOBS[0]}
    lead = {
        **fact,
        "responsibility": "english_lead",
        "organisation": ELM,
        "from": "2025-09-01",
        "to": None,
        "until": None,
    }
    year = {**fact, "year_group": "year_6", "part": "taught", "organisation": ELM, "from": "2027-09-01", "to": None}
    more: dict[str, Any] = {
        "responsibilities": [lead, {**lead, "responsibility": "pe_lead", "until": "2026-08-31"}],
        "year_groups": [{**year, "until": "2028-08-31"}, {**year, "year_group": "year_2", "until": "2027-08-31"}],
        "absences": [
            {**fact, "from": "2026-12-07", "to": "2027-01-15", "reason": "study"},
            {**fact, "from": "2020-01-06", "to": "2020-02-07"},
        ],
        "delegates": [{**fact, "person": ELM, "name": "Ben Okafor", "from": "2026-11-02", "to": "2026-12-18"}],
    }
    staff.on("GET", f"/v1/people/{AMINA}", person(appointments=CAREER, **more))

    manager = browser.sign_in(manages=True)
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", manager.get(f"/people/{AMINA}").text))

    assert "English and oracy lead , Elm Primary Academy Since 1 September 2025" in shown
    assert "Teaches year 6 , Elm Primary Academy Planned From 1 September 2027 to 31 August 2028" in shown
    assert "Away: study leave Planned From 7 December 2026 to 15 January 2027" in shown
    assert "Ben Okafor Since 2 November 2026, until 18 December 2026" in shown
    earlier = shown[shown.index("Earlier : responsibilities and year groups") :]
    assert "Pe lead , Elm Primary Academy 1 September 2025 to 31 August 2026" in earlier
    assert "Teaches year 2 , Elm Primary Academy From 1 September 2027; did not come about" in earlier
    # when somebody was away is for HR and themselves, once it is over
    assert "2020" not in shown


def test_the_days_of_the_week_that_somebody_works_stand_with_the_post(hr: Any, staff: Any) -> None:
    part = job(0, ELM, "2021-09-01", fte=0.4, working_days=["mon", "tue"])
    staff.on("GET", f"/v1/people/{AMINA}", person(appointments=[part]))

    assert "Since 1 September 2021, 0.4 FTE: Monday, Tuesday" in hr.get(f"/people/{AMINA}").text


def test_hr_finds_every_change_from_a_person(hr: Any, staff: Any) -> None:
    bound = [{"issuer": "i", "subject": "s", "from": "2026-01-05", "to": None}]
    staff.on("GET", f"/v1/people/{AMINA}", person(appointments=CAREER, sign_ins=bound))

    links = set(re.findall(rf'href="/people/{AMINA}/([^"]+)"', hr.get(f"/people/{AMINA}").text))

    assert links == {
        "change",
        "leave",
        "line-manager",
        "responsibilities/new",
        "year-groups/new",
        "absences/new",
        "sign-ins/end",
        "appointments/new",
        *(f"appointments/{JOBS[number]}/{what}" for number in (1, 2) for what in ("move", "end")),
        "merge",
        "history",
        "strengths",
        "records/new",
        "who-looked",
    }


def test_a_line_manager_sees_neither_what_is_hrs_nor_that_there_is_such(browser: Any) -> None:
    shown = browser.sign_in(manages=True).get(f"/people/{AMINA}").text

    for word in ("TRN", "Date of birth", "Employee numbers", "Sign-in", "Former names", "Where to", "hidden:"):
        assert word not in shown
    assert set(re.findall(rf'href="/people/{AMINA}/([^"]+)"', shown)) == {"history", "strengths"}


def test_a_line_manager_is_told_you(browser: Any) -> None:
    shown = browser.sign_in(person=BEN, manages=True).get(f"/people/{AMINA}").text

    assert "You, since 1 September 2021" in shown


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "Line manager Nobody"),
        ([{"person": BEN, "name": None, "from": "2021-09-01", "to": None}], "Somebody who is not listed, since"),
        (
            [
                {"person": BEN, "name": "Ben Okafor", "from": "2021-09-01", "to": "2026-12-31"},
                {"person": ME, "name": "Zoë Adebayo", "from": "2027-01-01", "to": None},
            ],
            "Ben Okafor , since 1 September 2021, until 31 December 2026 From 1 January 2027: Zoë Adebayo",
        ),
        (
            [{"person": BEN, "name": "Ben Okafor", "from": "2021-09-01", "to": "2025-12-31"}],
            "Line manager Nobody Earlier line managers Ben Okafor , 1 September 2021 to 31 December 2025",
        ),
    ],
)
def test_line_managers_are_named_with_their_days(browser: Any, staff: Any, lines: Any, said: str) -> None:
    staff.on("GET", f"/v1/people/{AMINA}", person(line_managers=lines))

    shown = browser.sign_in("ceo", person=None).get(f"/people/{AMINA}").text

    assert said in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def test_who_has_left_is_marked(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1/people/{AMINA}", person(appointments=[job(0, ELM, "2017-09-01", "2024-08-31")]))

    shown = hr.get(f"/people/{AMINA}").text

    assert re.search(r"Left\s*</strong>\s*on 31 August 2024", shown)
    assert "no post today" not in shown


def test_ones_own_record_leads_to_ones_own_pages(browser: Any, staff: Any) -> None:
    staff.on("GET", f"/v1/people/{ME}", person(ME, sign_ins=[]))

    shown = browser.sign_in().get(f"/people/{ME}").text

    assert "Your staff record" in shown
    assert {"/history", "/records/new", "/who-looked"} <= set(re.findall(r'href="([^"]+)"', shown))
    assert 'href="/people"' not in shown, "who has no people is not led to a list of them"


def test_cpd_that_cannot_be_read_leaves_the_person(hr: Any, cpd: Any) -> None:
    cpd.close()

    shown = hr.get(f"/people/{AMINA}")

    assert shown.status_code == 200
    assert "Elm Primary Academy" in shown.text
    assert "CPD records cannot be reached right now" in shown.text
    assert "Nothing is recorded yet" not in shown.text


def test_the_years_hours_stand_on_the_page(hr: Any, cpd: Any) -> None:
    year = {"academic_year": "2026-27", "verified": 3.0, "awaiting": 1.5, "total": 4.5, "by_kind": []}
    cpd.on("GET", ".*/hours", {"items": [year]})

    shown = hr.get(f"/people/{AMINA}").text

    assert re.search(r"2026-27: <strong>4\.5 hours</strong>, of which 1\.5 hours not verified yet\.", shown)


def test_somebody_whom_one_may_not_see_is_nobody(browser: Any, staff: Any) -> None:
    answer = browser.sign_in(manages=True).get(f"/people/{BEN}")

    assert answer.status_code == 404


def test_hostile_names_stay_names(hr: Any, staff: Any) -> None:
    hostile = person(given_name="<b>Ann</b>", family_name="O’Neill & “Sons” \u202e", email='"><script>@x.example')
    staff.on("GET", f"/v1/people/{AMINA}", hostile)
    staff.on("GET", "/v1/people", people(hostile))

    for path in ("/people?name=<b>", f"/people/{AMINA}"):
        shown = hr.get(path).text
        assert "<b>Ann" not in shown
        assert "<script>@" not in shown
        assert "&lt;b&gt;Ann&lt;/b&gt; O’Neill &amp; “Sons”" in shown
