"""Aggregates to stored documents and back: dates and instants as ISO text, `id` as `_id`, tuples as lists.

A document is stored in the shape that the API answers with, so reads need no model at all.
"""

import dataclasses
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from servicekit.clock import instant

T = TypeVar("T")
_converter = Converter(forbid_extra_keys=False)
_converter.register_unstructure_hook(datetime, instant)
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text).astimezone(UTC))
_converter.register_unstructure_hook(date, lambda day: day.isoformat())
_converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))


def _stored_names(cls: type) -> dict[str, Any]:
    # `from` is Python's word before it is ours: the field `from_` is stored as `from`.
    return {
        field.name: override(rename=field.name.removesuffix("_"))
        for field in dataclasses.fields(cls)
        if field.name.endswith("_")
    }


_converter.register_unstructure_hook_factory(
    dataclasses.is_dataclass, lambda cls: make_dict_unstructure_fn(cls, _converter, **_stored_names(cls))
)
_converter.register_structure_hook_factory(
    dataclasses.is_dataclass, lambda cls: make_dict_structure_fn(cls, _converter, **_stored_names(cls))
)


def to_document(aggregate: Any) -> dict[str, Any]:
    """The stored document of an aggregate (a dataclass): its `id` becomes `_id`, a field `from_` becomes `from`."""
    document: dict[str, Any] = _converter.unstructure(aggregate)
    document["_id"] = document.pop("id")
    return document


def from_document(cls: type[T], document: dict[str, Any]) -> T:
    """The aggregate of a stored document; keys that the class does not know are ignored."""
    return _converter.structure({**document, "id": document["_id"]}, cls)


def to_plain(part: Any) -> Any:
    """The plain form of a part of an aggregate; no `_id` is made."""
    return _converter.unstructure(part)


def from_plain(cls: type[T], plain: dict[str, Any]) -> T:
    """The part of an aggregate whose plain form is given."""
    return _converter.structure(plain, cls)
