"""The cpd service, as its OpenAPI file has it. Made by `make docs`; change that service instead."""

# As many lines as the service has schemas and operations: one type and one method each.
# ruff: noqa: E501, UP013
# fmt: off
from typing import Any, NotRequired, TypedDict

from acorn_portal.clients.calling import Client, Download, Upload, segment

FieldError = TypedDict("FieldError", {
    "pointer": "str",
    "detail": "str",
})
Problem = TypedDict("Problem", {
    "type": "str",
    "title": "str",
    "status": "int",
    "detail": "str",
    "request_id": "str",
    "errors": NotRequired["list[FieldError]"],
})
RecordNew = TypedDict("RecordNew", {
    "title": "str",
    "kind": "str",
    "topics": NotRequired["list[str]"],
    "date": "str",
    "ends": NotRequired["str | None"],
    "hours": "float",
    "provider": NotRequired["str | None"],
    "reflection": NotRequired["str | None"],
    "impact": NotRequired["str | None"],
})
Source = TypedDict("Source", {
    "kind": "str",
    "reference": "str | None",
})
Verification = TypedDict("Verification", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
})
Query = TypedDict("Query", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "question": "str",
})
Withdrawal = TypedDict("Withdrawal", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "why": "str",
    "before": "str",
})
Judgement = TypedDict("Judgement", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "version": "int",
    "state": "str",
    "question": "str | None",
})
Amendment = TypedDict("Amendment", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "version": "int",
    "why": "str",
    "before": "dict[str, Any]",
})
Record = TypedDict("Record", {
    "title": "str",
    "kind": "str",
    "topics": "list[str]",
    "date": "str",
    "ends": "str | None",
    "hours": "float",
    "provider": "str | None",
    "reflection": "str | None",
    "impact": "str | None",
    "id": "str",
    "person": "str",
    "academic_year": "str",
    "source": "Source",
    "state": "str",
    "verification": "Verification | None",
    "query": "Query | None",
    "withdrawal": "Withdrawal | None",
    "declared_by": "str",
    "declared_by_name": "str | None",
    "declared_at": "str",
    "changed_at": "str",
    "version": "int",
    "may_verify": "bool",
    "judgements": "list[Judgement]",
    "amendments": "list[Amendment]",
})
RecordPatch = TypedDict("RecordPatch", {
    "title": NotRequired["str"],
    "kind": NotRequired["str"],
    "topics": NotRequired["list[str]"],
    "date": NotRequired["str"],
    "ends": NotRequired["str | None"],
    "hours": NotRequired["float"],
    "provider": NotRequired["str | None"],
    "reflection": NotRequired["str | None"],
    "impact": NotRequired["str | None"],
    "why": "str",
})
QueryNew = TypedDict("QueryNew", {
    "question": "str",
})
WithdrawalNew = TypedDict("WithdrawalNew", {
    "why": "str",
})
RecordLine = TypedDict("RecordLine", {
    "title": "str",
    "kind": "str",
    "topics": "list[str]",
    "date": "str",
    "ends": "str | None",
    "hours": "float",
    "provider": "str | None",
    "reflection": "str | None",
    "impact": "str | None",
    "id": "str",
    "person": "str",
    "academic_year": "str",
    "source": "Source",
    "state": "str",
    "verification": "Verification | None",
    "query": "Query | None",
    "withdrawal": "Withdrawal | None",
    "declared_by": "str",
    "declared_by_name": "str | None",
    "declared_at": "str",
    "changed_at": "str",
    "version": "int",
})
Total = TypedDict("Total", {
    "count": "int",
    "more": "bool",
})
RecordLinePage = TypedDict("RecordLinePage", {
    "items": "list[RecordLine]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
HoursOfKind = TypedDict("HoursOfKind", {
    "verified": "float",
    "awaiting": "float",
    "total": "float",
    "kind": "str",
})
HoursOfYear = TypedDict("HoursOfYear", {
    "verified": "float",
    "awaiting": "float",
    "total": "float",
    "academic_year": "str",
    "by_kind": "list[HoursOfKind]",
})
HoursByYear = TypedDict("HoursByYear", {
    "items": "list[HoursOfYear]",
})
RecordOfSomebody = TypedDict("RecordOfSomebody", {
    "title": "str",
    "kind": "str",
    "topics": "list[str]",
    "date": "str",
    "ends": "str | None",
    "hours": "float",
    "provider": "str | None",
    "reflection": "str | None",
    "impact": "str | None",
    "id": "str",
    "person": "str",
    "academic_year": "str",
    "source": "Source",
    "state": "str",
    "verification": "Verification | None",
    "query": "Query | None",
    "withdrawal": "Withdrawal | None",
    "declared_by": "str",
    "declared_by_name": "str | None",
    "declared_at": "str",
    "changed_at": "str",
    "version": "int",
    "name": "str | None",
    "may_verify": "bool",
})
RecordOfSomebodyPage = TypedDict("RecordOfSomebodyPage", {
    "items": "list[RecordOfSomebody]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
ImportValue = TypedDict("ImportValue", {
    "value": "str",
    "title": "str",
})
ImportColumn = TypedDict("ImportColumn", {
    "name": "str",
    "required": "bool",
    "meaning": "str",
    "example": "str",
    "values": "list[ImportValue] | None",
})
ImportOption = TypedDict("ImportOption", {
    "name": "str",
    "description": "str",
    "example": "str",
    "required": "bool",
})
ImportKind = TypedDict("ImportKind", {
    "name": "str",
    "title": "str",
    "description": "str",
    "columns": "list[ImportColumn]",
    "one_of": "list[list[str]]",
    "options": "list[ImportOption]",
    "largest_bytes": "int",
})
ImportKinds = TypedDict("ImportKinds", {
    "items": "list[ImportKind]",
})
ImportNew = TypedDict("ImportNew", {
    "file": "Upload",
    "kind": "str",
    "mapping": NotRequired["str"],
    "mapping_name": NotRequired["str"],
    "dry_run": NotRequired["bool"],
    "all_or_nothing": NotRequired["bool"],
})
RowCounts = TypedDict("RowCounts", {
    "total": NotRequired["int | None"],
    "judged": NotRequired["int"],
    "added": NotRequired["int"],
    "changed": NotRequired["int"],
    "unchanged": NotRequired["int"],
    "left_out": NotRequired["int"],
    "rejected": NotRequired["int"],
    "incomplete": NotRequired["int"],
})
Import = TypedDict("Import", {
    "id": NotRequired["str"],
    "kind": NotRequired["str"],
    "dry_run": NotRequired["bool"],
    "all_or_nothing": NotRequired["bool"],
    "rehearsing": NotRequired["bool"],
    "applies": NotRequired["str | None"],
    "applied_by": NotRequired["str | None"],
    "state": NotRequired["str"],
    "filename": NotRequired["str"],
    "options": NotRequired["dict[str, Any]"],
    "mapping_name": NotRequired["str | None"],
    "rows": NotRequired["RowCounts"],
    "reason": NotRequired["str | None"],
    "remark": NotRequired["str | None"],
    "follows": NotRequired["str | None"],
    "followed_by": NotRequired["str | None"],
    "confirm": NotRequired["int | None"],
    "encoding": NotRequired["str | None"],
    "delimiter": NotRequired["str | None"],
    "ignored_columns": NotRequired["list[str]"],
    "file_until": NotRequired["str | None"],
    "by": NotRequired["str"],
    "by_name": NotRequired["str | None"],
    "created_at": NotRequired["str"],
    "started_at": NotRequired["str | None"],
    "finished_at": NotRequired["str | None"],
})
ImportPage = TypedDict("ImportPage", {
    "items": "list[Import]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
RowReason = TypedDict("RowReason", {
    "column": NotRequired["str | None"],
    "value": NotRequired["str | None"],
    "reason": NotRequired["str"],
})
ImportRow = TypedDict("ImportRow", {
    "line": NotRequired["int"],
    "outcome": NotRequired["str"],
    "reasons": NotRequired["list[RowReason]"],
})
ImportRowPage = TypedDict("ImportRowPage", {
    "items": "list[ImportRow]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
SavedMapping = TypedDict("SavedMapping", {
    "name": "str",
    "kind": "str",
    "mapping": "dict[str, Any]",
    "by": "str",
    "by_name": NotRequired["str | None"],
    "at": "str",
})
SavedMappingPage = TypedDict("SavedMappingPage", {
    "items": "list[SavedMapping]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
SavedMappingNew = TypedDict("SavedMappingNew", {
    "kind": "str",
    "mapping": "dict[str, Any]",
})
Held = TypedDict("Held", {
    "what": "str",
    "count": "int",
})
Erasure = TypedDict("Erasure", {
    "person": "str",
    "name": "str | None",
    "version": "int | None",
    "holds": "list[Held]",
    "erased_at": "str | None",
    "reason": "str | None",
    "by": "str | None",
    "done_at": "str | None",
})
Reader = TypedDict("Reader", {
    "person": "str | None",
    "name": "str | None",
})
Read = TypedDict("Read", {
    "id": "str",
    "at": "str",
    "by": "Reader",
    "what": "str",
})
ReadPage = TypedDict("ReadPage", {
    "items": "list[Read]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
ReadFound = TypedDict("ReadFound", {
    "id": "str",
    "at": "str",
    "by": "Reader",
    "what": "str",
    "sign_in": "str | None",
    "people": "list[str]",
    "confidential": "bool",
    "reason": "str | None",
})
ReadFoundPage = TypedDict("ReadFoundPage", {
    "items": "list[ReadFound]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
SubjectAsked = TypedDict("SubjectAsked", {
    "person": NotRequired["str"],
    "email": NotRequired["str"],
    "employee_number": NotRequired["str"],
    "trn": NotRequired["str"],
    "reason": "str",
})
Section = TypedDict("Section", {
    "name": "str",
    "title": "str",
    "why": "str",
    "items": "list[dict[str, Any]]",
})
SubjectAccess = TypedDict("SubjectAccess", {
    "person": "str",
    "service": "str",
    "at": "str",
    "sections": "list[Section]",
})
Outbox = TypedDict("Outbox", {
    "depth": "int",
    "oldest_seconds": "float",
})
Partition = TypedDict("Partition", {
    "topic": "str",
    "partition": "int",
    "position": "int",
    "lag": "int",
})
RelayStatus = TypedDict("RelayStatus", {
    "holder": "str | None",
    "sent_until": "str | None",
})
WorkerStatus = TypedDict("WorkerStatus", {
    "worker": "str",
    "started": "str",
    "at": "str",
    "partitions": "list[Partition]",
    "outbox": "Outbox",
    "relay": "RelayStatus",
})
Rebuild = TypedDict("Rebuild", {
    "id": "str",
    "state": "str",
    "generation": "int | None",
    "messages_read": "int",
    "messages_expected": "int | None",
    "dead_letters": "int",
    "reason": "str | None",
    "by": "str",
    "asked_at": "str",
    "started_at": "str | None",
    "finished_at": "str | None",
})
OperationsStatus = TypedDict("OperationsStatus", {
    "service": "str",
    "at": "str",
    "outbox": "Outbox",
    "dead_letters": "int",
    "workers": "list[WorkerStatus]",
    "rebuild": "Rebuild | None",
})
DeadLetter = TypedDict("DeadLetter", {
    "id": "str",
    "topic": "str",
    "partition": "int",
    "offset": "int",
    "type": "str | None",
    "aggregate": "str | None",
    "reason": "str",
    "at": "str",
    "state": "str",
    "by": "str | None",
    "because": "str | None",
    "replays": "int",
})
DeadLetterPage = TypedDict("DeadLetterPage", {
    "items": "list[DeadLetter]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
DeadLetterShown = TypedDict("DeadLetterShown", {
    "id": "str",
    "topic": "str",
    "partition": "int",
    "offset": "int",
    "type": "str | None",
    "aggregate": "str | None",
    "reason": "str",
    "at": "str",
    "state": "str",
    "by": "str | None",
    "because": "str | None",
    "replays": "int",
    "payload": "Any",
})
Dismissal = TypedDict("Dismissal", {
    "because": "str",
})
RebuildPage = TypedDict("RebuildPage", {
    "items": "list[Rebuild]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})


class Cpd(Client):
    """CPD records of the trust's people, and each person's history: what they did, who verified it."""

    def declare_record(self, person_id: str, body: RecordNew, *, key: str | None = None) -> Record:
        """Record CPD that a person did outside the trust's programme."""
        answer: Record = self._document("POST", f"/v1/people/{segment(person_id)}/records", body=body, key=key)
        return answer

    def read_record(self, person_id: str, record_id: str) -> Record:
        """Read a record with its whole past: who verified, queried and amended it, and what was there before."""
        answer: Record = self._document("GET", f"/v1/people/{segment(person_id)}/records/{segment(record_id)}")
        return answer

    def amend_record(self, person_id: str, record_id: str, body: RecordPatch, *, version: int, key: str | None = None) -> Record:
        """Correct a record."""
        answer: Record = self._document("PATCH", f"/v1/people/{segment(person_id)}/records/{segment(record_id)}", body=body, version=version, key=key)
        return answer

    def verify_record(self, person_id: str, record_id: str, *, version: int, key: str | None = None) -> Record:
        """Confirm somebody else's record: from now on its hours count as verified."""
        answer: Record = self._document("POST", f"/v1/people/{segment(person_id)}/records/{segment(record_id)}/verify", version=version, key=key)
        return answer

    def query_record(self, person_id: str, record_id: str, body: QueryNew, *, version: int, key: str | None = None) -> Record:
        """Ask a question about somebody else's record; a verified one waits again."""
        answer: Record = self._document("POST", f"/v1/people/{segment(person_id)}/records/{segment(record_id)}/query", body=body, version=version, key=key)
        return answer

    def withdraw_record(self, person_id: str, record_id: str, body: WithdrawalNew, *, version: int, key: str | None = None) -> Record:
        """Take a record back for good: it stays in the history and no longer counts."""
        answer: Record = self._document("POST", f"/v1/people/{segment(person_id)}/records/{segment(record_id)}/withdraw", body=body, version=version, key=key)
        return answer

    def read_history(self, person_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, academic_year: str | None = None, kind: str | None = None, topic: str | None = None, state: str | None = None) -> RecordLinePage:
        """A person's CPD history: one timeline, newest first."""
        answer: RecordLinePage = self._document("GET", f"/v1/people/{segment(person_id)}/history", query={"limit": limit, "cursor": cursor, "count": count, "academic_year": academic_year, "kind": kind, "topic": topic, "state": state})
        return answer

    def read_history_csv(self, person_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, academic_year: str | None = None, kind: str | None = None, topic: str | None = None, state: str | None = None) -> Download:
        """A person's CPD history: one timeline, newest first."""
        return self._download("GET", f"/v1/people/{segment(person_id)}/history", query={"limit": limit, "cursor": cursor, "count": count, "academic_year": academic_year, "kind": kind, "topic": topic, "state": state})

    def read_hours(self, person_id: str) -> HoursByYear:
        """A person's hours of CPD by academic year, the latest first: verified, awaiting verification, and by kind."""
        answer: HoursByYear = self._document("GET", f"/v1/people/{segment(person_id)}/hours")
        return answer

    def list_records(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, academic_year: str | None = None, kind: str | None = None, topic: str | None = None, state: str | None = None, may_verify: bool | None = None) -> RecordOfSomebodyPage:
        """The records of the people whom the caller may see, one's own left out: by default those that wait."""
        answer: RecordOfSomebodyPage = self._document("GET", "/v1/records", query={"limit": limit, "cursor": cursor, "count": count, "academic_year": academic_year, "kind": kind, "topic": topic, "state": state, "may_verify": may_verify})
        return answer

    def list_import_kinds(self) -> ImportKinds:
        """The kinds of files that this service reads, and the columns of each."""
        answer: ImportKinds = self._document("GET", "/v1/import-kinds")
        return answer

    def read_import_template(self, kind: str) -> Download:
        """A file to fill in: this kind's columns, and one row that shows how."""
        return self._download("GET", f"/v1/import-kinds/{segment(kind)}/template")

    def list_imports(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> ImportPage:
        """The imports of the last 90 days, newest first."""
        answer: ImportPage = self._document("GET", "/v1/imports", query={"limit": limit, "cursor": cursor, "count": count})
        return answer

    def start_import(self, body: ImportNew, *, key: str | None = None) -> Import:
        """Send a file. Its header is judged at once, its rows by a worker: follow the Location."""
        answer: Import = self._document("POST", "/v1/imports", parts=body, key=key)
        return answer

    def get_import(self, import_id: str) -> Import:
        """How far an import is."""
        answer: Import = self._document("GET", f"/v1/imports/{segment(import_id)}")
        return answer

    def apply_import(self, import_id: str, *, confirmed: int | None = None, key: str | None = None) -> Import:
        """Do for real what a dry run tried: another import, of the same file, mapping and options."""
        answer: Import = self._document("POST", f"/v1/imports/{segment(import_id)}/apply", query={"confirmed": confirmed}, key=key)
        return answer

    def list_import_rows(self, import_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, outcome: str | None = None, with_reasons: bool | None = None) -> ImportRowPage:
        """What became of the rows of an import, in the order of the file."""
        answer: ImportRowPage = self._document("GET", f"/v1/imports/{segment(import_id)}/rows", query={"limit": limit, "cursor": cursor, "count": count, "outcome": outcome, "with_reasons": with_reasons})
        return answer

    def read_rejected_rows(self, import_id: str) -> Download:
        """The rows that were rejected, in a file to mend and send again with the same mapping."""
        return self._download("GET", f"/v1/imports/{segment(import_id)}/rejected")

    def list_import_mappings(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> SavedMappingPage:
        """The mappings that were saved, by name."""
        answer: SavedMappingPage = self._document("GET", "/v1/import-mappings", query={"limit": limit, "cursor": cursor, "count": count})
        return answer

    def read_import_mapping(self, mapping_name: str) -> SavedMapping:
        """A mapping that was saved."""
        answer: SavedMapping = self._document("GET", f"/v1/import-mappings/{segment(mapping_name)}")
        return answer

    def save_import_mapping(self, mapping_name: str, body: SavedMappingNew, *, key: str | None = None) -> SavedMapping:
        """Save a mapping by name, in the place of the one before; imports that used that one stay as they were."""
        answer: SavedMapping = self._document("PUT", f"/v1/import-mappings/{segment(mapping_name)}", body=body, key=key)
        return answer

    def remove_import_mapping(self, mapping_name: str, *, key: str | None = None) -> None:
        """Forget a mapping; nothing happens where there is none of this name."""
        self._done("DELETE", f"/v1/import-mappings/{segment(mapping_name)}", key=key)

    def read_erasure(self, person_id: str) -> Erasure:
        """What this service has of a person, in figures, and whether they were erased."""
        answer: Erasure = self._document("GET", f"/v1/people/{segment(person_id)}/erasure")
        return answer

    def list_reads(self, person_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> ReadPage:
        """Who looked at a person's record."""
        answer: ReadPage = self._document("GET", f"/v1/people/{segment(person_id)}/reads", query={"limit": limit, "cursor": cursor, "count": count})
        return answer

    def search_reads(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, person: str | None = None, by: str | None = None, operation: str | None = None, from_: str | None = None, to: str | None = None) -> ReadFoundPage:
        """Who looked at one person's data, or at whose data one person looked."""
        answer: ReadFoundPage = self._document("GET", "/v1/reads", query={"limit": limit, "cursor": cursor, "count": count, "person": person, "by": by, "operation": operation, "from": from_, "to": to})
        return answer

    def answer_subject_access(self, body: SubjectAsked, *, key: str | None = None) -> SubjectAccess:
        """Everything that this service holds about one person, under any of their ids."""
        answer: SubjectAccess = self._document("POST", "/v1/subject-access", body=body, key=key)
        return answer

    def read_status(self) -> OperationsStatus:
        """How this service stands."""
        answer: OperationsStatus = self._document("GET", "/v1/operations/status")
        return answer

    def list_dead_letters(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, state: str | None = None) -> DeadLetterPage:
        """Dead letters in the order they came, without their payloads."""
        answer: DeadLetterPage = self._document("GET", "/v1/operations/dead-letters", query={"limit": limit, "cursor": cursor, "count": count, "state": state})
        return answer

    def show_dead_letter(self, letter_id: str) -> DeadLetterShown:
        """One dead letter, its payload masked."""
        answer: DeadLetterShown = self._document("GET", f"/v1/operations/dead-letters/{segment(letter_id)}")
        return answer

    def replay_dead_letter(self, letter_id: str, *, key: str | None = None) -> DeadLetterShown:
        """Have a worker handle a dead letter again."""
        answer: DeadLetterShown = self._document("POST", f"/v1/operations/dead-letters/{segment(letter_id)}/replay", key=key)
        return answer

    def dismiss_dead_letter(self, letter_id: str, body: Dismissal, *, key: str | None = None) -> None:
        """Close a dead letter that needs no replay."""
        self._done("POST", f"/v1/operations/dead-letters/{segment(letter_id)}/dismiss", body=body, key=key)

    def list_rebuilds(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> RebuildPage:
        """The rebuilds of the last 30 days, newest first."""
        answer: RebuildPage = self._document("GET", "/v1/operations/rebuilds", query={"limit": limit, "cursor": cursor, "count": count})
        return answer

    def start_rebuild(self, *, key: str | None = None) -> Rebuild:
        """Have a worker rebuild what this service has learnt of others."""
        answer: Rebuild = self._document("POST", "/v1/operations/rebuilds", key=key)
        return answer

    def read_rebuild(self, rebuild_id: str) -> Rebuild:
        """How far a rebuild is."""
        answer: Rebuild = self._document("GET", f"/v1/operations/rebuilds/{segment(rebuild_id)}")
        return answer
