"""Signing in and out."""

import re

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from acorn_portal import signing_in
from acorn_portal.calls import services
from acorn_portal.clients.calling import NotSignedIn, Refused
from acorn_portal.gate import everybody
from acorn_portal.pages import learn_me, render
from acorn_portal.settings import Settings

blueprint = Blueprint("signing", __name__)


@blueprint.get("/sign-in")
@everybody
def sign_in() -> Response:
    """Send the browser to the trust's own sign-in."""
    session["next"] = _here(request.args.get("next", "/"))
    try:
        return signing_in.begin(_external("signing.come_back"))
    except signing_in.NotPossible as reason:
        return render("refusal.html", status=503, title="You cannot sign in right now", sentence=str(reason))


@blueprint.get("/sign-in/callback")
@everybody
def come_back() -> Response:
    """Take the answer of the trust's sign-in, and go on to where somebody wanted to be."""
    back = session.get("next", "/")
    try:
        name = signing_in.finish()
        me = learn_me(name)
    except signing_in.NotPossible as reason:
        return render("not_signed_in.html", status=400, sentence=str(reason))
    except NotSignedIn:
        return render("not_signed_in.html", status=503, sentence=str(signing_in.not_accepted()))
    if me.person_id is None:
        try:
            services().staff.bind_sign_in()
        except Refused as refusal:
            if not me.roles:
                flash(refusal.detail, "important")
        else:
            learn_me(name)
    return redirect(back)


@blueprint.post("/sign-out")
@everybody
def sign_out() -> Response:
    """End the session here and at the trust's sign-in."""
    return redirect(signing_in.end(_external("signing.signed_out")))


@blueprint.get("/signed-out")
@everybody
def signed_out() -> Response:
    """Say so."""
    return render("signed_out.html")


@blueprint.get("/still-here")
def still_here() -> Response:
    """What a page asks when somebody says that they are still there: it prolongs the session."""
    return Response(status=204)


def _here(address: str) -> str:
    """An address of the portal's own, else home.

    To a browser two slashes begin another host, a backslash is a slash, and control characters and spaces are nothing:
    so only what is printable ASCII, as every address of ours is, is taken.
    """
    own = re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", address, re.ASCII)
    return address if own else "/"


def _external(endpoint: str) -> str:
    settings: Settings = current_app.extensions["exchange"].settings
    return settings.url + url_for(endpoint)
