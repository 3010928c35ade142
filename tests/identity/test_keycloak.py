"""Acorn at an identity provider that is not its own: a real Keycloak, a real browser, the whole of `make run`.

Nothing here knows Acorn's own sign-in. HR signs in for the command line and imports, a teacher signs in at the portal,
her access token is renewed while she works, and when she signs out she has signed out at Keycloak too.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from embedded.keycloak import Keycloak, launch, make_ready
from embedded.places import ROOT
from embedded.testing import free_base, whole_run
from servicekit.testing import wait_until

pytestmark = [pytest.mark.keycloak, pytest.mark.engines, pytest.mark.timeout(600)]

DEMO = ROOT / "shared" / "acorn" / "demo"
ACORN = Path(sys.executable).with_name("acorn")
TEACHER = "teacher.elm@oaktrees.example"
HR = "hr@oaktrees.example"
ACCESS_TOKEN_SECONDS = 30
PEOPLE = f"""\
employee_number,given_name,family_name,email,academy_urn,post,fte,start_date
OT0103,Amina,Yusuf,{TEACHER},990101,teacher,1,2021-09-01
"""


@dataclass(frozen=True)
class Acorn:
    """All of Acorn, where Keycloak is, and what somebody needs to sign in there."""

    keycloak: Keycloak
    staff: str
    portal: str
    state: Path
    secret: str
    password: str

    def happened(self, kind: str) -> int:
        """How often Keycloak's log has an event of this kind."""
        return len(re.findall(rf'type="{kind}"', self.keycloak.process.log.read_text()))

    def command(self, *words: str) -> list[str | Path]:
        """A command of the command line."""
        return [ACORN, *words]

    @property
    def environment(self) -> dict[str, str]:
        """That of a terminal beside it: a home of its own, and no browser to open."""
        addresses = {"ACORN_STAFF_URL": self.staff, "ACORN_OIDC_ISSUER": self.keycloak.issuer}
        return {**os.environ, **addresses, "XDG_CONFIG_HOME": str(self.state / "config"), "BROWSER": "true"}


def tokens_for_acorn() -> list[dict[str, Any]]:
    """What makes a client's access tokens Acorn's: the audience, and the access roles in a claim of their own."""
    return [
        {
            "name": "audience",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": {"included.custom.audience": "acorn", "access.token.claim": "true", "id.token.claim": "false"},
        },
        {
            "name": "access roles",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-usermodel-realm-role-mapper",
            "config": {"claim.name": "roles", "multivalued": "true", "access.token.claim": "true"},
        },
    ]


def client(name: str, *, secret: str = "", back: str = "", **attributes: str) -> dict[str, Any]:
    """A client that people sign in at by a code with PKCE, and whose access tokens say `at+jwt`."""
    always = {"pkce.code.challenge.method": "S256", "access.token.header.type.rfc9068": "true"}
    return {
        "clientId": name,
        "publicClient": not secret,
        **({"secret": secret} if secret else {}),
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "redirectUris": [back],
        "attributes": {**always, **attributes},
        "protocolMappers": tokens_for_acorn(),
    }


def realm(portal: str, secret: str, password: str) -> dict[str, Any]:
    """A trust's realm: the demo trust's people, Acorn's clients, and another application that is none of Acorn's."""
    people = json.loads((DEMO / "sign-ins.json").read_text())
    # a machine of the trust's, whose tokens are as good as ours but for whom they are meant
    other = {**client("timetable", secret=secret), "standardFlowEnabled": False, "serviceAccountsEnabled": True}
    return {
        "realm": "trust",
        "enabled": True,
        "accessTokenLifespan": ACCESS_TOKEN_SECONDS,
        "roles": {"realm": [{"name": role} for role in sorted({role for one in people for role in one["roles"]})]},
        "clients": [
            client(
                "acorn-portal",
                secret=secret,
                back=f"{portal}/sign-in/callback",
                **{"post.logout.redirect.uris": f"{portal}/*"},
            ),
            client("acorn-cli", back="http://127.0.0.1/*", **{"access.token.lifespan": "3600"}),
            {**other, "redirectUris": [], "protocolMappers": tokens_for_acorn()[1:]},
        ],
        "users": [
            {
                "username": one["email"],
                "email": one["email"],
                "emailVerified": True,
                "enabled": True,
                "firstName": one["name"].split()[0],
                "lastName": one["name"].split()[-1],
                "realmRoles": one["roles"],
                "credentials": [{"type": "password", "value": password}],
            }
            for one in people
        ],
    }


@pytest.fixture(scope="module")
def acorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acorn]:
    """Keycloak, and Acorn as `make run` starts it where another identity provider is named."""
    # Fetched by a process of its own: a test reaches nothing beyond this machine.
    subprocess.run([sys.executable, "-m", "embedded.keycloak"], check=True)
    folder, base = tmp_path_factory.mktemp("acorn"), free_base()
    secret, password = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    portal = f"http://127.0.0.1:{base + 8}"
    keycloak = launch(folder, folder / "keycloak.log", base + 30, realm(portal, secret, password))
    given = {"ACORN_OIDC_ISSUER": keycloak.issuer, "ACORN_PORTAL_CLIENT_SECRET": secret}
    try:
        make_ready(keycloak)
        with whole_run(folder, base, **given) as run:
            yield Acorn(keycloak, run.staff, run.portal, folder, secret, password)
    finally:
        keycloak.process.stop()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """Somebody whose browser has never been anywhere."""
    context = chromium.new_context()
    yield context
    context.close()


def sign_in_at_keycloak(page: Page, acorn: Acorn, email: str) -> None:
    """Fill in Keycloak's own form."""
    page.wait_for_url(re.compile(re.escape(acorn.keycloak.issuer)))
    page.get_by_label("Username or email").fill(email)
    page.get_by_role("textbox", name="Password").fill(acorn.password)
    page.get_by_role("button", name="Sign In").click()


@pytest.fixture(scope="module")
def imported(acorn: Acorn, chromium: Browser) -> None:
    """HR signs in for the command line, in a browser, and imports the academies and a teacher."""
    signing_in = subprocess.Popen(acorn.command("sign-in"), env=acorn.environment, stderr=subprocess.PIPE, text=True)
    assert signing_in.stderr is not None
    with signing_in, chromium.new_context() as context:
        address = next(line.strip() for line in signing_in.stderr if acorn.keycloak.issuer in line)
        page = context.new_page()
        page.goto(address)
        sign_in_at_keycloak(page, acorn, HR)
        page.get_by_text("go back to the terminal").wait_for()
        assert signing_in.wait(20) == 0, signing_in.stderr.read()
    people = acorn.state / "people.csv"
    people.write_text(PEOPLE)
    academies = acorn.command("import", "academies", str(DEMO / "gias-extract.csv"), "--trust", "9901")
    for command in (academies, acorn.command("import", "people", str(people))):
        subprocess.run(command, env=acorn.environment, check=True)


def test_a_teacher_works_at_the_portal_and_leaves_as_who_keycloak_says_she_is(
    acorn: Acorn, imported: None, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    # given that she has signed in at Keycloak
    page.goto(acorn.portal)
    page.get_by_role("button", name="Sign in").click()
    sign_in_at_keycloak(page, acorn, TEACHER)
    # then she is at home, under her name, and the services know her
    page.wait_for_url(f"{acorn.portal}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amina")
    expect(page.get_by_role("button", name="Record CPD")).to_be_visible()
    # when she works on for longer than an access token lasts, then it is renewed and she notices nothing
    renewed = acorn.happened("REFRESH_TOKEN")

    def works_on() -> bool:
        page.reload()
        page.get_by_role("button", name="Record CPD").wait_for()
        return acorn.happened("REFRESH_TOKEN") > renewed

    wait_until(works_on, ACCESS_TOKEN_SECONDS + 15, "Keycloak has renewed her access token")
    # when she signs out, then Keycloak has ended her session too: the next sign-in asks for the password
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You have signed out").wait_for()
    assert acorn.happened("LOGOUT") == 1
    page.goto(f"{acorn.portal}/sign-in")
    expect(page.get_by_role("textbox", name="Password")).to_be_visible()


def test_a_token_that_keycloak_made_for_another_application_opens_nothing(acorn: Acorn) -> None:
    machine = {"grant_type": "client_credentials", "client_id": "timetable", "client_secret": acorn.secret}
    endpoint = f"{acorn.keycloak.issuer}/protocol/openid-connect/token"
    token = requests.post(endpoint, data=machine, timeout=10).json()["access_token"]
    answer = requests.get(f"{acorn.staff}/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert (answer.status_code, answer.json()["detail"]) == (
        401,
        "The bearer token does not hold: it has expired or is not meant for us.",
    )
