"""The worker's part of an import: read the file, judge its rows batch by batch, and survive being killed.

Each batch is one transaction: the effects of its rows, what is said of them, and how far the import is. So a
successor goes on exactly behind the last batch that was committed. Batches are small, and each is followed by a
pause: two transactions that touch the same document do not queue, the later one fails and tries again, and without the
pause an edit would find the next batch in its way, and the next, until its time is up.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import files, schedule
from servicekit.clock import Clock, london_today, utc_now
from servicekit.faultpoints import reached
from servicekit.imports.kinds import (
    FollowUp,
    Group,
    ImportKind,
    Judged,
    NotThisFile,
    Outcome,
    Reason,
    Row,
    Task,
    Verdict,
)
from servicekit.imports.mapping import Table, opened
from servicekit.imports.reading import FileRefused
from servicekit.imports.store import WORK, ImportStore, hand_over
from servicekit.logs import log
from servicekit.mongo import Document, outage, transaction
from servicekit.problems import Invalid, Problem
from servicekit.schedule import ATTEMPTS, LeaseLost

BATCH_SECONDS = 20.0
"""How long a batch may go on repeating after conflicts with people's edits, before the work is given back."""
STANDS_ASIDE_SECONDS = 0.25
"""The pause behind a batch: longer than an edit that was in conflict with it waits before it tries again."""
ABANDONED = timedelta(days=2)

_OUR_FAULT = "Something went wrong on our side, and our logs say what."
_AFTER_DRY_RUN = "Nothing has gone in. Send the file again later."
_AFTER_IMPORT = "Rows that are counted as added or changed have gone in; send the file again later for the rest."

_MEND = "Put what the reasons name right in your file, and send all of it again."

_log = log(__name__)

MakeStore = Callable[[Database[Document], ClientSession | None], Any]
Unit = Group | Verdict


class Lease(Protocol):
    """The hold on a piece of work, as `servicekit.schedule.Progress` has it."""

    @property
    def attempt(self) -> int:
        """1 for the first time that this work is tried."""

    def renew(self) -> None:
        """Keep the work for another while; `LeaseLost`."""


def work(
    kinds: Sequence[ImportKind], make_store: MakeStore, *, clock: Clock = utc_now
) -> Callable[[Database[Document], Document, Lease], None]:
    """The handler of due work of kind `import`; `make_store` makes the service's store within a session.

    The work is an import that was sent, or a file that has been kept for long enough.
    """
    by_name = {kind.name: kind for kind in kinds}

    def run(database: Database[Document], payload: Document, lease: Lease) -> None:
        if "forget" in payload:
            _forget(database, payload["forget"], clock())
            return
        claimed = ImportStore(database).claim(payload["import"], at=clock())
        if claimed is not None:
            _Run(database, by_name, make_store, clock, claimed, lease).finish()

    return run


class _Run:
    """One worker's go at one import that it has claimed."""

    def __init__(
        self,
        database: Database[Document],
        kinds: dict[str, ImportKind],
        make_store: MakeStore,
        clock: Clock,
        claimed: Document,
        lease: Lease,
    ) -> None:
        self._database = database
        self._kind = kinds[claimed["kind"]]
        self._make_store = make_store
        self._clock = clock
        self._claimed = claimed
        self._lease = lease

    def finish(self) -> None:
        """Do what is left of the import and end it, done or failed."""
        follow_up, upload = None, ""
        try:
            failed = self._judge_all()
            if failed is None:
                follow_up = self._kind.follow_up(self._rows, self._refused, self._task, self._store(None))
            if follow_up is not None and follow_up.list_of is not None:
                upload = files.keep(self._database, follow_up.content)
        except LeaseLost:
            raise
        except Exception as error:
            away = isinstance(error, PyMongoError) and outage(error)
            if away or self._lease.attempt < ATTEMPTS:
                raise  # it is tried again, here or by another worker
            _log.exception("import failed", import_id=self._claimed["_id"])
            failed = f"{_OUR_FAULT} {_AFTER_DRY_RUN if self._only_judges() else _AFTER_IMPORT}"
        at = self._clock()

        def ended(session: ClientSession) -> datetime | None:
            until = ImportStore(self._database, session=session).finish(
                self._claimed,
                at=at,
                failed=failed,
                remark=follow_up.remark if follow_up else None,
                followed_by=self._take_on(follow_up, upload, at, session) if follow_up and upload else None,
            )
            if until is not None:
                self._forget_later(until, session)
            return until

        if transaction(self._database.client, ended) is None:
            _forget(self._database, self._claimed["upload"], at)
        files.sweep(self._database, before=at - ABANDONED, but=ImportStore(self._database).files_needed(at))

    def _take_on(self, follow_up: FollowUp, upload: str, at: datetime, session: ClientSession) -> str:
        """Store a list of our own as a dry run that waits for a worker; its id."""
        store = ImportStore(self._database, session=session)
        document = store.add(
            {
                "kind": follow_up.list_of,
                "dry_run": True,
                "filename": follow_up.filename,
                "options": self._claimed["options"],
                "mapping": None,
                "upload": upload,
                "encoding": "utf-8",
                "delimiter": "comma",
                "ignored_columns": [],
                "by": self._claimed["by"],
                "follows": self._claimed["_id"],
                "remark": follow_up.remark,
                "confirm": follow_up.confirm,
                "about": list(follow_up.about),
            },
            at,
        )
        store.replace_lists(document)
        hand_over(self._database, document["_id"], at, session)
        return str(document["_id"])

    def _store(self, session: ClientSession | None) -> Any:
        return self._make_store(self._database, session)

    def _forget_later(self, due: datetime, session: ClientSession) -> None:
        schedule.add(
            self._database,
            kind=WORK,
            key=f"{WORK}:forget:{self._claimed['_id']}",
            due=due,
            payload={"forget": self._claimed["upload"]},
            session=session,
        )

    def _only_judges(self) -> bool:
        return bool(self._claimed["dry_run"] or self._claimed.get("rehearsing"))

    def _judge_all(self) -> str | None:
        """Judge every row and do what follows; the sentence that refuses the file as a whole, if it is refused."""
        if not self._claimed.get("rehearsing"):
            return self._go_through()
        refusal = self._go_through() or self._not_all()
        if refusal is not None:
            return refusal
        transaction(
            self._database.client,
            lambda session: ImportStore(self._database, session=session).begin_writing(self._claimed),
        )
        return self._go_through()

    def _not_all(self) -> str | None:
        """Why nothing of a file that was to go in wholly goes in, or None when all of it can."""
        rejected = ImportStore(self._database).rehearsed(self._claimed)
        if not rejected:
            return None
        many = "One row" if rejected == 1 else f"{rejected:,} rows"
        return f"{many} would be rejected, and all was to go in or nothing: nothing has gone in. {_MEND}"

    def _go_through(self) -> str | None:
        at = self._clock()
        self._task = task = Task(
            import_id=self._claimed["_id"],
            by=self._claimed["by"],
            at=at,
            today=london_today(at),
            dry_run=self._only_judges(),
            options=self._claimed["options"],
        )
        try:
            table = self._open()
            units = self._units(table, task)
            if not self._claimed["position"]:
                self._kind.check(self._rows, task, self._store(None))
        except Invalid as refusal:
            return " ".join([refusal.detail, *(error.detail for error in refusal.errors)])
        except (FileRefused, NotThisFile) as refusal:
            return str(refusal)
        except files.NoUpload:
            return "The file that was sent is no longer kept. Send it again."
        self._lease.renew()
        position = self._claimed["position"]
        rest = iter(units[position:])
        judge = self._rehearse if task.dry_run else self._judge
        wrote = False
        while batch := self._batch(rest):
            if wrote:
                time.sleep(STANDS_ASIDE_SECONDS)
            wrote = judge(batch, position, task)
            position += len(batch)
            reached("import: after a batch")
            self._lease.renew()
        return None

    def _open(self) -> Table:
        content = files.fetch(self._database, self._claimed["upload"])
        return opened(content, self._kind, self._claimed["mapping"])

    def _units(self, table: Table, task: Task) -> list[Unit]:
        """Everything to be judged, in an order that is the same for every worker that reads this file."""
        rejected: list[Verdict] = []
        rows: list[Row] = []
        for row in table.rows:
            if isinstance(row, Verdict):
                rejected.append(row)
            else:
                rows.append(row)
        groups = list(self._kind.group(rows, task))
        ImportStore(self._database).count(self._claimed, len(rejected) + len(rows))
        self._rows, self._refused = rows, rejected
        return [*rejected, *groups]

    def _batch(self, rest: Iterator[Unit]) -> list[Unit]:
        """The next units that together have about as many rows as a batch may."""
        batch: list[Unit] = []
        rows = 0
        while rows < self._kind.batch and (unit := next(rest, None)) is not None:
            batch.append(unit)
            rows += 1 if isinstance(unit, Verdict) else len(unit)
        return batch

    def _judge(self, batch: Sequence[Unit], position: int, task: Task) -> bool:
        """Judge a batch and do what follows, in one transaction; tell whether anything did."""

        def judged(session: ClientSession) -> bool:
            ImportStore(self._database).begin(self._claimed, session)
            verdicts: list[Verdict] = []
            wrote = False
            for answer in self._answers(batch, task, session):
                verdicts.extend(_followed(answer))
                wrote = wrote or answer.write is not None
            # Raises in a twin that has been overtaken, and with that takes back all that it wrote above.
            ImportStore(self._database, session=session).advance(self._claimed, position, len(batch), verdicts)
            return wrote

        return transaction(self._database.client, judged, seconds=BATCH_SECONDS)

    def _rehearse(self, batch: Sequence[Unit], position: int, task: Task) -> bool:
        """Judge a batch and do nothing of what would follow.

        It is judged once, outside of the transaction that may be repeated: the kind remembers what it would have done.
        """
        verdicts = [verdict for answer in self._answers(batch, task, None) for verdict in answer.verdicts]
        transaction(
            self._database.client,
            lambda session: ImportStore(self._database, session=session).advance(
                self._claimed, position, len(batch), verdicts
            ),
            seconds=BATCH_SECONDS,
        )
        return False

    def _answers(self, batch: Sequence[Unit], task: Task, session: ClientSession | None) -> Iterator[Judged]:
        """The kind's judgement of a batch, behind the verdicts on its rows that could not even be read."""
        groups = [unit for unit in batch if not isinstance(unit, Verdict)]
        yield Judged(tuple(unit for unit in batch if isinstance(unit, Verdict)))
        if groups:
            yield from self._kind.judge(groups, task, self._store(session))


def _forget(database: Database[Document], upload: str, at: datetime) -> None:
    """Remove a file, unless another import still needs it: a dry run's is also that of the import that applies it."""
    if transaction(database.client, lambda session: ImportStore(database, session=session).forget_file(upload, at=at)):
        files.discard(database, upload)


def _followed(answer: Judged) -> tuple[Verdict, ...]:
    """The verdicts once their writing is done, or the refusal of a rule that only the writing could judge."""
    if answer.write is None:
        return answer.verdicts
    try:
        answer.write()
    except Problem as refusal:
        reason = Reason(None, None, refusal.detail)
        return tuple(Verdict(verdict.line, Outcome.REJECTED, (*verdict.reasons, reason)) for verdict in answer.verdicts)
    return answer.verdicts
