"""The service's HTTP side: who may call, one operation or query, the answer."""

from acorn_staff.routes import (
    appointments,
    audiences,
    calendars,
    disposal,
    erasure,
    facts,
    merging,
    organisations,
    people,
    retention,
    sign_ins,
    strengths,
    succession,
    vocabularies,
)

BLUEPRINTS = (
    organisations.blueprint,
    people.blueprint,
    appointments.blueprint,
    facts.blueprint,
    audiences.blueprint,
    sign_ins.blueprint,
    calendars.blueprint,
    vocabularies.blueprint,
    merging.blueprint,
    retention.blueprint,
    strengths.blueprint,
    succession.blueprint,
    erasure.blueprint,
    disposal.blueprint,
)
