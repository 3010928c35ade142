"""The trust as pages and forms about people need it: where somebody can work, as what, and what day it is."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flask import current_app

from acorn_portal.calls import Later, later, services
from acorn_portal.clients.staff import Appointment, Organisation, OrganisationPage, Post
from acorn_portal.pages import today

_MOST = 100
_KNOWN_SECONDS = 60


@dataclass(frozen=True)
class Trust:
    """Academies and the central team by id, posts by code, today in England, what every vocabulary calls its codes, and
    which of those are retired by now."""

    organisations: Mapping[str, Organisation]
    posts: Mapping[str, Post]
    today: date
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    retired: frozenset[tuple[str, str]] = frozenset()

    def place(self, organisation_id: str) -> str:
        """The name of an academy or the central team."""
        found = self.organisations.get(organisation_id)
        return found["name"] if found else "an academy that is no longer listed"

    def title(self, post: str) -> str:
        """What a post is called, one that is retired too."""
        found = self.posts.get(post)
        return found["title"] if found else self.called("posts", post)

    def called(self, vocabulary: str, code: str) -> str:
        """What a code of a vocabulary is called."""
        return self.titles.get(vocabulary, {}).get(code, code.replace("_", " "))

    def job(self, appointment: Appointment) -> str:
        """An appointment in a few words: Teacher at Elm Primary Academy, 0.8 FTE."""
        title, place = self.title(appointment["post"]), self.place(appointment["organisation"])
        return f"{title} at {place}, {appointment['fte']:g} FTE"

    def places_to_choose(self) -> dict[str, str]:
        """For a form: the academies and the central team."""
        found = {"": "Choose an academy or the central team"}
        for one in self.organisations.values():
            left = " (has left the trust)" if one.get("membership") == "left" else ""
            found[one["id"]] = one["name"] + left
        return found

    def terms_to_choose(self, vocabulary: str, prompt: str) -> dict[str, str]:
        """For a form: the terms of a vocabulary that are in use."""
        terms = self.titles.get(vocabulary, {}).items()
        return {"": prompt, **{code: title for code, title in terms if (vocabulary, code) not in self.retired}}

    def posts_to_choose(self) -> dict[str, str]:
        """For a form: the posts, by seniority."""
        return {"": "Choose a post", **{code: post["title"] for code, post in self.posts.items()}}


def trust_later() -> Callable[[], Trust]:
    """Begin to read the trust; the answer is called for it, and raises what a read raises."""
    staff = services().staff
    organisations: Later[OrganisationPage] = later(staff.list_organisations, limit=_MOST)
    posts = later(staff.list_posts)
    vocabularies = later(staff.list_vocabularies)

    def answer() -> Trust:
        page = organisations.answer()
        found = list(page["items"])
        while page["next"]:
            page = later(staff.list_organisations, limit=_MOST, cursor=page["next"]).answer()
            found += page["items"]
        kept, day = vocabularies.answer()["items"], today()
        return Trust(
            organisations={one["id"]: one for one in found},
            posts={one["code"]: one for one in posts.answer()["items"]},
            titles={one["name"]: {term["code"]: term["title"] for term in one["terms"]} for one in kept},
            retired=frozenset(
                (one["name"], term["code"])
                for one in kept
                for term in one["terms"]
                if (term.get("retired_from") or "9999") <= day.isoformat()
            ),
            today=day,
        )

    return answer


def known_trust() -> Callable[[Iterable[str]], Trust]:
    """The trust for pages that only name it; the answer is called with the ids of the organisations that they mention.

    It is nobody's data, so each process reads it once a minute for everybody. An organisation that is mentioned and not
    known yet makes it be read again.
    """
    kept: tuple[float, Trust] | None = current_app.extensions.get("trust")
    known = replace(kept[1], today=today()) if kept and time.monotonic() - kept[0] < _KNOWN_SECONDS else None
    asked = None if known else trust_later()

    def answer(mentioned: Iterable[str]) -> Trust:
        if known and set(mentioned) <= known.organisations.keys():
            return known
        found = (asked or trust_later())()
        current_app.extensions["trust"] = (time.monotonic(), found)
        return found

    return answer
