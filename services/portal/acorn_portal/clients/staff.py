"""The staff service, as its OpenAPI file has it. Made by `make docs`; change that service instead."""

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
Establishment = TypedDict("Establishment", {
    "type": "str",
    "status": "str",
    "opened": NotRequired["str | None"],
    "closed": NotRequired["str | None"],
})
Address = TypedDict("Address", {
    "street": NotRequired["str | None"],
    "town": NotRequired["str | None"],
    "postcode": NotRequired["str | None"],
})
Organisation = TypedDict("Organisation", {
    "kind": "str",
    "name": "str",
    "urn": NotRequired["str | None"],
    "ukprn": NotRequired["str | None"],
    "phase": NotRequired["str | None"],
    "establishment": NotRequired["Establishment | None"],
    "membership": NotRequired["str"],
    "founder": NotRequired["bool"],
    "joined": NotRequired["str | None"],
    "left": NotRequired["str | None"],
    "address": NotRequired["Address | None"],
    "id": "str",
    "version": "int",
    "changed_at": "str",
})
Total = TypedDict("Total", {
    "count": "int",
    "more": "bool",
})
OrganisationPage = TypedDict("OrganisationPage", {
    "items": "list[Organisation]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
OrganisationNew = TypedDict("OrganisationNew", {
    "kind": "str",
    "name": "str",
    "urn": NotRequired["str | None"],
    "ukprn": NotRequired["str | None"],
    "phase": NotRequired["str | None"],
    "establishment": NotRequired["Establishment | None"],
    "membership": NotRequired["str"],
    "founder": NotRequired["bool"],
    "joined": NotRequired["str | None"],
    "left": NotRequired["str | None"],
    "address": NotRequired["Address | None"],
    "why": NotRequired["str"],
})
OrganisationPatch = TypedDict("OrganisationPatch", {
    "kind": NotRequired["str"],
    "name": NotRequired["str"],
    "urn": NotRequired["str | None"],
    "ukprn": NotRequired["str | None"],
    "phase": NotRequired["str | None"],
    "establishment": NotRequired["Establishment | None"],
    "membership": NotRequired["str"],
    "founder": NotRequired["bool"],
    "joined": NotRequired["str | None"],
    "left": NotRequired["str | None"],
    "address": NotRequired["Address | None"],
    "why": NotRequired["str"],
})
Override = TypedDict("Override", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "why": "str",
})
Appointment = TypedDict("Appointment", {
    "id": "str",
    "organisation": "str",
    "post": "str",
    "fte": "float",
    "from": "str",
    "to": "str | None",
    "follows": NotRequired["str | None"],
    "reason": NotRequired["str | None"],
    "destination": NotRequired["str | None"],
    "override": NotRequired["Override | None"],
})
LineManagement = TypedDict("LineManagement", {
    "person": "str",
    "name": "str | None",
    "from": "str",
    "to": "str | None",
})
FormerName = TypedDict("FormerName", {
    "given_name": "str",
    "family_name": "str",
    "until": "str",
})
SignIn = TypedDict("SignIn", {
    "issuer": "str",
    "subject": "str",
    "from": "str",
    "to": "str | None",
})
Person = TypedDict("Person", {
    "id": "str",
    "kind": "str",
    "given_name": "str",
    "family_name": "str",
    "email": "str | None",
    "appointments": "list[Appointment]",
    "line_managers": "list[LineManagement]",
    "version": "int",
    "trn": NotRequired["str | None"],
    "changed_at": NotRequired["str"],
    "former_names": NotRequired["list[FormerName]"],
    "employee_numbers": NotRequired["list[str]"],
    "date_of_birth": NotRequired["str | None"],
    "sign_ins": NotRequired["list[SignIn]"],
})
PersonPage = TypedDict("PersonPage", {
    "items": "list[Person]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
PersonNew = TypedDict("PersonNew", {
    "kind": "str",
    "given_name": "str",
    "family_name": "str",
    "email": NotRequired["str | None"],
    "trn": NotRequired["str | None"],
    "employee_numbers": NotRequired["list[str]"],
    "date_of_birth": NotRequired["str | None"],
    "why": NotRequired["str"],
})
PersonPatch = TypedDict("PersonPatch", {
    "kind": NotRequired["str"],
    "given_name": NotRequired["str"],
    "family_name": NotRequired["str"],
    "email": NotRequired["str | None"],
    "trn": NotRequired["str | None"],
    "employee_numbers": NotRequired["list[str]"],
    "date_of_birth": NotRequired["str | None"],
    "why": NotRequired["str"],
})
LineManagerNew = TypedDict("LineManagerNew", {
    "person": "str | None",
    "from": "str",
    "why": NotRequired["str"],
})
Difference = TypedDict("Difference", {
    "field": "str",
    "before": "Any",
    "after": "Any",
})
Change = TypedDict("Change", {
    "id": "str",
    "version": "int",
    "because": "str",
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "why": "str | None",
    "fields": "list[Difference]",
})
ChangePage = TypedDict("ChangePage", {
    "items": "list[Change]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
OverrideNew = TypedDict("OverrideNew", {
    "why": "str",
})
AppointmentNew = TypedDict("AppointmentNew", {
    "organisation": "str",
    "post": "str",
    "fte": NotRequired["float"],
    "from": "str",
    "to": NotRequired["str | None"],
    "override": NotRequired["OverrideNew"],
    "why": NotRequired["str"],
})
MoveNew = TypedDict("MoveNew", {
    "appointment": "str",
    "organisation": "str",
    "on": "str",
    "post": NotRequired["str"],
    "fte": NotRequired["float"],
    "reason": NotRequired["str"],
    "override": NotRequired["OverrideNew"],
    "why": NotRequired["str"],
})
EndNew = TypedDict("EndNew", {
    "on": "str",
    "reason": "str",
    "destination": NotRequired["str | None"],
    "why": NotRequired["str"],
})
RetractionNew = TypedDict("RetractionNew", {
    "to": NotRequired["str | None"],
    "override": NotRequired["OverrideNew"],
    "why": NotRequired["str"],
})
Post = TypedDict("Post", {
    "code": "str",
    "title": "str",
    "leads": "bool",
    "counts": "bool",
})
PostList = TypedDict("PostList", {
    "items": "list[Post]",
})
LedAcademy = TypedDict("LedAcademy", {
    "id": "str",
    "name": "str",
})
Me = TypedDict("Me", {
    "subject": "str",
    "email": "str | None",
    "email_verified": "bool",
    "roles": "list[str]",
    "person": "Person | None",
    "leads": "list[LedAcademy]",
    "has_reports": "bool",
    "verifies": "bool",
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
    "dry_run": NotRequired["bool"],
    "trust": NotRequired["str"],
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
    "applies": NotRequired["str | None"],
    "applied_by": NotRequired["str | None"],
    "state": NotRequired["str"],
    "filename": NotRequired["str"],
    "options": NotRequired["dict[str, Any]"],
    "rows": NotRequired["RowCounts"],
    "reason": NotRequired["str | None"],
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


class Staff(Client):
    """Who is who and what is when: the trust's academies, people, appointments and line managers."""

    def list_organisations(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, q: str | None = None, kind: str | None = None, membership: str | None = None) -> OrganisationPage:
        """The academies and the central team, by name."""
        answer: OrganisationPage = self._document("GET", "/v1/organisations", query={"limit": limit, "cursor": cursor, "count": count, "q": q, "kind": kind, "membership": membership})
        return answer

    def add_organisation(self, body: OrganisationNew, *, key: str | None = None) -> Organisation:
        """Add an academy (prospective ones too) or the central team."""
        answer: Organisation = self._document("POST", "/v1/organisations", body=body, key=key)
        return answer

    def read_organisation(self, organisation_id: str) -> Organisation:
        """An academy or the central team."""
        answer: Organisation = self._document("GET", f"/v1/organisations/{segment(organisation_id)}")
        return answer

    def change_organisation(self, organisation_id: str, body: OrganisationPatch, *, version: int, key: str | None = None) -> Organisation:
        """Change what is known of an academy, such as the day on which it joined the trust."""
        answer: Organisation = self._document("PATCH", f"/v1/organisations/{segment(organisation_id)}", body=body, version=version, key=key)
        return answer

    def list_people(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, name: str | None = None, email: str | None = None, employee_number: str | None = None, organisation: str | None = None, post: str | None = None, left: bool | None = None, on: str | None = None) -> PersonPage:
        """The people whom the caller may see, by family name: found by name, academy, post, on a day."""
        answer: PersonPage = self._document("GET", "/v1/people", query={"limit": limit, "cursor": cursor, "count": count, "name": name, "email": email, "employee_number": employee_number, "organisation": organisation, "post": post, "left": left, "on": on})
        return answer

    def add_person(self, body: PersonNew, *, key: str | None = None) -> Person:
        """Add somebody whom the trust does not know; an appointment then makes them a joiner."""
        answer: Person = self._document("POST", "/v1/people", body=body, key=key)
        return answer

    def read_person(self, person_id: str) -> Person:
        """A person, with the fields that the caller's access covers."""
        answer: Person = self._document("GET", f"/v1/people/{segment(person_id)}")
        return answer

    def change_person(self, person_id: str, body: PersonPatch, *, version: int, key: str | None = None) -> Person:
        """Change names, kind, identifiers or date of birth; a name that goes stays as a former name."""
        answer: Person = self._document("PATCH", f"/v1/people/{segment(person_id)}", body=body, version=version, key=key)
        return answer

    def change_line_manager(self, person_id: str, body: LineManagerNew, *, key: str | None = None) -> Person:
        """Name who manages somebody from a day on; the one before ends the day before."""
        answer: Person = self._document("PUT", f"/v1/people/{segment(person_id)}/line-manager", body=body, key=key)
        return answer

    def list_changes(self, person_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> ChangePage:
        """The change history of a person, newest first: who, when, why, and each field before and after."""
        answer: ChangePage = self._document("GET", f"/v1/people/{segment(person_id)}/changes", query={"limit": limit, "cursor": cursor, "count": count})
        return answer

    def appoint(self, person_id: str, body: AppointmentNew, *, key: str | None = None) -> Person:
        """Give somebody a post: a joiner, a returner, or one post more, such as at a second academy."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/appointments", body=body, key=key)
        return answer

    def move(self, person_id: str, body: MoveNew, *, key: str | None = None) -> Person:
        """Move somebody: one appointment ends the day before, the next starts that day."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/moves", body=body, key=key)
        return answer

    def end_appointment(self, person_id: str, appointment_id: str, body: EndNew, *, key: str | None = None) -> Person:
        """End an appointment on its last day and say why; the last one's end makes somebody a leaver."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/appointments/{segment(appointment_id)}/end", body=body, key=key)
        return answer

    def retract_end(self, person_id: str, appointment_id: str, body: RetractionNew, *, key: str | None = None) -> Person:
        """Take back an end that has not come yet: somebody stays after all, or a planned move is called off."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/appointments/{segment(appointment_id)}/end/retraction", body=body, key=key)
        return answer

    def list_posts(self) -> PostList:
        """The posts that there are, with those whose holders lead their academy."""
        answer: PostList = self._document("GET", "/v1/posts")
        return answer

    def bind_sign_in(self, *, key: str | None = None) -> Me:
        """Bind the caller's login to the one current person who has its verified e-mail address."""
        answer: Me = self._document("POST", "/v1/sign-ins", key=key)
        return answer

    def read_me(self) -> Me:
        """The caller: access roles, person, and whom they lead or manage today."""
        answer: Me = self._document("GET", "/v1/me")
        return answer

    def end_sign_in(self, person_id: str, *, key: str | None = None) -> None:
        """Unbind a person's login, at once; nothing happens if there is none."""
        self._done("DELETE", f"/v1/people/{segment(person_id)}/sign-ins", key=key)

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

    def apply_import(self, import_id: str, *, key: str | None = None) -> Import:
        """Do for real what a dry run tried: another import, of the same file, mapping and options."""
        answer: Import = self._document("POST", f"/v1/imports/{segment(import_id)}/apply", key=key)
        return answer

    def list_import_rows(self, import_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, outcome: str | None = None, with_reasons: bool | None = None) -> ImportRowPage:
        """What became of the rows of an import, in the order of the file."""
        answer: ImportRowPage = self._document("GET", f"/v1/imports/{segment(import_id)}/rows", query={"limit": limit, "cursor": cursor, "count": count, "outcome": outcome, "with_reasons": with_reasons})
        return answer

    def read_rejected_rows(self, import_id: str) -> Download:
        """The rows that were rejected, in a file to mend and send again with the same mapping."""
        return self._download("GET", f"/v1/imports/{segment(import_id)}/rejected")

    def list_reads(self, person_id: str, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> ReadPage:
        """Who looked at a person's record."""
        answer: ReadPage = self._document("GET", f"/v1/people/{segment(person_id)}/reads", query={"limit": limit, "cursor": cursor, "count": count})
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
