"""The worker's part of an import: read the file, judge its rows batch by batch, and survive being killed.

Each batch is one transaction: the effects of its rows, what is said of them, and how far the import is. So a
successor goes on exactly behind the last batch that was committed. Batches are small, so that an import of
thousands of people never makes anybody's single edit wait for more than one of them.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Protocol

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import files
from servicekit.clock import Clock, london_today, utc_now
from servicekit.faultpoints import reached
from servicekit.imports.kinds import Group, ImportKind, Judged, NotThisFile, Row, Task, Verdict
from servicekit.imports.mapping import NO_MAPPING, Table, open_table, read_mapping
from servicekit.imports.reading import FileRefused
from servicekit.imports.store import ImportStore, Overtaken
from servicekit.logs import log
from servicekit.mongo import Document, transaction
from servicekit.problems import Invalid

BATCH_SECONDS = 20.0
"""How long a batch may go on repeating after conflicts with people's edits, before the work is given back."""
ABANDONED = timedelta(days=2)

_log = log(__name__)

MakeStore = Callable[[Database[Document], ClientSession | None], Any]
Unit = Group | Verdict


class Lease(Protocol):
    """The hold on a piece of work; `renew` keeps it while the work takes long."""

    def renew(self) -> None:
        """Keep the work for another while."""


def work(
    kinds: Sequence[ImportKind], make_store: MakeStore, *, clock: Clock = utc_now
) -> Callable[[Database[Document], Document, Lease], None]:
    """The handler of due work of kind `import`; `make_store` makes the service's store within a session."""
    by_name = {kind.name: kind for kind in kinds}

    def run(database: Database[Document], payload: Document, lease: Lease) -> None:
        claimed = ImportStore(database).claim(payload["import"], at=clock())
        if claimed is None:
            return
        try:
            _Run(database, by_name, make_store, clock, claimed, lease).finish()
        except Overtaken:
            _log.info("import taken over by another worker", import_id=claimed["_id"])

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
        try:
            failed = self._judge_all()
        except (Overtaken, PyMongoError):
            raise  # the database is away or busy: the work comes back, here or to another worker
        except Exception:
            # Our fault, and it would be so again at every further try: say so, and keep what went in.
            _log.exception("import failed", import_id=self._claimed["_id"])
            failed = "Acorn failed to judge this file, and has logged why. What the counts show as done has gone in."
        ImportStore(self._database).finish(self._claimed, at=self._clock(), failed=failed)
        files.discard(self._database, self._claimed["upload"])
        files.sweep(self._database, before=self._clock() - ABANDONED)

    def _judge_all(self) -> str | None:
        at = self._clock()
        task = Task(
            import_id=self._claimed["_id"],
            by=self._claimed["by"],
            at=at,
            today=london_today(at),
            dry_run=self._claimed["dry_run"],
            options=self._claimed["options"],
        )
        try:
            table = self._open()
            units = self._units(table, task)
        except Invalid as refusal:
            return " ".join([refusal.detail, *(error.detail for error in refusal.errors)])
        except (FileRefused, NotThisFile) as refusal:
            return str(refusal)
        except files.NoUpload:
            return "The uploaded file is gone. Send it again."
        self._lease.renew()
        position = self._claimed["position"]
        rest = iter(units[position:])
        while batch := list(islice(rest, self._kind.batch)):
            self._judge(batch, position, task)
            position += len(batch)
            reached("import: after a batch")
            self._lease.renew()
        return None

    def _open(self) -> Table:
        stored = self._claimed["mapping"]
        mapping = read_mapping(stored, self._kind) if stored else NO_MAPPING
        return open_table(files.fetch(self._database, self._claimed["upload"]), self._kind, mapping)

    def _units(self, table: Table, task: Task) -> list[Unit]:
        """Everything to be judged, in an order that is the same for every worker that reads this file."""
        rejected: list[Unit] = []
        rows: list[Row] = []
        for row in table.rows:
            if isinstance(row, Verdict):
                rejected.append(row)
            else:
                rows.append(row)
        groups = list(self._kind.group(rows, task))
        ImportStore(self._database).count(self._claimed, len(rejected) + len(rows))
        return rejected + groups

    def _judge(self, batch: Sequence[Unit], position: int, task: Task) -> None:
        groups = [unit for unit in batch if not isinstance(unit, Verdict)]
        rejected = [unit for unit in batch if isinstance(unit, Verdict)]

        def judged(session: ClientSession) -> None:
            store = self._make_store(self._database, session)
            verdicts = list(rejected)
            answers: list[Judged] = list(self._kind.judge(groups, task, store)) if groups else []
            for answer in answers:
                verdicts.extend(answer.verdicts)
                if answer.write and not task.dry_run:
                    answer.write()
            # Raises in a twin that has been overtaken, and with that takes back all that it wrote above.
            ImportStore(self._database, session=session).advance(self._claimed, position, len(batch), verdicts)

        transaction(self._database.client, judged, seconds=BATCH_SECONDS)
