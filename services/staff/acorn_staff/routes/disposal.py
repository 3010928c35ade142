"""How long things are kept: what is due to go, and the word to let it."""

from typing import Any

from acorn_staff.model.disposal import YEARS, Kept, kept_since
from acorn_staff.operations import disposal as operations
from acorn_staff.schemas.disposal import DisposalNew, DisposalReport
from acorn_staff.store.disposal import Disposal
from servicekit.access import DATA_PROTECTION, allows
from servicekit.app import Answer, accepted, answer, bound, caller, now, record_read, today, writes
from servicekit.documents import to_plain
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("disposal", __name__, description="What is not needed any more.")
disposal = bound(Disposal)

_SHOWN = 100


@blueprint.get("/disposal")
@allows(DATA_PROTECTION)
@blueprint.response(200, DisposalReport)
def read_disposal() -> Answer:
    """What is kept for longer than it is needed: who left long ago, and reviews that say nothing any more."""
    return answer(_report())


@blueprint.post("/disposal")
@allows(DATA_PROTECTION)
@blueprint.arguments(DisposalNew)
@blueprint.response(202, DisposalReport)
@writes
def dispose(new: dict[str, Any]) -> Answer:
    """Let everything of one kind go that is due: people are erased, in every service. It cannot be undone."""
    operations.dispose(new["kept"], new["due"], by=caller().actor, at=now(), disposal=disposal())
    return accepted(_report(), "/v1/disposal")


def _report() -> dict[str, Any]:
    items = []
    for kept in Kept:
        before = kept_since(kept, today())
        due = disposal().due(kept, before)
        shown = [to_plain(one) for one in due[:_SHOWN]]
        record_read(sorted({one["person"] for one in shown}), "read_disposal", confidential=kept is Kept.TALENT_REVIEWS)
        figures = {"years": YEARS[kept], "before": before.isoformat(), "due": len(due)}
        items.append({"kept": kept.value, **figures, "items": shown})
    return {"items": items}
