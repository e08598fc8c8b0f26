"""Drop-in hours of a programme: opened ahead, taken back, ended early."""

from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import models
from services.pairing import openings
from web import moments
from web.access import only
from web.context import now, session
from web.staff.found import programme

pages = Blueprint("hours", __name__, url_prefix="/staff/programmes/<slug>/hours")
staff = only("staff", "admin")


@pages.get("")
@staff
def show(slug: str) -> ResponseReturnValue:
    """List the hours that are open or to come, and ask for more."""
    return _page(programme(slug))


@pages.post("")
@staff
def begin(slug: str) -> ResponseReturnValue:
    """Open the lobby for some hours, given in the programme's zone."""
    of = programme(slug)
    try:
        opens_at, closes_at = moments.span(ZoneInfo(of.zone))
    except ValueError:
        return _page(of, _("That is not a day and two times. Choose them again.")), 422
    actor = f"account:{current_user.id}"
    try:
        openings.open_hours(
            session(), of, opens_at=opens_at, closes_at=closes_at, now=now(), actor=actor
        )
    except openings.BadHours as refused:
        session().rollback()
        return _page(programme(slug), _(str(refused))), 422
    session().commit()
    flash(_("Kept. People see it on their page."), "success")
    return redirect(url_for("hours.show", slug=slug))


@pages.post("/<int:opening_id>/end")
@staff
def end(slug: str, opening_id: int) -> ResponseReturnValue:
    """End an hour now, or take back one to come."""
    opening = session().get(models.Opening, opening_id)
    if opening is None or opening.programme_id != programme(slug).id:
        abort(404)
    openings.close_hours(session(), opening, now(), f"account:{current_user.id}")
    session().commit()
    flash(_("Done. Whoever waits is told."), "success")
    return redirect(url_for("hours.show", slug=slug))


def _page(of: models.Programme, refused: str = "") -> str:
    return render_template(
        "staff/hours.html",
        programme=of,
        hours=openings.hours(session(), of, now()),
        now=now(),
        refused=refused,
        typed=request.form,
    )
