"""The academies of the trust and its central team: what is known of them, Ofsted's inspections, leaving the trust."""

from flask import Blueprint

from acorn_portal.views.academies.departure import blueprint as departure
from acorn_portal.views.academies.details import blueprint as details
from acorn_portal.views.academies.inspections import blueprint as inspections

blueprint = Blueprint("academies", __name__)
for part in (details, inspections, departure):
    blueprint.register_blueprint(part)
