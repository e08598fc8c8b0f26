"""The lobby: come in, wait with an honest word about how long, leave, or be led to the door."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from models import Arrival, Conversation
from services.pairing import dropin, invitations, openings, waits
from services.pairing.dropin import NotNow
from web.access import signed_in
from web.context import now, session

pages = Blueprint("lobby", __name__, url_prefix="/lobby")


@pages.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Show the lobby as it stands for this person; asking for it is the sign of life."""
    arrival = dropin.of(session(), current_user.id)
    if arrival is not None and arrival.state == "waiting":
        dropin.sweep(session(), now())
        dropin.sign_of_life(session(), arrival, now())
        session().commit()
    met = _met(arrival)
    return _page(arrival) if met is None else redirect(url_for("rooms.door", token=met.token))


@pages.post("")
@signed_in
def enter() -> ResponseReturnValue:
    """Come in, where an hour is open and this person may be paired now."""
    place = openings.open_to(session(), current_user.id, now())
    if place is None:
        return _page(None, "closed"), 409
    try:
        dropin.enter(session(), place, now())
    except NotNow as refused:
        session().rollback()
        return _page(None, refused.code), 409
    session().commit()
    return redirect(url_for("lobby.show"))


@pages.post("/leave")
@signed_in
def leave() -> ResponseReturnValue:
    """Go out again; whoever was paired in the same moment is led to the door instead."""
    arrival = dropin.of(session(), current_user.id)
    left = arrival is not None and dropin.leave(session(), arrival, now())
    session().commit()
    if not left:
        return redirect(url_for("lobby.show"))
    flash(_("You have left the lobby. We go on looking for a partner for you."), "success")
    return redirect(url_for("home.show"))


def _met(arrival: Arrival | None) -> Conversation | None:
    """Return the conversation somebody was given, as long as it can be entered."""
    made = arrival.conversation if arrival is not None and arrival.state == "paired" else None
    return made if made is not None and made.state in invitations.COMING else None


def _page(arrival: Arrival | None, refused: str = "") -> str:
    opening = openings.coming(session(), current_user.id, now())
    is_open = opening is not None and opening.opens_at <= now()
    is_here = arrival is not None and arrival.state == "waiting"
    recent = arrival is not None and opening is not None and arrival.opening_id == opening.id
    return render_template(
        "lobby/lobby.html",
        opening=opening,
        is_open=is_open,
        refused=refused,
        state=arrival.state if arrival is not None and (is_here or recent) else "",
        came_at=arrival.came_at if arrival is not None else None,
        outlook=dropin.outlook(session(), arrival) if arrival is not None and is_here else None,
        choice=arrival is not None and is_here and now() - arrival.came_at >= waits.CHOICE,
        choice_minutes=int(waits.CHOICE.total_seconds() // 60),
        longest=int(waits.UNMATCHED.total_seconds() // 60),
    )
