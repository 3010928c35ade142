"""HR's changes of people: they join, change, move and leave. Nobody else gets in."""

from flask import Blueprint, abort

from acorn_portal.pages import me
from acorn_portal.views.person_changes.appointments import blueprint as appointments
from acorn_portal.views.person_changes.details import blueprint as details
from acorn_portal.views.person_changes.joining import blueprint as joining
from acorn_portal.views.person_changes.leaving import blueprint as leaving
from acorn_portal.views.person_changes.line_manager import blueprint as line_manager
from acorn_portal.views.person_changes.merging import blueprint as merging
from acorn_portal.views.person_changes.sign_ins import blueprint as sign_ins

blueprint = Blueprint("person_changes", __name__)
for part in (joining, details, appointments, leaving, line_manager, merging, sign_ins):
    blueprint.register_blueprint(part)


@blueprint.before_request
def only_hr() -> None:
    """Show these pages to HR alone; the staff service judges each change anew."""
    if not me().hr:
        abort(403)
