"""What belongs to the whole trust: audiences, its calendar, its vocabularies."""

from flask import Blueprint

from acorn_portal.views.trust.audiences import blueprint as audiences
from acorn_portal.views.trust.calendar import blueprint as calendar
from acorn_portal.views.trust.calendar_changes import blueprint as calendar_changes
from acorn_portal.views.trust.vocabularies import blueprint as vocabularies

blueprint = Blueprint("trust", __name__)
for part in (audiences, calendar, calendar_changes, vocabularies):
    blueprint.register_blueprint(part)
