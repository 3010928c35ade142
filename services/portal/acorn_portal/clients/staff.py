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
JudgedArea = TypedDict("JudgedArea", {
    "area": "str",
    "grade": "str",
})
Inspection = TypedDict("Inspection", {
    "inspected": "str",
    "overall": NotRequired["str | None"],
    "areas": NotRequired["list[JudgedArea]"],
    "safeguarding_met": NotRequired["bool | None"],
    "id": "str",
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
    "inspections": NotRequired["list[Inspection]"],
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
InspectionNew = TypedDict("InspectionNew", {
    "inspected": "str",
    "overall": NotRequired["str | None"],
    "areas": NotRequired["list[JudgedArea]"],
    "safeguarding_met": NotRequired["bool | None"],
    "why": NotRequired["str"],
})
Retraction = TypedDict("Retraction", {
    "why": NotRequired["str"],
})
Leaving = TypedDict("Leaving", {
    "person": "str",
    "name": "str | None",
    "stays": "bool",
})
Departure = TypedDict("Departure", {
    "on": "str",
    "people": "list[Leaving]",
})
DepartureNew = TypedDict("DepartureNew", {
    "on": "str",
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
    "working_days": "list[str] | None",
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
Responsibility = TypedDict("Responsibility", {
    "id": "str",
    "from": "str",
    "to": "str | None",
    "organisation": "str",
    "until": "str | None",
    "responsibility": "str",
})
YearGroup = TypedDict("YearGroup", {
    "id": "str",
    "from": "str",
    "to": "str | None",
    "organisation": "str",
    "until": "str | None",
    "year_group": "str",
    "part": "str",
})
Absence = TypedDict("Absence", {
    "id": "str",
    "from": "str",
    "to": "str | None",
    "reason": NotRequired["str"],
})
Delegation = TypedDict("Delegation", {
    "id": "str",
    "from": "str",
    "to": "str | None",
    "person": "str",
    "name": "str | None",
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
    "responsibilities": "list[Responsibility]",
    "year_groups": "list[YearGroup]",
    "absences": "list[Absence]",
    "delegates": "list[Delegation]",
    "version": "int",
    "trn": NotRequired["str | None"],
    "changed_at": NotRequired["str"],
    "former_names": NotRequired["list[FormerName]"],
    "employee_numbers": NotRequired["list[str]"],
    "date_of_birth": NotRequired["str | None"],
    "sign_ins": NotRequired["list[SignIn]"],
    "former_ids": NotRequired["list[str]"],
    "merged_into": NotRequired["str | None"],
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
    "working_days": NotRequired["list[str] | None"],
    "override": NotRequired["OverrideNew"],
    "why": NotRequired["str"],
})
MoveNew = TypedDict("MoveNew", {
    "appointment": "str",
    "organisation": "str",
    "on": "str",
    "post": NotRequired["str"],
    "fte": NotRequired["float"],
    "working_days": NotRequired["list[str] | None"],
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
ResponsibilityNew = TypedDict("ResponsibilityNew", {
    "responsibility": "str",
    "organisation": "str",
    "from": "str",
    "to": NotRequired["str | None"],
    "why": NotRequired["str"],
})
DaysPatch = TypedDict("DaysPatch", {
    "from": NotRequired["str"],
    "to": NotRequired["str | None"],
    "why": NotRequired["str"],
})
YearGroupNew = TypedDict("YearGroupNew", {
    "year_group": "str",
    "organisation": "str",
    "part": "str",
    "from": "str",
    "to": NotRequired["str | None"],
    "why": NotRequired["str"],
})
AbsenceNew = TypedDict("AbsenceNew", {
    "from": "str",
    "to": NotRequired["str | None"],
    "reason": "str",
    "why": NotRequired["str"],
})
AbsencePatch = TypedDict("AbsencePatch", {
    "from": NotRequired["str"],
    "to": NotRequired["str | None"],
    "why": NotRequired["str"],
    "reason": NotRequired["str"],
})
DelegationNew = TypedDict("DelegationNew", {
    "person": "str",
    "from": "str",
    "to": NotRequired["str | None"],
    "why": NotRequired["str"],
})
AudienceQuestion = TypedDict("AudienceQuestion", {
    "rule": "dict[str, Any]",
    "on": NotRequired["str | None"],
})
Meant = TypedDict("Meant", {
    "id": "str",
    "given_name": "str",
    "family_name": "str",
})
Audience = TypedDict("Audience", {
    "items": "list[Meant]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
    "count": "int",
    "on": "str",
    "sentence": "str",
    "remark": "str | None",
})
Condition = TypedDict("Condition", {
    "holds": "bool",
    "sentence": "str",
})
AudienceExplanation = TypedDict("AudienceExplanation", {
    "on": "str",
    "meant": "bool",
    "sentence": "str",
    "conditions": "list[Condition]",
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
HalfTerm = TypedDict("HalfTerm", {
    "from": "str",
    "to": "str",
})
SchoolTerm = TypedDict("SchoolTerm", {
    "term": "str",
    "half_terms": "list[HalfTerm]",
})
OwnDates = TypedDict("OwnDates", {
    "terms": NotRequired["list[SchoolTerm]"],
    "inset_days": NotRequired["list[str]"],
    "organisation": "str",
})
Calendar = TypedDict("Calendar", {
    "terms": "list[SchoolTerm]",
    "inset_days": NotRequired["list[str]"],
    "bank_holidays": NotRequired["list[str]"],
    "academic_year": "str",
    "id": "str",
    "academies": "list[OwnDates]",
    "warnings": "list[str]",
    "version": "int",
    "changed_at": "str",
})
CalendarPage = TypedDict("CalendarPage", {
    "items": "list[Calendar]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
CalendarNew = TypedDict("CalendarNew", {
    "terms": "list[SchoolTerm]",
    "inset_days": NotRequired["list[str]"],
    "bank_holidays": NotRequired["list[str]"],
    "why": NotRequired["str"],
    "academic_year": "str",
})
CalendarPatch = TypedDict("CalendarPatch", {
    "terms": NotRequired["list[SchoolTerm]"],
    "inset_days": NotRequired["list[str]"],
    "bank_holidays": NotRequired["list[str]"],
    "why": NotRequired["str"],
})
OwnDatesNew = TypedDict("OwnDatesNew", {
    "terms": NotRequired["list[SchoolTerm]"],
    "inset_days": NotRequired["list[str]"],
    "why": NotRequired["str"],
})
FormerTitle = TypedDict("FormerTitle", {
    "title": "str",
    "until": "str",
})
Term = TypedDict("Term", {
    "code": "str",
    "title": "str",
    "former_titles": "list[FormerTitle]",
    "retired_from": "str | None",
})
Vocabulary = TypedDict("Vocabulary", {
    "id": NotRequired["str"],
    "name": "str",
    "terms": "list[Term]",
    "version": "int",
})
VocabularyList = TypedDict("VocabularyList", {
    "items": "list[Vocabulary]",
})
TermNew = TypedDict("TermNew", {
    "title": "str",
    "code": NotRequired["str | None"],
    "why": NotRequired["str"],
})
TermPatch = TypedDict("TermPatch", {
    "title": NotRequired["str"],
    "retired_from": NotRequired["str | None"],
    "why": NotRequired["str"],
})
OfTwo = TypedDict("OfTwo", {
    "id": "str",
    "name": "str | None",
})
Duplicate = TypedDict("Duplicate", {
    "people": "list[OfTwo]",
    "because": "list[str]",
})
Duplicates = TypedDict("Duplicates", {
    "items": "list[Duplicate]",
    "count": "int",
})
DifferentPeople = TypedDict("DifferentPeople", {
    "one": "str",
    "other": "str",
    "why": NotRequired["str"],
})
MergeAsked = TypedDict("MergeAsked", {
    "other": "str",
    "keeps": NotRequired["str | None"],
    "override": NotRequired["OverrideNew | None"],
})
LeftOut = TypedDict("LeftOut", {
    "part": "str",
    "id": "str | None",
    "from": "str | None",
    "to": "str | None",
})
MergePreview = TypedDict("MergePreview", {
    "person": "Person",
    "left_out": "list[LeftOut]",
    "referring": "int",
})
MergeNew = TypedDict("MergeNew", {
    "other": "str",
    "keeps": NotRequired["str | None"],
    "override": NotRequired["OverrideNew | None"],
    "why": NotRequired["str"],
})
Undoing = TypedDict("Undoing", {
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "why": "str | None",
})
Merge = TypedDict("Merge", {
    "id": "str",
    "other": "str",
    "other_name": "str | None",
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "why": "str | None",
    "undone": "Undoing | None",
})
Merges = TypedDict("Merges", {
    "items": "list[Merge]",
})
MergeUndoing = TypedDict("MergeUndoing", {
    "why": NotRequired["str"],
})
Cohort = TypedDict("Cohort", {
    "in_post": "int",
    "stayed": "int",
    "moved": "int",
    "went_with_academy": "int",
    "left": "int",
    "retained_percent": "int | None",
})
CohortOfOrganisation = TypedDict("CohortOfOrganisation", {
    "in_post": "int",
    "stayed": "int",
    "moved": "int",
    "went_with_academy": "int",
    "left": "int",
    "retained_percent": "int | None",
    "organisation": "str",
    "name": "str",
})
CohortOfPost = TypedDict("CohortOfPost", {
    "in_post": "int",
    "stayed": "int",
    "moved": "int",
    "went_with_academy": "int",
    "left": "int",
    "retained_percent": "int | None",
    "post": "str",
    "title": "str",
})
CohortOfService = TypedDict("CohortOfService", {
    "in_post": "int",
    "stayed": "int",
    "moved": "int",
    "went_with_academy": "int",
    "left": "int",
    "retained_percent": "int | None",
    "service": "str",
})
ReasonCount = TypedDict("ReasonCount", {
    "reason": NotRequired["str | None"],
    "count": "int",
})
DestinationCount = TypedDict("DestinationCount", {
    "destination": NotRequired["str | None"],
    "count": "int",
})
CohortOfYear = TypedDict("CohortOfYear", {
    "in_post": "int",
    "stayed": "int",
    "moved": "int",
    "went_with_academy": "int",
    "left": "int",
    "retained_percent": "int | None",
    "academic_year": "str",
})
Retention = TypedDict("Retention", {
    "academic_year": "str",
    "from": "str",
    "until": "str",
    "complete": "bool",
    "everybody": "Cohort",
    "by_organisation": "list[CohortOfOrganisation]",
    "by_post": "list[CohortOfPost]",
    "by_service": "list[CohortOfService]",
    "reasons": "list[ReasonCount]",
    "destinations": "list[DestinationCount]",
    "joined": "int",
    "returned": "int",
    "promoted": "int",
    "leaving": "int",
    "years": "list[CohortOfYear]",
})
Endorsement = TypedDict("Endorsement", {
    "by": "str",
    "by_name": "str | None",
    "on": "str",
    "evidence": "str",
})
Strength = TypedDict("Strength", {
    "id": "str",
    "person": "str",
    "area": "str",
    "level": "str",
    "evidence": "str | None",
    "declared": "str",
    "refreshed": "str",
    "standing": "str",
    "endorsements": "list[Endorsement]",
    "withdrawn": "str | None",
})
Strengths = TypedDict("Strengths", {
    "items": "list[Strength]",
})
StrengthNew = TypedDict("StrengthNew", {
    "area": "str",
    "level": "str",
    "evidence": NotRequired["str | None"],
})
StrengthRenewal = TypedDict("StrengthRenewal", {
    "level": NotRequired["str | None"],
    "evidence": NotRequired["str | None"],
})
EndorsementNew = TypedDict("EndorsementNew", {
    "evidence": "str",
})
StrengthOfSomebody = TypedDict("StrengthOfSomebody", {
    "id": "str",
    "person": "str",
    "area": "str",
    "level": "str",
    "evidence": "str | None",
    "declared": "str",
    "refreshed": "str",
    "standing": "str",
    "endorsements": "list[Endorsement]",
    "withdrawn": "str | None",
    "name": "str | None",
})
StrengthOfSomebodyPage = TypedDict("StrengthOfSomebodyPage", {
    "items": "list[StrengthOfSomebody]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
})
Aspiration = TypedDict("Aspiration", {
    "id": "str",
    "post": "str",
    "when": "str | None",
    "mobility": "str",
    "note": "str | None",
    "added": "str",
    "withdrawn": "str | None",
})
Aspirations = TypedDict("Aspirations", {
    "items": "list[Aspiration]",
})
AspirationNew = TypedDict("AspirationNew", {
    "when": NotRequired["str | None"],
    "mobility": "str",
    "note": NotRequired["str | None"],
    "post": "str",
})
AspirationPatch = TypedDict("AspirationPatch", {
    "when": NotRequired["str | None"],
    "mobility": "str",
    "note": NotRequired["str | None"],
})
TalentReview = TypedDict("TalentReview", {
    "id": "str",
    "on": "str",
    "readiness": "str",
    "risk": "str",
    "next_post": "str | None",
    "notes": "str | None",
    "by": "str",
    "by_name": "str | None",
    "at": "str",
})
TalentReviews = TypedDict("TalentReviews", {
    "items": "list[TalentReview]",
})
TalentReviewNew = TypedDict("TalentReviewNew", {
    "on": NotRequired["str | None"],
    "readiness": "str",
    "risk": "str",
    "next_post": NotRequired["str | None"],
    "notes": NotRequired["str | None"],
})
Reviewed = TypedDict("Reviewed", {
    "id": "str",
    "on": "str",
    "readiness": "str",
    "risk": "str",
    "next_post": "str | None",
    "notes": "str | None",
    "by": "str",
    "by_name": "str | None",
    "at": "str",
    "person": "str",
    "name": "str | None",
})
TalentCell = TypedDict("TalentCell", {
    "readiness": "str",
    "risk": "str",
    "count": "int",
})
TalentOverview = TypedDict("TalentOverview", {
    "items": "list[Reviewed]",
    "next": "str | None",
    "previous": "str | None",
    "total": "Total | None",
    "counts": "list[TalentCell]",
    "reviewed": "int",
})
Holder = TypedDict("Holder", {
    "person": "str",
    "name": "str | None",
    "post": "str",
    "until": "str | None",
})
Candidate = TypedDict("Candidate", {
    "person": "str",
    "name": "str | None",
    "ready": "str",
    "developing": "str | None",
    "by": "str",
    "by_name": "str | None",
    "at": "str",
})
Position = TypedDict("Position", {
    "organisation": "str",
    "organisation_name": "str",
    "post": "str",
    "holders": "list[Holder]",
    "candidates": "list[Candidate]",
    "gaps": "list[str]",
})
ReliedOn = TypedDict("ReliedOn", {
    "person": "str",
    "name": "str | None",
    "positions": "int",
})
Succession = TypedDict("Succession", {
    "items": "list[Position]",
    "relied_on": "list[ReliedOn]",
})
CandidateNew = TypedDict("CandidateNew", {
    "ready": "str",
    "developing": NotRequired["str | None"],
})
ErasureNew = TypedDict("ErasureNew", {
    "reason": "str",
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
Due = TypedDict("Due", {
    "person": "str",
    "since": "str",
})
DisposalClass = TypedDict("DisposalClass", {
    "kept": "str",
    "years": "int",
    "before": "str",
    "due": "int",
    "items": "list[Due]",
})
DisposalReport = TypedDict("DisposalReport", {
    "items": "list[DisposalClass]",
})
DisposalNew = TypedDict("DisposalNew", {
    "kept": "str",
    "due": "int",
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
    "trust": NotRequired["str"],
    "leavers_on": NotRequired["str"],
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

    def record_inspection(self, organisation_id: str, body: InspectionNew, *, version: int, key: str | None = None) -> Organisation:
        """Record what Ofsted judged of an academy."""
        answer: Organisation = self._document("POST", f"/v1/organisations/{segment(organisation_id)}/inspections", body=body, version=version, key=key)
        return answer

    def retract_inspection(self, organisation_id: str, inspection_id: str, body: Retraction, *, version: int, key: str | None = None) -> Organisation:
        """Take back an inspection that was recorded in error."""
        answer: Organisation = self._document("POST", f"/v1/organisations/{segment(organisation_id)}/inspections/{segment(inspection_id)}/retraction", body=body, version=version, key=key)
        return answer

    def preview_departure(self, organisation_id: str, *, on: str | None = None) -> Departure:
        """Who would leave with an academy on its last day in the trust; nothing is changed."""
        answer: Departure = self._document("GET", f"/v1/organisations/{segment(organisation_id)}/departure", query={"on": on})
        return answer

    def let_academy_leave(self, organisation_id: str, body: DepartureNew, *, version: int, key: str | None = None) -> Departure:
        """Let an academy leave the trust with its people: every appointment there ends on its last day."""
        answer: Departure = self._document("POST", f"/v1/organisations/{segment(organisation_id)}/departure", body=body, version=version, key=key)
        return answer

    def list_people(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, name: str | None = None, email: str | None = None, employee_number: str | None = None, organisation: str | None = None, post: str | None = None, responsibility: str | None = None, year_group: str | None = None, left: bool | None = None, on: str | None = None) -> PersonPage:
        """The people whom the caller may see, by family name: found by name, academy, post, on a day."""
        answer: PersonPage = self._document("GET", "/v1/people", query={"limit": limit, "cursor": cursor, "count": count, "name": name, "email": email, "employee_number": employee_number, "organisation": organisation, "post": post, "responsibility": responsibility, "year_group": year_group, "left": left, "on": on})
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

    def leave_trust(self, person_id: str, body: EndNew, *, key: str | None = None) -> Person:
        """Let somebody leave the trust: every appointment that they hold on their last day ends with it, for one reason."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/departure", body=body, key=key)
        return answer

    def retract_end(self, person_id: str, appointment_id: str, body: RetractionNew, *, key: str | None = None) -> Person:
        """Take back an end that has not come yet: somebody stays after all, or a planned move is called off."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/appointments/{segment(appointment_id)}/end/retraction", body=body, key=key)
        return answer

    def list_posts(self) -> PostList:
        """The posts that there are today, with those whose holders lead their academy."""
        answer: PostList = self._document("GET", "/v1/posts")
        return answer

    def add_responsibility(self, person_id: str, body: ResponsibilityNew, *, key: str | None = None) -> Person:
        """Record what somebody answers for at an organisation where they work, such as English, from a day on."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/responsibilities", body=body, key=key)
        return answer

    def change_responsibility(self, person_id: str, fact_id: str, body: DaysPatch, *, key: str | None = None) -> Person:
        """Change the days of a responsibility, such as its last one."""
        answer: Person = self._document("PATCH", f"/v1/people/{segment(person_id)}/responsibilities/{segment(fact_id)}", body=body, key=key)
        return answer

    def retract_responsibility(self, person_id: str, fact_id: str, body: Retraction, *, key: str | None = None) -> Person:
        """Take back a responsibility that was recorded in error; one that is over is given its last day instead."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/responsibilities/{segment(fact_id)}/retraction", body=body, key=key)
        return answer

    def add_year_group(self, person_id: str, body: YearGroupNew, *, key: str | None = None) -> Person:
        """Record which year group somebody teaches or leads, from a day on."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/year-groups", body=body, key=key)
        return answer

    def change_year_group(self, person_id: str, fact_id: str, body: DaysPatch, *, key: str | None = None) -> Person:
        """Change the days on which somebody teaches or leads a year group."""
        answer: Person = self._document("PATCH", f"/v1/people/{segment(person_id)}/year-groups/{segment(fact_id)}", body=body, key=key)
        return answer

    def retract_year_group(self, person_id: str, fact_id: str, body: Retraction, *, key: str | None = None) -> Person:
        """Take back a year group that was recorded in error."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/year-groups/{segment(fact_id)}/retraction", body=body, key=key)
        return answer

    def record_absence(self, person_id: str, body: AbsenceNew, *, key: str | None = None) -> Person:
        """Record that somebody is away, with the reason; the other services hear the dates alone."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/absences", body=body, key=key)
        return answer

    def change_absence(self, person_id: str, fact_id: str, body: AbsencePatch, *, key: str | None = None) -> Person:
        """Change the days or the reason of an absence, such as the day of coming back."""
        answer: Person = self._document("PATCH", f"/v1/people/{segment(person_id)}/absences/{segment(fact_id)}", body=body, key=key)
        return answer

    def retract_absence(self, person_id: str, fact_id: str, body: Retraction, *, key: str | None = None) -> Person:
        """Take back an absence that was recorded in error."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/absences/{segment(fact_id)}/retraction", body=body, key=key)
        return answer

    def add_delegate(self, person_id: str, body: DelegationNew, *, key: str | None = None) -> Person:
        """Name who decides in a head's, or the chief executive's, stead for some days: they may do so themselves."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/delegates", body=body, key=key)
        return answer

    def change_delegate(self, person_id: str, fact_id: str, body: DaysPatch, *, key: str | None = None) -> Person:
        """Change the days on which somebody decides in another's stead."""
        answer: Person = self._document("PATCH", f"/v1/people/{segment(person_id)}/delegates/{segment(fact_id)}", body=body, key=key)
        return answer

    def retract_delegate(self, person_id: str, fact_id: str, body: Retraction, *, key: str | None = None) -> Person:
        """Take back a delegate who was named in error."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/delegates/{segment(fact_id)}/retraction", body=body, key=key)
        return answer

    def preview_audience(self, body: AudienceQuestion, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, key: str | None = None) -> Audience:
        """Whom a rule means on a day, of those whom the caller may see: counted, by family name, and said in words."""
        answer: Audience = self._document("POST", "/v1/audiences/preview", query={"limit": limit, "cursor": cursor, "count": count}, body=body, key=key)
        return answer

    def explain_audience(self, person_id: str, body: AudienceQuestion, *, key: str | None = None) -> AudienceExplanation:
        """Why a rule means somebody on a day, or does not, condition by condition."""
        answer: AudienceExplanation = self._document("POST", f"/v1/people/{segment(person_id)}/audience-explanation", body=body, key=key)
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

    def list_calendars(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None) -> CalendarPage:
        """The academic years that have a calendar, the latest first."""
        answer: CalendarPage = self._document("GET", "/v1/calendars", query={"limit": limit, "cursor": cursor, "count": count})
        return answer

    def add_calendar(self, body: CalendarNew, *, key: str | None = None) -> Calendar:
        """Set the dates of an academic year; other than five INSET days is a warning, never a refusal."""
        answer: Calendar = self._document("POST", "/v1/calendars", body=body, key=key)
        return answer

    def read_calendar(self, academic_year: str) -> Calendar:
        """The calendar of an academic year, such as `2026-27`."""
        answer: Calendar = self._document("GET", f"/v1/calendars/{segment(academic_year)}")
        return answer

    def change_calendar(self, academic_year: str, body: CalendarPatch, *, version: int, key: str | None = None) -> Calendar:
        """Change the trust's dates of an academic year."""
        answer: Calendar = self._document("PATCH", f"/v1/calendars/{segment(academic_year)}", body=body, version=version, key=key)
        return answer

    def set_own_dates(self, academic_year: str, organisation_id: str, body: OwnDatesNew, *, version: int, key: str | None = None) -> Calendar:
        """Set in what an academy differs from the trust in a year: its terms, its own INSET days."""
        answer: Calendar = self._document("PUT", f"/v1/calendars/{segment(academic_year)}/academies/{segment(organisation_id)}", body=body, version=version, key=key)
        return answer

    def drop_own_dates(self, academic_year: str, organisation_id: str, body: Retraction, *, version: int, key: str | None = None) -> Calendar:
        """Let an academy follow the trust's dates again."""
        answer: Calendar = self._document("POST", f"/v1/calendars/{segment(academic_year)}/academies/{segment(organisation_id)}/retraction", body=body, version=version, key=key)
        return answer

    def list_vocabularies(self) -> VocabularyList:
        """All vocabularies with their terms, retired ones too."""
        answer: VocabularyList = self._document("GET", "/v1/vocabularies")
        return answer

    def read_vocabulary(self, vocabulary: str) -> Vocabulary:
        """One vocabulary, such as `responsibilities`."""
        answer: Vocabulary = self._document("GET", f"/v1/vocabularies/{segment(vocabulary)}")
        return answer

    def add_term(self, vocabulary: str, body: TermNew, *, key: str | None = None) -> Vocabulary:
        """Add a term; what it is called may change later, its code does not."""
        answer: Vocabulary = self._document("POST", f"/v1/vocabularies/{segment(vocabulary)}/terms", body=body, key=key)
        return answer

    def change_term(self, vocabulary: str, code: str, body: TermPatch, *, key: str | None = None) -> Vocabulary:
        """Call a term otherwise from today on, or retire it from a day on; what was recorded with it stays true."""
        answer: Vocabulary = self._document("PATCH", f"/v1/vocabularies/{segment(vocabulary)}/terms/{segment(code)}", body=body, key=key)
        return answer

    def list_duplicates(self) -> Duplicates:
        """Who may be known twice: pairs of records with the reasons to think so, the likeliest first."""
        answer: Duplicates = self._document("GET", "/v1/duplicates")
        return answer

    def say_different(self, body: DifferentPeople, *, key: str | None = None) -> None:
        """Say that two records which look alike are of two people."""
        self._done("POST", "/v1/duplicates/dismissals", body=body, key=key)

    def preview_merge(self, person_id: str, body: MergeAsked, *, key: str | None = None) -> MergePreview:
        """What would become of this record and another one of the same person; nothing is changed."""
        answer: MergePreview = self._document("POST", f"/v1/people/{segment(person_id)}/merges/preview", body=body, key=key)
        return answer

    def list_merges(self, person_id: str) -> Merges:
        """Which records became part of this one, by whose word, and whether that was undone."""
        answer: Merges = self._document("GET", f"/v1/people/{segment(person_id)}/merges")
        return answer

    def merge_people(self, person_id: str, body: MergeNew, *, version: int, key: str | None = None) -> Person:
        """Make one person of two records: this one stays, and whatever is told of the other is told of this one."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/merges", body=body, version=version, key=key)
        return answer

    def undo_merge(self, person_id: str, merge_id: str, body: MergeUndoing, *, version: int, key: str | None = None) -> Person:
        """Make two people again of one, each with what was theirs and what happened to it since."""
        answer: Person = self._document("POST", f"/v1/people/{segment(person_id)}/merges/{segment(merge_id)}/undoing", body=body, version=version, key=key)
        return answer

    def read_retention(self, *, academic_year: str | None = None, organisation: str | None = None) -> Retention:
        """Whom the trust kept in an academic year: of those in post as it began, who stayed, moved within the trust, left."""
        answer: Retention = self._document("GET", "/v1/retention", query={"academic_year": academic_year, "organisation": organisation})
        return answer

    def read_strengths(self, person_id: str) -> Strengths:
        """What somebody is strong at, who endorsed it on what evidence, and whether it stands today."""
        answer: Strengths = self._document("GET", f"/v1/people/{segment(person_id)}/strengths")
        return answer

    def declare_strength(self, person_id: str, body: StrengthNew, *, key: str | None = None) -> Strength:
        """Say what one is strong at; it stands for two years unless it is renewed or endorsed."""
        answer: Strength = self._document("POST", f"/v1/people/{segment(person_id)}/strengths", body=body, key=key)
        return answer

    def renew_strength(self, person_id: str, strength_id: str, body: StrengthRenewal, *, key: str | None = None) -> Strength:
        """Stand by a strength anew, perhaps at another level."""
        answer: Strength = self._document("POST", f"/v1/people/{segment(person_id)}/strengths/{segment(strength_id)}/renewal", body=body, key=key)
        return answer

    def withdraw_strength(self, person_id: str, strength_id: str, body: Retraction, *, key: str | None = None) -> Strength:
        """Take a strength back; it stays in history."""
        answer: Strength = self._document("POST", f"/v1/people/{segment(person_id)}/strengths/{segment(strength_id)}/withdrawal", body=body, key=key)
        return answer

    def endorse_strength(self, person_id: str, strength_id: str, body: EndorsementNew, *, key: str | None = None) -> Strength:
        """Vouch for a strength that one has seen, and say what that was."""
        answer: Strength = self._document("POST", f"/v1/people/{segment(person_id)}/strengths/{segment(strength_id)}/endorsements", body=body, key=key)
        return answer

    def list_strengths(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, area: str | None = None, level: str | None = None, standing: str | None = None) -> StrengthOfSomebodyPage:
        """Who is strong at something, of those whom the caller may see: the most often endorsed first."""
        answer: StrengthOfSomebodyPage = self._document("GET", "/v1/strengths", query={"limit": limit, "cursor": cursor, "count": count, "area": area, "level": level, "standing": standing})
        return answer

    def list_aspirations(self, person_id: str) -> Aspirations:
        """What somebody would like to do next. Not for their head or line manager: a wish to move on is theirs to tell."""
        answer: Aspirations = self._document("GET", f"/v1/people/{segment(person_id)}/aspirations")
        return answer

    def add_aspiration(self, person_id: str, body: AspirationNew, *, key: str | None = None) -> Aspiration:
        """Say which post one would like to hold, by when, and how far one would go for it."""
        answer: Aspiration = self._document("POST", f"/v1/people/{segment(person_id)}/aspirations", body=body, key=key)
        return answer

    def change_aspiration(self, person_id: str, aspiration_id: str, body: AspirationPatch, *, key: str | None = None) -> Aspiration:
        """Say a wish otherwise, whole."""
        answer: Aspiration = self._document("PATCH", f"/v1/people/{segment(person_id)}/aspirations/{segment(aspiration_id)}", body=body, key=key)
        return answer

    def withdraw_aspiration(self, person_id: str, aspiration_id: str, body: Retraction, *, key: str | None = None) -> Aspiration:
        """Take a wish back."""
        answer: Aspiration = self._document("POST", f"/v1/people/{segment(person_id)}/aspirations/{segment(aspiration_id)}/withdrawal", body=body, key=key)
        return answer

    def list_talent_reviews(self, person_id: str) -> TalentReviews:
        """The reviews of somebody, the latest first."""
        answer: TalentReviews = self._document("GET", f"/v1/people/{segment(person_id)}/talent-reviews")
        return answer

    def add_talent_review(self, person_id: str, body: TalentReviewNew, *, key: str | None = None) -> TalentReview:
        """Write down how ready somebody is for the next post, and how likely to leave. A review is never edited."""
        answer: TalentReview = self._document("POST", f"/v1/people/{segment(person_id)}/talent-reviews", body=body, key=key)
        return answer

    def read_talent_overview(self, *, limit: int | None = None, cursor: str | None = None, count: bool | None = None, organisation: str | None = None, readiness: str | None = None, risk: str | None = None) -> TalentOverview:
        """The latest review of each person who is here: how many are as ready and as likely to leave, and who, by name."""
        answer: TalentOverview = self._document("GET", "/v1/talent-overview", query={"limit": limit, "cursor": cursor, "count": count, "organisation": organisation, "readiness": readiness, "risk": risk})
        return answer

    def read_succession(self, *, organisation: str | None = None) -> Succession:
        """Each key post: who holds it, who could follow, what is at risk; and who is the only hope of several."""
        answer: Succession = self._document("GET", "/v1/succession", query={"organisation": organisation})
        return answer

    def put_candidate(self, organisation_id: str, post: str, person_id: str, body: CandidateNew, *, key: str | None = None) -> Candidate:
        """Say that somebody could follow in a key post, how soon, and what they are given to grow into it."""
        answer: Candidate = self._document("PUT", f"/v1/succession/{segment(organisation_id)}/{segment(post)}/candidates/{segment(person_id)}", body=body, key=key)
        return answer

    def withdraw_candidate(self, organisation_id: str, post: str, person_id: str, *, key: str | None = None) -> None:
        """Say that somebody is no longer meant for a key post; nothing happens where they are not."""
        self._done("DELETE", f"/v1/succession/{segment(organisation_id)}/{segment(post)}/candidates/{segment(person_id)}", key=key)

    def read_erasure(self, person_id: str) -> Erasure:
        """What this service has of a person, in figures, and whether they were erased."""
        answer: Erasure = self._document("GET", f"/v1/people/{segment(person_id)}/erasure")
        return answer

    def erase_person(self, person_id: str, body: ErasureNew, *, version: int, key: str | None = None) -> Erasure:
        """Erase somebody for good: here at once, in the other services as soon as they hear of it."""
        answer: Erasure = self._document("POST", f"/v1/people/{segment(person_id)}/erasure", body=body, version=version, key=key)
        return answer

    def read_disposal(self) -> DisposalReport:
        """What is kept for longer than it is needed: who left long ago, and reviews that say nothing any more."""
        answer: DisposalReport = self._document("GET", "/v1/disposal")
        return answer

    def dispose(self, body: DisposalNew, *, key: str | None = None) -> DisposalReport:
        """Let everything of one kind go that is due: people are erased, in every service. It cannot be undone."""
        answer: DisposalReport = self._document("POST", "/v1/disposal", body=body, key=key)
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
