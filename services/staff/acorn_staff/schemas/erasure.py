"""Erasing somebody: what has to be said."""

from acorn_staff.schemas import values
from servicekit.schemas import Schema, Text


class ErasureNew(Schema):
    """Why somebody is erased."""

    reason = Text(
        required=True,
        most=200,
        metadata=values.said(
            "Which request or rule asks for it. It is kept for good, so it names nobody.", "Request 2032-14, article 17"
        ),
    )
