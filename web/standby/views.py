"""The hours for which somebody stands by: offered and taken back on one page."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import models
from services.pairing import standby
from services.people import enrolment
from web import moments
from web.access import signed_in
from web.context import now, session

pages = Blueprint("standby", __name__, url_prefix="/standby")


@pages.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Show the hours in which others meet and this person is free."""
    person = _place()
    if person is None:
        return redirect(url_for("home.show"))
    mine = standby.offered(session(), person, now())
    open_hours = sorted({*mine, *standby.hours(session(), person, now())})
    return render_template("standby/hours.html", hours=open_hours, mine=mine)


@pages.post("")
@signed_in
def offer() -> ResponseReturnValue:
    """Stand by for the hours that are ticked, and for no other."""
    person = _place()
    if person is not None:
        standby.offer(session(), person, moments.ticked(), now())
        session().commit()
        flash(_("Kept. Thank you for standing by, or for saying that you cannot."), "success")
    return redirect(url_for("home.show"))


def _place() -> models.Participant | None:
    """Return the newest place in a programme in which the reader can be paired."""
    places = enrolment.of(session(), current_user.id)
    return next((p for p in places if p.withdrawn_at is None and p.completed_at is not None), None)
