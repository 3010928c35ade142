"""Facts about a person with their days: responsibilities, year groups, absences, delegates."""

from flask import Blueprint

from acorn_portal.views.facts.delegates import blueprint as delegates
from acorn_portal.views.facts.recording import blueprint as recording

blueprint = Blueprint("facts", __name__)
for part in (delegates, recording):
    blueprint.register_blueprint(part)
