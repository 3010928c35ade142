"""Sending a file: the file, what can be said beside it, and how its columns are called."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage

from acorn_portal.clients.calling import Refused, Upload
from acorn_portal.clients.staff import ImportKind, ImportNew
from acorn_portal.forms.answers import Answers
from acorn_portal.forms.fields import Number, Text
from acorn_portal.forms.judged import Choice

_LONGEST_MAPPING = 200_000
_OPTION = "option_"
_NAME = re.compile("[a-z0-9-]{1,60}", re.ASCII)


class NewFile(Answers):
    """A file of a kind, and perhaps how to read it. Options of the kind are fields of a class made by `for_kind`."""

    file = FileField("Your file", validators=[FileRequired("Choose the file to check.")])
    mapping_file = FileField(
        "Mapping file",
        description="A .json file that says which of your columns is which. Use the same one every time.",
    )
    mapping = Text("Or paste what the mapping file says")
    mapping_name = Choice("Saved mapping")
    save_as = Text(
        "Save this mapping as (optional)",
        description="A name of small letters, digits and hyphens. It is then offered here for every file of this kind.",
    )
    OPTIONS: tuple[str, ...] = ()
    misread = False
    """Whether the service could not make sense of the file, for which a mapping may be what it takes."""

    @property
    def maps(self) -> bool:
        """Whether there is something to see of the mapping: text, what is wrong with it, or that it may be lacking."""
        typed = self.mapping.data or self.save_as.data
        wrong = self.mapping.errors or self.mapping_file.errors or self.mapping_name.errors or self.save_as.errors
        return bool(typed or wrong or self.misread)

    def take_mapping(self) -> bool:
        """Read the mapping file into the box for its text, where it stays if the file is refused; tell whether it is
        readable."""
        sent = self.mapping_file.data
        if self.mapping_name.data and (self.mapping.data or isinstance(sent, FileStorage)):
            self.refuse_field("mapping_name", "Choose a saved mapping or give another, not both.")
            return False
        if self.save_as.data and not _NAME.fullmatch(self.save_as.data):
            self.refuse_field("save_as", "Use small letters, digits and hyphens, 60 at most, such as payroll-export.")
            return False
        if not isinstance(sent, FileStorage):
            if self.save_as.data and not self.mapping.data:
                self.refuse_field("save_as", "There is no mapping to save: choose its file or paste its text.")
                return False
            return True
        if self.mapping.data:
            self.refuse_field("mapping_file", "Choose a mapping file or paste its text, not both.")
            return False
        content = sent.stream.read(_LONGEST_MAPPING + 1)
        if len(content) > _LONGEST_MAPPING:
            self.refuse_field("mapping_file", "This is too large for a mapping file. Did you choose your data file?")
            return False
        try:
            self.mapping.data = content.decode("utf-8-sig").replace("\r\n", "\n").strip()
        except UnicodeDecodeError:
            self.refuse_field("mapping_file", "The mapping file cannot be read as text. Save it as UTF-8.")
            return False
        if not self.mapping.data:
            self.refuse_field("mapping_file", "The mapping file is empty.")
        return bool(self.mapping.data)

    def new(self, kind: str) -> ImportNew:
        """What to send: always to be checked first."""
        sent: FileStorage = self.file.data
        sent.stream.seek(0)
        said: dict[str, Any] = {
            "file": Upload(sent.filename or "file", cast(Any, sent.stream)),
            "kind": kind,
            "mapping": self.mapping.data,
            "mapping_name": self.mapping_name.data,
            "dry_run": True,
        }
        said |= {name: self._fields[_OPTION + name].data for name in self.OPTIONS}
        return cast(ImportNew, said)

    def to_save(self) -> tuple[str, dict[str, Any]] | None:
        """The name and the mapping that is to be saved; None where nothing is, or it is no JSON."""
        if not self.save_as.data or not self.mapping.data:
            return None
        try:
            mapping = json.loads(self.mapping.data)
        except ValueError:
            return None  # the service says of the same text where it cannot be read
        return (self.save_as.data, mapping) if isinstance(mapping, dict) else None

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal beside its field; what is wrong inside the mapping says where in it."""
        placed = {pointer: _in_mapping(pointer, sentence, refusal) for pointer, sentence in refusal.errors.items()}
        if refusal.status == 413:
            placed = {"/mapping" if "mapping" in refusal.detail else "/file": refusal.detail}
        self.misread = refusal.status == 422 and "/file" in placed
        super().refuse(Refused(refusal.status, refusal.kind, refusal.detail, placed, refusal.facts))


class Go(Answers):
    """That a checked file is to be imported, or a list to be gone by; of a long list how many are on it."""

    confirmed = Number("How many people are on the list")

    @property
    def number(self) -> int | None:
        """How many people were said to be on it."""
        return int(self.confirmed.number) if self.confirmed.number else None


def for_kind(kind: ImportKind, saved: Sequence[str] = ()) -> type[NewFile]:
    """The form for a kind, with its options and the names of the mappings that are saved for it."""
    options = {
        _OPTION + option["name"]: Text(
            _label(option["name"], required=option["required"]),
            missing=f"Enter the {_spoken(option['name'])}." if option["required"] else "",
            description=f"{option['description']} For example: {option['example']}",
        )
        for option in kind["options"]
    }
    names = tuple(option["name"] for option in kind["options"])
    pointers: Mapping[str, str] = {**{f"/{name}": _OPTION + name for name in names}, "/name": "save_as"}
    choice = Choice("Saved mapping", choices={"": "None", **{name: name for name in saved}})
    fields = {**options, "mapping_name": choice, "OPTIONS": names, "POINTERS": pointers}
    return type("NewFileOfKind", (NewFile,), fields)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _label(name: str, *, required: bool) -> str:
    spoken = _spoken(name)
    return f"{spoken[0].upper()}{spoken[1:]}{'' if required else ' (optional)'}"


def _in_mapping(pointer: str, sentence: str, refusal: Refused) -> str:
    """A sentence that says where in the mapping it belongs, if it does: the form has one box for all of it."""
    if pointer == "/mapping":
        return f"{refusal.detail} {sentence[:1].upper()}{sentence[1:]}"
    if not pointer.startswith("/mapping/"):
        return sentence
    first, *rest = (step.replace("~1", "/").replace("~0", "~") for step in pointer.removeprefix("/mapping/").split("/"))
    return f"In {first}{''.join(f', “{step}”' for step in rest)}: {sentence}"
