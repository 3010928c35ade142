"""The talent programme: whom the trust keeps, who is strong at what, who is ready, who could follow."""

from flask import Blueprint

from acorn_portal.views.talent.retention import blueprint as retention
from acorn_portal.views.talent.reviews import blueprint as reviews
from acorn_portal.views.talent.strengths import blueprint as strengths
from acorn_portal.views.talent.succession import blueprint as succession

blueprint = Blueprint("talent", __name__)
for part in (retention, strengths, reviews, succession):
    blueprint.register_blueprint(part)
