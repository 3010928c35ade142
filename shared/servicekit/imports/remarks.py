"""What was said of the rows of imports that quotes somebody: which row is about whom, nobody wrote down."""

import re
from collections.abc import Collection, Sequence

from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.imports.store import REMARKED
from servicekit.mongo import Document


def forget_remarks(database: Database[Document], words: Collection[str], session: ClientSession) -> None:
    """Forget what was said of rows in which one of these words stands: reasons quote cells, and nobody knows whose."""
    if not words:
        return
    either = "|".join(re.escape(word) for word in words)
    quoting = re.compile(rf"(?<!\w)({either})(?!\w)", re.IGNORECASE)
    parts = [{f"reasons.{part}": quoting} for part in ("value", "reason")]
    database["import_rows"].delete_many({**REMARKED, "$or": parts}, session=session)


def of_identifiers(database: Database[Document], identifiers: Sequence[str]) -> list[Document]:
    """What was said of rows in words that quote one of somebody's identifiers, the latest import first.

    The other remarks on such a row are only counted: it may be about somebody else, whose line manager they are.
    """
    known = sorted({text.lower() for text in identifiers})
    quoting = {"$map": {"input": "$reasons", "in": {"$in": [{"$toLower": "$$this.value"}, known]}}}
    found: list[Document] = []
    for one in database["imports"].find({}, {"kind": 1, "dry_run": 1, "created_at": 1}).sort("created_at", -1):
        asked = {"import": one["_id"], **REMARKED, "$expr": {"$anyElementTrue": quoting}}
        for row in database["import_rows"].find(asked).sort("line", 1):
            theirs = [said for said in row["reasons"] if (said["value"] or "").lower() in known]
            found.append(
                {
                    "import": one["_id"],
                    "at": one["created_at"],
                    "kind": one["kind"],
                    "dry_run": one["dry_run"],
                    "line": row["line"],
                    "outcome": row["outcome"],
                    "remarks": theirs,
                    "other_remarks": len(row["reasons"]) - len(theirs),
                }
            )
    return found
