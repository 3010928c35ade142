"""Data protection: what is not needed any more, and what the law lets people ask for."""

from flask import Blueprint

from acorn_portal.views.protection.disposal import blueprint as disposal
from acorn_portal.views.protection.erasure import blueprint as erasure
from acorn_portal.views.protection.looks import blueprint as looks
from acorn_portal.views.protection.subject_access import blueprint as subject_access

blueprint = Blueprint("protection", __name__)
for part in (disposal, erasure, looks, subject_access):
    blueprint.register_blueprint(part)
