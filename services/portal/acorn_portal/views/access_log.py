"""Who looked at somebody's record, and what was changed in it."""

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.changes import Names, told
from acorn_portal.clients.staff import OrganisationPage, Person, PostList, VocabularyList
from acorn_portal.looks import looks
from acorn_portal.pages import me, render
from acorn_portal.whose import Whose

blueprint = Blueprint("access_log", __name__)

# One look at a page is several reads, which are shown as one.
_READS, _CHANGES = 50, 10
_ORGANISATIONS = 100


@blueprint.get("/who-looked")
def show_own() -> Response:
    """Who looked at one's own record."""
    own = me().person_id
    return _show(own) if own else abort(403)


@blueprint.get("/people/<id:person_id>/who-looked")
def show(person_id: str) -> Response:
    """Who looked at somebody's record, for HR."""
    who = me()
    if person_id == who.person_id:
        return redirect("/who-looked")
    return _show(person_id) if who.hr else abort(403)


def _show(person_id: str) -> Response:
    """Three lists, each paged by itself: two services keep their own, and neither knows the other's."""
    staff, cpd = services().staff, services().cpd
    of_cpd = later(cpd.list_reads, person_id, limit=_READS, cursor=_cursor("cpd"))
    of_staff = later(staff.list_reads, person_id, limit=_READS, cursor=_cursor("staff"))
    changes = later(staff.list_changes, person_id, limit=_CHANGES, cursor=_cursor("changes"))
    organisations = later(staff.list_organisations, limit=_ORGANISATIONS)
    posts = later(staff.list_posts)
    vocabularies = later(staff.list_vocabularies)
    person = later(staff.read_person, person_id)
    whose = Whose(person_id, me())
    cpd_reads, staff_reads, changed = of_cpd.or_away(), of_staff.or_away(), changes.or_away()
    names = _names(organisations.or_away(), posts.or_away(), person.or_away(), vocabularies.or_away())
    return render(
        "access_log/show.html",
        whose=whose.ready(),
        cpd_reads=cpd_reads,
        cpd_looks=looks(cpd_reads["items"]) if cpd_reads else [],
        staff_reads=staff_reads,
        staff_looks=looks(staff_reads["items"]) if staff_reads else [],
        changed=changed,
        changes=[told(change, names) for change in changed["items"]] if changed else [],
    )


def _cursor(argument: str) -> str | None:
    return request.args.get(argument) or None


def _names(
    organisations: OrganisationPage | None,
    posts: PostList | None,
    person: Person | None,
    vocabularies: VocabularyList | None,
) -> Names:
    others = (*person["line_managers"], *person.get("delegates", ())) if person else ()
    kept = vocabularies["items"] if vocabularies else []
    return Names(
        organisations={one["id"]: one["name"] for one in organisations["items"]} if organisations else {},
        posts={one["code"]: one["title"] for one in posts["items"]} if posts else {},
        people={one["person"]: one["name"] for one in others if one["name"]},
        terms={one["name"]: {term["code"]: term["title"] for term in one["terms"]} for one in kept},
    )
