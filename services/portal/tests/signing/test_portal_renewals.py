"""Access tokens are renewed while somebody works, by tabs and by processes side by side."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest
from flask import session

from acorn_portal.signing_in import access_token


def test_an_access_token_is_renewed_before_it_expires(portal: Any, provider: Any, staff: Any) -> None:
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    renewed = provider.tokens(access_token="opaque-2", refresh_token=None, id_token=None)
    provider.service.on("POST", "/token", renewed)
    visit.let_expire()

    assert "Hello, Amina Yusuf" in visit.client.get("/").text

    sent = parse_qs(provider.service.asked("POST", "/token")[-1].body.decode())
    assert (sent["grant_type"], sent["refresh_token"]) == (["refresh_token"], ["refresh-1"])
    assert staff.asked("GET", "/v1/me")[-1].headers["Authorization"] == "Bearer opaque-2"
    # then the refresh token is kept, as the provider gave no other
    assert visit.held()["sign_in"]["refresh"] == "refresh-1"
    assert visit.held()["sign_in"]["id_token"]


@pytest.mark.parametrize(
    "answer",
    [
        (400, {"error": "invalid_grant"}),
        (500, b"<html>"),
        (200, b"<html>"),
        (200, {}),
        (200, {"access_token": "a", "expires_in": "soon"}),
    ],
    ids=str,
)
def test_whoever_cannot_be_renewed_is_signed_out_and_keeps_what_they_typed(
    portal: Any, provider: Any, answer: tuple[int, Any]
) -> None:
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    page = visit.client.get("/records/new").text
    (token, *_) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    provider.service.on("POST", "/token", lambda _: answer)
    visit.let_expire()

    sent = visit.client.post("/records/new", data={"csrf_token": token, "title": "Phonics for parents"})

    assert (sent.status_code, sent.location) == (302, "/sign-in?next=/records/new")
    assert not visit.signed_in
    assert visit.held()["kept"]["form"]["title"] == ["Phonics for parents"]
    # and when they sign in again, it is there
    provider.service.on("POST", "/token", lambda _: (200, provider.tokens()))
    visit.sign_in(provider)
    assert "Phonics for parents" in visit.client.get("/records/new").text


def test_a_token_that_could_not_be_renewed_yet_is_used_to_its_end(portal: Any, provider: Any) -> None:
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    provider.service.on("POST", "/token", {"error": "temporarily_unavailable"}, status=503)
    with visit.client.session_transaction() as kept:
        kept["sign_in"] = {**kept["sign_in"], "expires": int(time.time()) + 10}

    first, second = (visit.client.get("/").text for _ in range(2))

    assert "Hello, Amina Yusuf" in first
    assert "Hello, Amina Yusuf" in second
    # and the provider was not asked again at once
    assert len(provider.service.asked("POST", "/token")) == 2


class Rotating:
    """A token endpoint that gives a new refresh token each time, and ends the sign-in when an old one comes back."""

    def __init__(self, provider: Any) -> None:
        self.provider = provider
        self.now = 1
        self.ended = False
        self._lock = threading.Lock()
        provider.service.on("POST", "/token", self.answer)

    def answer(self, call: Any) -> tuple[int, Any]:
        """Renew, slowly enough for another request to come meanwhile."""
        sent = dict(parse_qsl(call.body.decode()))
        if sent["grant_type"] == "authorization_code":
            return 200, self.provider.tokens()
        with self._lock:
            self.ended = self.ended or sent["refresh_token"] != f"refresh-{self.now}"
            if self.ended:
                return 400, {"error": "invalid_grant"}
            self.now += 1
            renewed = {"access_token": f"opaque-{self.now}", "refresh_token": f"refresh-{self.now}", "id_token": None}
        time.sleep(0.2)
        return 200, self.provider.tokens(**renewed)


def test_tabs_that_renew_at_once_all_stay_signed_in(portal: Any, provider: Any) -> None:
    rotating = Rotating(provider)
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    visit.let_expire()
    cookie = visit.client.get_cookie("acorn")
    assert cookie is not None
    together = threading.Barrier(4)

    def tab(_: int) -> str:
        client = visit.app.test_client()
        client.set_cookie("acorn", cookie.value)
        together.wait(10)
        return str(client.get("/").text)

    with ThreadPoolExecutor(4) as tabs:
        pages = list(tabs.map(tab, range(4)))

    assert all("Hello, Amina Yusuf" in page for page in pages)
    assert (rotating.now, rotating.ended) == (2, False)
    # and what was written last is what holds
    assert visit.held()["sign_in"]["refresh"] == "refresh-2"
    assert "Hello, Amina Yusuf" in visit.client.get("/").text


def test_a_tab_that_writes_an_older_session_last_undoes_no_renewal(portal: Any, provider: Any) -> None:
    rotating = Rotating(provider)
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    visit.let_expire()
    older = visit.held()["sign_in"]
    visit.client.get("/")
    with visit.client.session_transaction() as kept:
        kept["sign_in"] = older

    assert "Hello, Amina Yusuf" in visit.client.get("/").text
    assert (rotating.now, rotating.ended) == (2, False)
    assert visit.held()["sign_in"]["refresh"] == "refresh-2"


def test_another_process_that_was_first_with_a_refresh_token_shares_what_it_got(portal: Any, provider: Any) -> None:
    # given two processes of the portal, and a session that both have read
    rotating = Rotating(provider)
    visit, second = portal(provider.issuer), portal(provider.issuer)
    visit.sign_in(provider)
    visit.let_expire()
    cookie = visit.client.get_cookie("acorn")
    assert cookie is not None
    with second.app.test_request_context("/", headers={"Cookie": f"acorn={cookie.value}"}):
        assert session["sign_in"]["refresh"] == "refresh-1"
        # when the first renews
        visit.client.get("/")
        # then the second, refused, goes on with what the first has kept
        assert access_token() == "opaque-2"
    assert rotating.ended
