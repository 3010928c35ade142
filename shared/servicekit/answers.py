"""Answers: stored documents as they are, by orjson, with the headers that go with them."""

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Response, request

from servicekit.audit import person_in
from servicekit.mongo import Document
from servicekit.paging import Page
from servicekit.request import readable, state

Answer = Response
Mention = tuple[Document, str, str | None]
"""Where an answer names somebody: a part of it, the key for the name, the person's id (None for no person)."""


def answer(document: dict[str, Any], *, etag: int | None = None, status: int = 200, location: str = "") -> Answer:
    """Answer with a stored document; its `_id` is served as `id`. `etag` is the aggregate's version, for If-Match.

    The answer to a write says where its outcome can be read (Content-Location), for a repeated request.
    """
    response = Response(orjson.dumps(_served(document)), status=status, content_type="application/json")
    if etag is not None:
        response.set_etag(str(etag))
    if request.method != "GET" and status == 200:
        response.headers["Content-Location"] = location or readable(request.path)
    return response


def created(document: dict[str, Any], location: str) -> Answer:
    """Answer 201 with what was made and where it is read from now on."""
    response = answer(document, etag=document.get("version"), status=201)
    response.headers["Location"] = location
    return response


def accepted(document: dict[str, Any], location: str) -> Answer:
    """Answer 202: it is taken on, and `location` tells how far it is."""
    response = answer(document, status=202)
    response.headers["Location"] = location
    return response


def page(found: Page) -> Answer:
    """Answer with one page of a list, the cursors of its neighbours and, where it was asked for, how many there are."""
    content = {
        "items": [_served(item) for item in found.items],
        "next": found.next,
        "previous": found.previous,
        "total": found.total,
    }
    return Response(orjson.dumps(content), content_type="application/json")


def actor_in(said: Document, field: str = "by") -> Mention:
    """Where an answer names an actor: beside `by` in `by_name`; a sign-in that is bound to no person has no name."""
    return said, f"{field}_name", person_in(said[field])


def tell_names(mentions: Iterable[Mention]) -> None:
    """Write people's names into an answer, null where nobody is known by the id; one look-up for all of them.

    Names are looked up when they are answered and never stored beside an act: people change theirs.
    """
    places = list(mentions)
    asked = {person for _, _, person in places if person is not None}
    names = state().people.names(sorted(asked)) if asked else {}
    for said, key, person in places:
        said[key] = names.get(person) if person is not None else None


def no_content() -> Answer:
    """Answer 204: it is done and there is nothing to say."""
    return Response(status=204)


def _served(document: dict[str, Any]) -> dict[str, Any]:
    if "_id" not in document:
        return document
    served = {"id": document["_id"], **document}
    del served["_id"]
    return served
