"""The pages, section by section: read what a page needs, side by side; render; change one thing; say what happened."""

from acorn_portal.views import (
    academies,
    access_log,
    facts,
    history,
    home,
    imports,
    operations,
    people,
    person_changes,
    protection,
    records,
    signing,
    talent,
    trust,
    waiting,
)

BLUEPRINTS = (
    signing.blueprint,
    home.blueprint,
    history.blueprint,
    records.blueprint,
    access_log.blueprint,
    waiting.blueprint,
    people.blueprint,
    person_changes.blueprint,
    facts.blueprint,
    academies.blueprint,
    talent.blueprint,
    trust.blueprint,
    imports.blueprint,
    protection.blueprint,
    operations.blueprint,
)
