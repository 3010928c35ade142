"""One service over HTTP: requests that carry the token, refusals as sentences, lists page by page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from acorn.addresses import VARIABLES
from acorn.trouble import Refused, Trouble

_TIMEOUT = (5, 60)
_UNDERSTOOD = frozenset({"application/json", "text/csv"})


def connection(address: str) -> requests.Session:
    """A connection to an address; no proxy stands between a machine and itself, whatever the environment says."""
    http = requests.Session()
    http.trust_env = urlsplit(address).hostname not in ("127.0.0.1", "localhost", "::1")
    return http


class Service:
    """A service of Acorn at an address; `token` gives the access token when one is first needed."""

    def __init__(self, name: str, address: str, token: Callable[[], str]) -> None:
        self.name = name
        self.address = address
        self._token = token
        self._http = connection(address)

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **kwargs: Any
    ) -> requests.Response:
        """Send a request to a path under /v1; `Refused` with the service's problem, or `Trouble`."""
        return self.reach(
            method, f"/v1{path}", headers={"Authorization": f"Bearer {self._token()}", **(headers or {})}, **kwargs
        )

    def reach(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send a request without a token; `Refused` or `Trouble`."""
        try:
            answer = self._http.request(method, self.address + path, timeout=_TIMEOUT, **kwargs)
        except requests.Timeout:
            raise Trouble(f"The {self.name} service takes too long to answer. Try again in a moment.") from None
        except requests.ConnectionError:
            raise Trouble(
                f"The {self.name} service at {self.address} does not answer. Is Acorn running (make run)? If it is "
                f"elsewhere, set {VARIABLES[self.name]}."
            ) from None
        except (requests.RequestException, UnicodeError):
            raise self._stranger() from None
        if answer.status_code == requests.codes.unauthorized:
            raise Trouble("Your sign-in does not hold here any more. Run: acorn sign-in")
        if not answer.ok:
            raise Refused(_problem(answer), answer.status_code)
        if answer.content and answer.headers.get("Content-Type", "").partition(";")[0] not in _UNDERSTOOD:
            raise self._stranger()
        return answer

    def get(self, path: str, **params: Any) -> Any:
        """Read a document."""
        return self._document(self.call("GET", path, params=_given(params)))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send a document; answers what comes back, None for nothing."""
        return self._sent("POST", path, body, headers)

    def patch(self, path: str, body: Any, version: int) -> Any:
        """Change the given version of a document."""
        return self._sent("PATCH", path, body, {"If-Match": f'"{version}"'})

    def items(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page."""
        query = {"limit": 100, **_given(params)}
        while True:
            page = self._document(self.call("GET", path, params=query))
            if not isinstance(page, dict) or "items" not in page:
                raise self._stranger()
            yield from page["items"]
            if not page.get("next"):
                return
            query["cursor"] = page["next"]

    def _sent(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Any:
        answer = self.call(method, path, json=body, headers=headers)
        return self._document(answer) if answer.content else None

    def _document(self, answer: requests.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            raise self._stranger() from None

    def _stranger(self) -> Trouble:
        return Trouble(f"{self.address} is no address of the {self.name} service. Check {VARIABLES[self.name]}.")


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
