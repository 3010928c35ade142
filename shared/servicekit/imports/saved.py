"""Mappings that HR saves by name once, so that nobody needs a mapping file again; an import names one of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson
from marshmallow import fields, validate
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.access import HR, allows, caller
from servicekit.answers import Answer, actor_in, answer, no_content, page, tell_names
from servicekit.clock import instant
from servicekit.imports.kinds import ImportKind
from servicekit.imports.mapping import read_mapping
from servicekit.mongo import Document
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import FieldError, Invalid, NotFound
from servicekit.request import bound, now, writes
from servicekit.routing import Blueprint
from servicekit.schemas import PageArgs, Schema, page_schema

COLLECTION = "import_mappings"
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?", re.ASCII)
_NAME_RULE = "A mapping's name has small letters, digits and hyphens between them, 60 at most, such as payroll-export."


class SavedMapping(Schema):
    """A mapping that was saved."""

    name = fields.String(required=True, metadata={"description": "Its name.", "example": "payroll-export"})
    kind = fields.String(required=True, metadata={"description": "What its files hold.", "example": "people"})
    mapping = fields.Dict(
        required=True, metadata={"description": "The mapping itself.", "example": {"dates": "dd/mm/yyyy"}}
    )
    by = fields.String(
        required=True,
        metadata={"description": "Who saved it last.", "example": "person:01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10"},
    )
    by_name = fields.String(
        allow_none=True, metadata={"description": "Their name, where it is known.", "example": "Priya Raman"}
    )
    at = fields.String(required=True, metadata={"description": "When.", "example": "2026-11-23T09:00:00.000Z"})


def saving(kinds: Sequence[ImportKind]) -> type[Schema]:
    """The schema of a mapping to be saved, for a service that takes these kinds."""
    names = [kind.name for kind in kinds if not kind.ours]
    made = Schema.from_dict(
        {
            "kind": fields.String(
                required=True,
                validate=validate.OneOf(names),
                metadata={"description": "What its files hold.", "example": names[0]},
            ),
            "mapping": fields.Dict(
                keys=fields.String(),
                required=True,
                metadata={
                    "description": "What a mapping file says (docs/imports.md).",
                    "example": {"dates": "dd/mm/yyyy"},
                },
            ),
        },
        name="SavedMappingNew",
    )
    return cast(type[Schema], made)


class SavedMappings:
    """Mappings by name, read and written within the given session if there is one; their JSON is kept as text."""

    def __init__(self, database: Database[Document], *, session: ClientSession | None = None) -> None:
        self._mappings = database[COLLECTION]
        self._session = session

    def save(self, name: str, kind: ImportKind, mapping: Document, *, by: str, at: str) -> None:
        """Keep a mapping under its name, in the place of an earlier one; `Invalid` where it cannot be used."""
        if not NAME.fullmatch(name):
            raise Invalid("The mapping cannot be saved.", errors=[FieldError("/name", _NAME_RULE)])
        text = orjson.dumps(mapping).decode()
        read_mapping(text, kind)
        kept = {"kind": kind.name, "mapping": text, "by": by, "at": at}
        self._mappings.replace_one({"_id": name}, kept, upsert=True, session=self._session)

    def read(self, name: str) -> Document:
        """A mapping as it is shown; `NotFound`."""
        found = self._mappings.find_one({"_id": name}, session=self._session)
        if found is None:
            raise NotFound("There is no saved mapping of this name.")
        return _shown(found)

    def page(self, paging: Paging) -> Page:
        """The mappings by name."""
        found = page_of(self._mappings, {}, sort=[], paging=paging)
        return Page([_shown(one) for one in found.items], found.next, found.previous, found.total)

    def remove(self, name: str) -> None:
        """Forget a mapping; nothing happens where there is none."""
        self._mappings.delete_one({"_id": name}, session=self._session)

    def text(self, name: str, kind: ImportKind) -> str:
        """What a mapping file of this name would say; `Invalid` where there is none for this kind."""
        found = self._mappings.find_one({"_id": name}, session=self._session)
        if found is None or found["kind"] != kind.name:
            sentence = (
                "There is no saved mapping of this name."
                if found is None
                else f"This mapping is for files of {found['kind']}."
            )
            raise Invalid("The file cannot be imported.", errors=[FieldError("/mapping_name", sentence)])
        return str(found["mapping"])


def add_routes(imports: Blueprint, kinds: Mapping[str, ImportKind]) -> None:
    """The routes under /v1/import-mappings."""

    @imports.get("/import-mappings")
    @allows(HR)
    @imports.arguments(PageArgs, location="query")
    @imports.response(200, page_schema(SavedMapping))
    def list_import_mappings(query: dict[str, Any]) -> Answer:
        """The mappings that were saved, by name."""
        found = _store().page(Paging.out_of(query))
        tell_names(map(actor_in, found.items))
        return page(found)

    @imports.get("/import-mappings/<mapping_name>")
    @allows(HR)
    @imports.response(200, SavedMapping)
    def read_import_mapping(mapping_name: str) -> Answer:
        """A mapping that was saved."""
        return _named(mapping_name)

    @imports.put("/import-mappings/<mapping_name>")
    @allows(HR)
    @imports.arguments(saving(list(kinds.values())))
    @imports.response(200, SavedMapping)
    @writes
    def save_import_mapping(new: dict[str, Any], mapping_name: str) -> Answer:
        """Save a mapping by name, in the place of the one before; imports that used that one stay as they were."""
        _store().save(mapping_name, kinds[new["kind"]], new["mapping"], by=caller().actor, at=instant(now()))
        return _named(mapping_name)

    @imports.delete("/import-mappings/<mapping_name>")
    @allows(HR)
    @imports.response(204)
    @writes
    def remove_import_mapping(mapping_name: str) -> Answer:
        """Forget a mapping; nothing happens where there is none of this name."""
        _store().remove(mapping_name)
        return no_content()


_store = bound(SavedMappings)


def _named(name: str) -> Answer:
    found = _store().read(name)
    tell_names([actor_in(found)])
    return answer(found)


def _shown(document: Document) -> Document:
    kept = {name: document[name] for name in ("kind", "by", "at")}
    return {"name": document["_id"], "mapping": orjson.loads(document["mapping"]), **kept}
