"""The service's HTTP side: who may call, one operation or query, the answer."""

from acorn_cpd.routes import history, records

BLUEPRINTS = (records.blueprint, history.blueprint)
