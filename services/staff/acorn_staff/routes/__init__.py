"""The service's HTTP side: who may call, one operation or query, the answer."""

from acorn_staff.routes import appointments, organisations, people, sign_ins

BLUEPRINTS = (organisations.blueprint, people.blueprint, appointments.blueprint, sign_ins.blueprint)
