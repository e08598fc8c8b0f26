"""A programme's own page, and where a guest says that no more mail is wanted."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import models
from services.staff import accents, programmes, refusals
from web.access import public
from web.context import here, now, session

pages = Blueprint("programmes", __name__, url_prefix="/p")


@pages.get("/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Say what the programme is and let people in."""
    programme = _programme(slug)
    over = programme.closed_at is not None and programme.closed_at <= now()
    return render_template("programmes/show.html", programme=programme, over=over)


@pages.get("/<slug>/look.css")
@public
def look(slug: str) -> ResponseReturnValue:
    """Return the programme's colour as a style sheet."""
    accent = _programme(slug).accent
    if not accent:
        abort(404)
    return Response(accents.sheet(accent), content_type="text/css; charset=utf-8")


@pages.get("/<slug>/logo.png")
@public
def logo(slug: str) -> ResponseReturnValue:
    """Return the programme's logo."""
    picture = _programme(slug).logo
    if picture is None:
        abort(404)
    return Response(picture, content_type="image/png")


@pages.get("/<slug>/no/<token>")
@public
def ask(slug: str, token: str) -> ResponseReturnValue:
    """Ask once before a guest is taken off: programs that look at mail open links too."""
    guest = _guest(slug, token)
    return render_template("programmes/no.html", programme=_programme(slug), guest=guest)


@pages.post("/<slug>/no/<token>")
@public
def refuse(slug: str, token: str) -> ResponseReturnValue:
    """Take the guest off the list for good."""
    refusals.refuse(session(), _guest(slug, token), now())
    session().commit()
    flash(
        _("Done. Your address is deleted here, and nobody of this programme writes to you again.")
    )
    return redirect(url_for("programmes.show", slug=slug))


def _programme(slug: str) -> models.Programme:
    try:
        return programmes.find(session(), slug)
    except programmes.NoSuchProgramme:
        abort(404)


def _guest(slug: str, token: str) -> models.Guest:
    guest = refusals.of_token(session(), here().secrets, token)
    if guest is None or guest.programme_id != _programme(slug).id:
        abort(404)
    return guest
