"""A login is bound once to the one current person who has its verified e-mail; afterwards it is known by subject."""

from typing import Any


def kind(response: Any) -> tuple[int, str]:
    """The status and kind of a problem."""
    return response.status_code, response.get_json()["type"].removeprefix("urn:acorn:problem:")


def test_a_sign_in_is_bound_once_and_answers_who_one_is(trust: Any) -> None:
    trust.add("new", "New", "Comer", email="new@oaktrees.example")
    first = trust.as_("new").post("/sign-ins")
    assert (first.status_code, first.headers["Location"]) == (201, "/v1/me")
    again = trust.as_("new").post("/sign-ins")
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert again.get_json() == trust.as_("new").get("/me").get_json()
    assert trust.types("new") == ["added", "sign-in-bound"]
    assert trust.person("new")["sign_ins"] == [
        {"issuer": trust.tokens.issuer, "subject": "subject of new", "from": "2026-11-23", "to": None}
    ]


def test_afterwards_the_email_does_not_matter(trust: Any) -> None:
    trust.hr("PATCH", trust.at("amina"), {"email": "yusuf@oaktrees.example"}, **{"If-Match": '"4"'})
    me = trust.as_("amina", email="something@else.example").get("/me").get_json()
    assert me["person"]["id"] == trust.ids["amina"]
    assert trust.as_("amina", email=None).post("/sign-ins").status_code == 200


def test_the_email_is_compared_whatever_its_case(trust: Any) -> None:
    trust.add("new", "New", "Comer", email="new@oaktrees.example")
    assert trust.as_("new", email="New@OakTrees.example").post("/sign-ins").status_code == 201


def test_an_unverified_email_binds_nobody(trust: Any) -> None:
    trust.add("new", "New", "Comer", email="new@oaktrees.example")
    for claims in ({"email_verified": False}, {"email": None}, {"email_verified": "true"}):
        assert kind(trust.as_("new", **claims).post("/sign-ins")) == (409, "email-not-verified")
    assert trust.types("new") == ["added"]


def test_an_email_that_nobody_has_or_only_a_leaver_binds_nobody(trust: Any) -> None:
    assert kind(trust.as_("stranger").post("/sign-ins")) == (409, "nobody-has-email")
    trust.add("new", "New", "Comer", email="new@oaktrees.example")
    trust.appoint("new", "elm", "teacher", "2020-09-01", to="2026-11-22", fte=0.1)
    assert kind(trust.as_("new").post("/sign-ins")) == (409, "nobody-has-email")


def test_a_second_login_does_not_take_a_person_over(trust: Any) -> None:
    response = trust.as_("thief", email="amina@oaktrees.example").post("/sign-ins")
    assert kind(response) == (409, "person-has-sign-in")
    assert "amina" not in response.get_data(as_text=True).lower()


def test_a_leavers_binding_ends_by_itself_and_does_not_come_to_life_again(trust: Any) -> None:
    trust.end("amina", "2026-11-23")
    assert trust.as_("amina").get(trust.at("amina")).status_code == 200
    trust.clock.set("2026-11-24T09:00:00Z")
    assert trust.as_("amina").get(trust.at("amina")).status_code == 403
    assert trust.as_("amina").get("/me").get_json()["person"] is None
    trust.appoint("amina", "ash", "teacher", "2026-12-01")
    assert trust.as_("amina").get("/me").get_json()["person"] is None
    assert trust.person("amina")["sign_ins"][0]["to"] == "2026-11-23"
    assert trust.types("amina")[-1] == "returned"
    assert trust.as_("amina").post("/sign-ins").status_code == 201
    assert trust.as_("amina").get("/me").get_json()["person"]["id"] == trust.ids["amina"]


def test_a_leavers_login_is_not_bound_to_somebody_else_before_hr_unbinds_it(trust: Any) -> None:
    trust.end("amina", "2026-11-22")
    trust.add("second record", "Amina", "Yusuf", email="amina@oaktrees.example")
    assert kind(trust.as_("amina").post("/sign-ins")) == (409, "sign-in-taken")
    trust.hr("DELETE", f"{trust.at('amina')}/sign-ins", expect=204)
    assert trust.as_("amina").post("/sign-ins").status_code == 201


def test_hr_unbinds_at_once(trust: Any) -> None:
    trust.clock.set("2026-12-01T09:00:00Z")
    trust.hr("DELETE", f"{trust.at('amina')}/sign-ins", expect=204)
    assert trust.person("amina")["sign_ins"][0]["to"] == "2026-11-30"
    assert trust.as_("amina").get("/me").get_json()["person"] is None
    assert trust.types("amina")[-1] == "sign-in-ended"
    version = trust.person("amina")["version"]
    trust.hr("DELETE", f"{trust.at('amina')}/sign-ins", expect=204)
    assert trust.person("amina")["version"] == version
    assert trust.as_("another login", email="amina@oaktrees.example").post("/sign-ins").status_code == 201


def test_only_hr_unbinds(trust: Any) -> None:
    for who in ("amina", "helen", "sil", "ceo", "operations"):
        assert trust.as_(who).send("DELETE", f"{trust.at('amina')}/sign-ins").status_code == 403
    nobody = "/people/0197f0a4-0000-7000-8000-000000000000/sign-ins"
    assert trust.as_("hr").send("DELETE", nobody).status_code == 404


def test_me_tells_access_roles_and_whom_one_leads_or_manages_today(trust: Any) -> None:
    helen = trust.as_("helen").get("/me").get_json()
    assert helen["leads"] == [{"id": trust.ids["elm"], "name": "Elm Primary Academy"}]
    assert (helen["has_reports"], helen["roles"]) == (True, [])
    amina = trust.as_("amina").get("/me").get_json()
    assert (amina["leads"], amina["has_reports"]) == ([], False)
    assert amina["person"] == trust.person("amina")
    trustee = trust.as_("trustee").get("/me").get_json()
    assert trustee == {
        "subject": "subject of trustee",
        "email": "trustee@oaktrees.example",
        "email_verified": True,
        "roles": ["trustee"],
        "person": None,
        "leads": [],
        "has_reports": False,
        "verifies": False,
    }


def test_somebody_who_signs_in_with_an_access_role_and_is_no_person_here_hears_it(trust: Any) -> None:
    me = trust.as_("hr").get("/me").get_json()
    assert (me["person"], me["roles"], me["verifies"]) == (None, ["hr"], True)


def test_the_line_and_hr_verify_cpd(trust: Any) -> None:
    verifies = {who for who in (*trust.ids, "hr", "sil", "ceo") if trust.as_(who).get("/me").get_json()["verifies"]}
    assert verifies == {"helen", "hugo", "ben", "hr"}
    trust.end("hugo", "2026-11-22")
    trust.manage("amina", "harriet", "2026-11-23")
    assert trust.as_("hugo").get("/me").get_json()["verifies"] is False
    assert trust.as_("harriet").get("/me").get_json()["verifies"] is True


def test_a_headship_and_a_report_that_begin_later_are_not_told_today(trust: Any) -> None:
    trust.appoint("ben", "ash", "executive_headteacher", "2027-09-01", override={"why": "Executive head."})
    trust.manage("harriet", "amina", "2027-09-01")
    assert trust.as_("ben").get("/me").get_json()["leads"] == []
    assert trust.as_("amina").get("/me").get_json()["has_reports"] is False
    trust.clock.set("2027-09-01T09:00:00Z")
    assert [one["name"] for one in trust.as_("ben").get("/me").get_json()["leads"]] == ["Ash Infant School"]
    assert trust.as_("amina").get("/me").get_json()["has_reports"] is True


def test_the_post_of_head_in_the_central_team_leads_no_academy(trust: Any) -> None:
    trust.move("harriet", "central", "2026-11-20", post="executive_headteacher")
    assert trust.as_("harriet").get("/me").get_json()["leads"] == []


def test_without_a_token_there_is_nobody(trust: Any) -> None:
    for method, path in (("GET", "/me"), ("POST", "/sign-ins"), ("GET", "/people"), ("GET", "/posts")):
        response = type(trust.as_("hr"))(trust.app, None).send(method, path)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="acorn"')
