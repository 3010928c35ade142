"""Answers: stored documents as they are, by orjson, with the headers that go with them."""

from typing import Any

import orjson
from flask import Response, request

from servicekit.paging import Page
from servicekit.request import readable

Answer = Response


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


def no_content() -> Answer:
    """Answer 204: it is done and there is nothing to say."""
    return Response(status=204)


def _served(document: dict[str, Any]) -> dict[str, Any]:
    if "_id" not in document:
        return document
    served = {"id": document["_id"], **document}
    del served["_id"]
    return served
