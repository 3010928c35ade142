"""Addresses, sign-ins and the token between two commands."""

import json
import stat
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests

from acorn import addresses, client, session, signing_in
from acorn.client import Service
from acorn.desk import Desk
from acorn.trouble import Trouble

HR = "hr@oaktrees.example"
RUN = {
    "identity": "http://127.0.0.1:9009",
    "services": {
        "staff": "http://127.0.0.1:9001",
        "cpd": "http://127.0.0.1:9002",
        "portal": "http://127.0.0.1:9008",
    },
}


# -- addresses --------------------------------------------------------------------------------------------------------


def test_without_anything_else_the_services_are_at_their_usual_ports(tmp_path: Path) -> None:
    found = addresses.find({}, tmp_path)

    assert found.services == {"staff": "http://127.0.0.1:8401", "cpd": "http://127.0.0.1:8402"}
    assert found.issuer == "http://127.0.0.1:8409"
    assert found.pages == {}


def test_a_run_in_this_folder_or_above_says_where_it_is_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / ".acorn").mkdir()
    (tmp_path / ".acorn" / "run.json").write_text(json.dumps(RUN))
    below = tmp_path / "docs"
    below.mkdir()

    found = addresses.find({"ACORN_CPD_URL": "https://cpd.example/"}, below)

    assert found.services == {"staff": "http://127.0.0.1:9001", "cpd": "https://cpd.example"}
    assert found.issuer == "http://127.0.0.1:9009"
    assert found.pages == {"portal": "http://127.0.0.1:9008"}


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"services": 1, "identity": "x"}'])
def test_a_run_file_that_cannot_be_read_is_said_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / ".acorn").mkdir()
    (tmp_path / ".acorn" / "run.json").write_text(content)

    with pytest.raises(Trouble, match=r"cannot be read\. Stop `make run` there and start it again"):
        addresses.find({}, tmp_path)


def test_a_run_that_was_stopped_is_told_apart_from_no_run_at_all(tmp_path: Path) -> None:
    assert addresses.find({}, tmp_path).guessed == frozenset()
    (tmp_path / ".acorn").mkdir()

    assert addresses.find({"ACORN_CPD_URL": "https://cpd.example"}, tmp_path).guessed == {"staff", "identity"}


def test_usual_ports_instead_of_a_run_that_was_stopped_are_said(
    terminal: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".acorn").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(addresses, "USUAL", dict.fromkeys(addresses.USUAL, "http://127.0.0.1:9"))

    for words in (("organisations",), ("sign-in",)):
        told = terminal.refuses(*words, ACORN_TOKEN="t").splitlines()
        assert told[0].startswith("acorn: `make run` of this folder is stopped. Asking at the usual ports")
        assert "does not answer" in told[1]


def test_it_is_said_once_to_a_command_that_acts_as_several_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".acorn").mkdir()
    monkeypatch.chdir(tmp_path)
    for variable in addresses.VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    desk = Desk()

    desk.service("staff")
    for token in ("hers", "his"):
        desk.for_token(token).service("cpd")

    assert capsys.readouterr().err.count("is stopped") == 1


# -- the kept token ---------------------------------------------------------------------------------------------------


def test_a_kept_token_is_the_users_alone_and_belongs_to_its_issuer(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}

    session.keep("https://one.example", session.Session("t1", time.time() + 60, HR), environment)
    session.keep("https://two.example", session.Session("t2", time.time() + 60, HR), environment)

    file = tmp_path / "acorn" / "session.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["session.json"]
    assert session.token("https://one.example", environment) == "t1"
    assert session.token("https://one.example", {**environment, "ACORN_TOKEN": "t3"}) == "t3"
    assert session.forget("https://one.example", environment)
    assert not session.forget("https://one.example", environment)
    assert session.token("https://two.example", environment) == "t2"


def test_nobody_signed_in_and_an_expired_sign_in_are_told_to_sign_in(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    with pytest.raises(Trouble, match=r"You are not signed in\. Run: acorn sign-in"):
        session.token("https://one.example", environment)

    session.keep("https://one.example", session.Session("t", time.time() + 5, HR), environment)

    with pytest.raises(Trouble, match=f"Your sign-in as {HR} has expired"):
        session.token("https://one.example", environment)


@pytest.mark.parametrize("content", ["{", "[]", '{"https://one.example": "t"}', '{"https://one.example": {}}', "\xff"])
def test_a_broken_session_file_is_said_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "acorn").mkdir()
    (tmp_path / "acorn" / "session.json").write_bytes(content.encode("latin-1"))

    with pytest.raises(Trouble, match=r"cannot be read\. Remove it and run: acorn sign-in"):
        session.token("https://one.example", {"XDG_CONFIG_HOME": str(tmp_path)})


def test_a_folder_that_cannot_be_written_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "file")}

    with pytest.raises(Trouble, match=r"Sign-ins cannot be kept in .*\(Not a directory\)\. Set XDG_CONFIG_HOME"):
        session.keep("https://one.example", session.Session("t", time.time() + 60, HR), environment)
    assert not session.forget("https://one.example", environment)


def test_a_given_token_may_end_with_a_line_and_hold_no_other_signs() -> None:
    assert session.token("https://one.example", {"ACORN_TOKEN": "a.b-c_d==\r\n"}) == "a.b-c_d=="

    with pytest.raises(Trouble, match=r"ACORN_TOKEN is no access token"):
        session.token("https://one.example", {"ACORN_TOKEN": "a.b\nc"})


# -- signing in -------------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_somebody_with_a_record_signs_in_and_is_who_they_are(acorn: Any) -> None:
    acorn.run("demo", "load", "--quiet")

    assert acorn.says("sign-in", "--as", "head.elm@oaktrees.example") == [
        "Signed in as Helen Fletcher (head.elm@oaktrees.example)."
    ]
    told = acorn.says("who-am-i")
    assert told[:4] == [
        "Name            Helen Fletcher",
        "E-mail          head.elm@oaktrees.example",
        "Leads           Elm Primary Academy",
        "Manages people  yes",
    ]
    assert json.loads(acorn.run("who-am-i", "--json").stdout)["person"]["given_name"] == "Helen"
    assert acorn.says("sign-out") == ["Signed out."]
    assert acorn.says("sign-out") == ["You were not signed in."]
    assert acorn.refuses("who-am-i") == "acorn: You are not signed in. Run: acorn sign-in\n"


@pytest.mark.engines
def test_somebody_without_a_record_signs_in_with_their_access_role(acorn: Any) -> None:
    assert acorn.says("sign-in", "--as", "trustee@oaktrees.example") == [
        "Signed in as trustee@oaktrees.example, trustee."
    ]
    assert acorn.says("who-am-i")[-1] == "Person        none: you have no record of your own"


@pytest.mark.engines
def test_a_stranger_is_not_signed_in(acorn: Any) -> None:
    assert "You were not signed in" in acorn.refuses("sign-in", "--as", "nobody@else.example")


@pytest.mark.engines
def test_a_token_that_does_not_hold_is_told_to_sign_in(acorn: Any) -> None:
    assert acorn.refuses("who-am-i", ACORN_TOKEN="abc") == (
        "acorn: Your sign-in does not hold here any more. Run: acorn sign-in\n"
    )


def browser(change: Callable[[dict[str, str]], dict[str, str]] = dict) -> Callable[[str], bool]:
    """A person at a browser, who picks HR; `change` is what an attacker does to what comes back."""

    def visit(address: str) -> None:
        page = requests.get(address, timeout=5)
        link = next(line for line in page.text.split('"') if line.startswith("?") and "hr%40oaktrees" in line)
        picked = address.partition("?")[0] + link.replace("&amp;", "&")
        back = requests.get(picked, timeout=5, allow_redirects=False).headers["Location"]
        answer = change({name: values[0] for name, values in parse_qs(urlsplit(back).query).items()})
        home = back.partition("?")[0]
        requests.get(f"{home}favicon.ico", timeout=5)
        requests.get(f"{home}?{urlencode(answer)}", timeout=5)

    def opened(address: str) -> bool:
        threading.Thread(target=visit, args=(address,), daemon=True).start()
        return True

    return opened


@pytest.mark.engines
def test_in_a_browser_the_address_is_printed_and_opened(acorn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", browser())

    result = acorn.run("sign-in")

    assert "hr@oaktrees.example" in result.stdout
    assert "code_challenge_method=S256" in result.stderr


@pytest.mark.engines
@pytest.mark.parametrize(
    "change",
    [
        lambda answer: {**answer, "state": "another"},
        lambda answer: {**answer, "iss": "https://else.example"},
    ],
    ids=["another state", "another issuer"],
)
def test_an_answer_that_belongs_to_another_sign_in_is_refused(
    acorn: Any, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    monkeypatch.setattr(webbrowser, "open", browser(change))

    assert "does not belong to this sign-in" in acorn.refuses("sign-in")


@pytest.mark.engines
def test_a_provider_that_wants_a_browser_says_so(acorn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the hint the provider shows its picker, as any other provider shows its log-in page.
    connect = client.connection

    def without_hint(address: str) -> requests.Session:
        http = connect(address)
        get = http.get
        http.get = lambda url, params, **kwargs: get(  # type: ignore[method-assign]
            url, params={name: value for name, value in params.items() if name != "login_hint"}, **kwargs
        )
        return http

    monkeypatch.setattr(signing_in, "connection", without_hint)

    assert acorn.refuses("sign-in", "--as", HR) == (
        "acorn: This identity provider wants to see you in a browser. Run: acorn sign-in\n"
    )


# -- what is not there ------------------------------------------------------------------------------------------------


def test_a_service_that_does_not_answer_is_said_with_the_remedy(terminal: Any) -> None:
    nowhere = "http://127.0.0.1:9"

    assert terminal.refuses("organisations", ACORN_TOKEN="t", ACORN_STAFF_URL=nowhere) == (
        f"acorn: The staff service at {nowhere} does not answer. Is Acorn running (make run)? If it is elsewhere, set "
        "ACORN_STAFF_URL.\n"
    )
    assert "does not answer" in terminal.refuses("sign-in", "--as", HR, ACORN_OIDC_ISSUER=nowhere)


def test_an_address_that_is_none_is_said_with_the_remedy(terminal: Any) -> None:
    assert terminal.refuses("organisations", ACORN_TOKEN="t", ACORN_STAFF_URL="no address") == (
        "acorn: no address is no address of the staff service. Check ACORN_STAFF_URL.\n"
    )


@pytest.fixture
def stranger() -> Iterator[tuple[str, dict[str, str]]]:
    """A server that is none of ours: its address, and what it answers to everything, by `body` and `type`."""
    says = {"body": "<h1>Welcome</h1>", "type": "text/html"}

    def application(environment: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", says["type"])])
        return [says["body"].encode()]

    with make_server("127.0.0.1", 0, application, handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", says
        server.shutdown()
        thread.join()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("type", "body"),
    [("text/html", "<h1>Welcome</h1>"), ("application/json", "<h1>"), ("application/json", "[]")],
)
def test_an_address_where_somebody_else_answers_is_said_with_the_remedy(
    terminal: Any, stranger: tuple[str, dict[str, str]], type: str, body: str
) -> None:
    address, says = stranger
    says |= {"type": type, "body": body}

    assert terminal.refuses("organisations", ACORN_TOKEN="t", ACORN_STAFF_URL=address) == (
        f"acorn: {address} is no address of the staff service. Check ACORN_STAFF_URL.\n"
    )
    assert "Check ACORN_OIDC_ISSUER." in terminal.refuses("sign-in", ACORN_OIDC_ISSUER=address)


def test_a_word_in_another_encoding_is_said_with_the_remedy(terminal: Any) -> None:
    assert terminal.refuses("people", "find", "Zo\udceb", ACORN_TOKEN="t") == (
        "acorn: Zo\\udceb is not UTF-8 text. Type it anew in a terminal that is set to UTF-8.\n"
    )


@pytest.mark.engines
def test_something_else_than_an_identity_provider_is_told_apart(acorn: Any) -> None:
    other = acorn.environment["ACORN_STAFF_URL"]

    assert "refused" in acorn.refuses("sign-in", "--as", HR, ACORN_OIDC_ISSUER=other)


def test_a_proxy_never_stands_between_a_machine_and_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    service = Service("staff", "http://127.0.0.1:10", lambda: "t")

    with pytest.raises(Trouble, match=r"The staff service at .* does not answer"):
        service.get("/me")
