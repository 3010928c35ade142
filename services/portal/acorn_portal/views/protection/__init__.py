"""Data protection: what is not needed any more, and what the law lets people ask for."""

from flask import Blueprint

from acorn_portal.views.protection.disposal import blueprint as disposal

blueprint = Blueprint("protection", __name__)
for part in (disposal,):
    blueprint.register_blueprint(part)
