"""Uploaded files, in GridFS: kept only as long as something is to be done with them."""

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO

from gridfs import GridFSBucket
from gridfs.errors import NoFile
from pymongo.database import Database

from servicekit.ids import new_id
from servicekit.mongo import Document
from servicekit.problems import TooLarge

BUCKET = "uploads"
_PIECE = 1_000_000


class NoUpload(Exception):
    """The upload is gone: its work was done, or it was swept away as abandoned."""


def read_limited(stream: BinaryIO, limit: int) -> bytes:
    """Everything that a stream gives; `TooLarge` as soon as it gives more than `limit` bytes."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        pieces.append(piece)
    return b"".join(pieces)


def too_large(limit: int) -> TooLarge:
    """The refusal of a file over the limit, and what to do instead."""
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1_000} kB"
    return TooLarge(
        f"The file is larger than {size}, the most that can be sent at once. Split its rows into several files, each "
        "with the header as its first line, and send them one after the other."
    )


def keep(database: Database[Document], content: bytes) -> str:
    """Store a file and return its id. Not part of any transaction: `sweep` removes what was never referred to."""
    upload = new_id()
    GridFSBucket(database, BUCKET).upload_from_stream_with_id(upload, upload, content)
    return upload


def fetch(database: Database[Document], upload: str) -> bytes:
    """The content of an upload; `NoUpload` when it is gone."""
    try:
        with GridFSBucket(database, BUCKET).open_download_stream(upload) as stream:
            return bytes(stream.read())
    except NoFile:
        raise NoUpload(upload) from None


def discard(database: Database[Document], upload: str) -> None:
    """Remove a file; nothing happens when it is gone."""
    try:
        GridFSBucket(database, BUCKET).delete(upload)
    except NoFile:
        return


def sweep(database: Database[Document], *, before: datetime, but: Collection[str] = ()) -> int:
    """Remove files stored before an instant, but not those that are still needed; returns how many."""
    wanted = {"uploadDate": {"$lt": before}, "_id": {"$nin": list(but)}}
    old = [file["_id"] for file in database[f"{BUCKET}.files"].find(wanted, {"_id": 1})]
    for upload in old:
        discard(database, upload)
    return len(old)
