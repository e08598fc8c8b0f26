"""The page of the desk."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from conversation.state import CLOSED
from services.safety import desk, names
from web import live
from web.access import only
from web.context import now, session

pages = Blueprint("desk", __name__, url_prefix="/desk")


@pages.get("")
@only(*sorted(desk.ROLES))
def show() -> ResponseReturnValue:
    """Show every open room by need; the script keeps it up to date."""
    rooms = live.of(current_app)
    found = [rooms.get(token) for token in desk.open_tokens(session())]
    summaries = [
        desk.summary(room, now(), gettext)
        for room in found
        if room is not None and room.room.status != CLOSED
    ]
    called = names.name_of(session(), current_user.id)
    session().commit()
    return render_template(
        "desk/desk.html",
        summaries=sorted(summaries, key=lambda summary: summary["order"]),
        facilitator_name=called,
    )
