"""The trust's vocabularies: the codes that facts are recorded in, and what people call them."""

from typing import Any

from acorn_staff.model.vocabularies import Vocabulary as Model
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.operations import vocabularies as operations
from acorn_staff.routes.calling import change, store
from acorn_staff.schemas.vocabularies import TermNew, TermPatch, Vocabulary, VocabularyList
from servicekit.access import HR, SIGNED_IN, SIL, allows
from servicekit.app import Answer, answer, created, writes
from servicekit.documents import to_plain
from servicekit.problems import NotFound
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("vocabularies", __name__, description="Posts, responsibilities, areas, topics, phases …")


@blueprint.get("/vocabularies")
@allows(SIGNED_IN)
@blueprint.response(200, VocabularyList)
def list_vocabularies() -> Answer:
    """All vocabularies with their terms, retired ones too."""
    return answer({"items": [_shown(store().vocabulary(name)) for name in VocabularyName]})


@blueprint.get("/vocabularies/<vocabulary>")
@allows(SIGNED_IN)
@blueprint.response(200, Vocabulary)
def read_vocabulary(vocabulary: str) -> Answer:
    """One vocabulary, such as `responsibilities`."""
    return answer(_shown(store().vocabulary(_name(vocabulary))))


@blueprint.post("/vocabularies/<vocabulary>/terms")
@allows(HR, SIL)
@blueprint.arguments(TermNew)
@blueprint.response(201, Vocabulary)
@writes
def add_term(new: dict[str, Any], vocabulary: str) -> Answer:
    """Add a term; what it is called may change later, its code does not."""
    name = _name(vocabulary)
    kept = operations.add_term(name, change=change(new), store=store(), **new)
    return created(_shown(kept), f"/v1/vocabularies/{name}")


@blueprint.patch("/vocabularies/<vocabulary>/terms/<code>")
@allows(HR, SIL)
@blueprint.arguments(TermPatch)
@blueprint.response(200, Vocabulary)
@writes
def change_term(patch: dict[str, Any], vocabulary: str, code: str) -> Answer:
    """Call a term otherwise from today on, or retire it from a day on; what was recorded with it stays true."""
    kept = operations.change_term(_name(vocabulary), code, change=change(patch), store=store(), **patch)
    return answer(_shown(kept))


def _name(text: str) -> VocabularyName:
    try:
        return VocabularyName(text)
    except ValueError:
        raise NotFound("There is no vocabulary of this name. GET /v1/vocabularies lists them.") from None


def _shown(vocabulary: Model) -> dict[str, Any]:
    shown: dict[str, Any] = to_plain(vocabulary)
    del shown["shape"], shown["changed_at"]
    if vocabulary.version == 0:
        del shown["id"]  # it is given one when it is kept
    return shown
