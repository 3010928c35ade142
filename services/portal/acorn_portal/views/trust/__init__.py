"""What belongs to the whole trust: its calendar."""

from flask import Blueprint

from acorn_portal.views.trust.calendar import blueprint as calendar
from acorn_portal.views.trust.calendar_changes import blueprint as calendar_changes

blueprint = Blueprint("trust", __name__)
for part in (calendar, calendar_changes):
    blueprint.register_blueprint(part)
