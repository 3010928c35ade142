"""Files that HR sends are imports: a resource that the web process takes in and the worker judges and follows up.

A service says what it takes in one file, `imports.py`: an `ImportKind` with its columns and its judgement, as
`RECORDS = ImportKind("records", title=..., columns=..., judge=judge)`. It is wired in the service's `app.py`:

    create(..., blueprints=[..., imports.blueprint([RECORDS])])                       # POST and GET /v1/imports …
    Worker(..., work={"import": imports.work([RECORDS], make_store, clock=clock)})   # judges what was sent
    ensure_indexes(database, {**INDEXES, **imports.INDEXES})                           # beside the service's own

`make_store(database, session)` makes the service's own store, as for its event handlers. `docs/imports.md` is for
those who send the files; `docs/adr/0009-imports.md` says why it is built this way.
"""

from servicekit.imports.job import work
from servicekit.imports.kinds import (
    FollowUp,
    Group,
    ImportKind,
    Judged,
    NotThisFile,
    Option,
    Outcome,
    Reason,
    Row,
    Task,
    Verdict,
    each_alone,
)
from servicekit.imports.routes import blueprint
from servicekit.imports.store import INDEXES

__all__ = [
    "INDEXES",
    "FollowUp",
    "Group",
    "ImportKind",
    "Judged",
    "NotThisFile",
    "Option",
    "Outcome",
    "Reason",
    "Row",
    "Task",
    "Verdict",
    "blueprint",
    "each_alone",
    "work",
]
