"""Wait-list control: switch it on before the start, and see what it will be able to show."""

from typing import Any, cast
from zoneinfo import ZoneInfo

import gevent
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

import models
from disclosure import effect
from disclosure.effect import Difference, Power
from services.staff import halves, waitlists
from web import moments
from web.access import only
from web.context import now, session
from web.staff.found import programme

PEOPLE = (40, 100, 200, 400, 800, 1600)
EFFECTS = (0.2, 0.35, 0.5)
FEWEST = 4
REFUSALS = {
    "there": _l("It is switched on already. Nothing was changed."),
    "closed": _l("This programme is closed, so nobody can wait for it. Nothing was changed."),
    "past": _l("The start has to lie ahead. Choose a later day; nothing was changed."),
    "begun": _l("This programme has begun, so the halves cannot change any more."),
    "day": _l("That is not a day and time. Choose them again; nothing was changed."),
}
pages = Blueprint("effect", __name__, url_prefix="/staff/programmes/<slug>/effect")
staff = only("staff", "admin")


@pages.get("")
@staff
def show(slug: str) -> ResponseReturnValue:
    """Show the switch, the commitment, and what how many people can show."""
    return _page(programme(slug))


@pages.post("")
@staff
def begin(slug: str) -> ResponseReturnValue:
    """Switch wait-list control on, from a day and time in the programme's zone."""
    of = programme(slug)
    try:
        starts_at = moments.typed("hour", ZoneInfo(of.zone))
    except ValueError:
        return _page(of, "day")
    try:
        waitlists.switch_on(session(), of, starts_at, now(), f"account:{current_user.id}")
    except waitlists.Undrawn as refused:
        return _page(of, refused.code)
    session().commit()
    flash(_("Switched on. Chance decides who begins first; nobody sees it beforehand."), "success")
    return redirect(url_for("effect.show", slug=slug))


@pages.post("/back")
@staff
def take_back(slug: str) -> ResponseReturnValue:
    """Switch it off before the start."""
    of = programme(slug)
    try:
        waitlists.take_back(session(), of, now(), f"account:{current_user.id}")
    except waitlists.Undrawn as refused:
        return _page(of, refused.code)
    session().commit()
    flash(_("Switched off. Everybody can be paired from now on."), "success")
    return redirect(url_for("effect.show", slug=slug))


def _page(of: models.Programme, refused: str = "") -> ResponseReturnValue:
    made, moment = waitlists.of(session(), of), now()
    ends_at = waitlists.ends_at(made) if made else None
    enrolled = waitlists.enrolled(session(), made) if made else 0
    ahead = made is None or moment < made.starts_at
    over = ends_at is not None and moment >= ends_at
    return render_template(
        "staff/effect.html",
        programme=of,
        made=made,
        commitment=waitlists.commitment(made) if made else "",
        ends_at=ends_at,
        seed=made.seed if made and over else "",
        enrolled=enrolled,
        ahead=ahead,
        powers=_powers(enrolled) if ahead else [],
        effects=EFFECTS,
        findings=halves.findings(session(), made, _reckon) if made and over else None,
        fewest=halves.FEWEST,
        asked_at=halves.opens_at(made) if made else None,
        refused=str(REFUSALS[refused]) if refused else "",
        typed=request.form,
    ), 422 if refused else 200


def _reckon(*answers: Any) -> Difference:
    return cast(Difference, gevent.get_hub().threadpool.apply(effect.difference, answers))


def _powers(enrolled: int) -> list[Power]:
    counts = sorted({*PEOPLE, *([enrolled] if enrolled >= FEWEST else [])})
    # statsmodels is slow to begin with: in a native thread, so that rooms go on meanwhile.
    return cast(list[Power], gevent.get_hub().threadpool.apply(_look, (counts,)))


def _look(counts: list[int]) -> list[Power]:
    return [effect.power(count, EFFECTS) for count in counts]
