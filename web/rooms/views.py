"""The pages around a room: the door, the room itself, a missing partner, leaving."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

import models
from conversation import guide
from conversation.events import other
from conversation.fields import Refused
from conversation.view import view
from services import cards, rooms
from services.rooms import Act
from web import live
from web.access import signed_in
from web.context import here, session
from web.live import Unavailable

pages = Blueprint("rooms", __name__, url_prefix="/conversations/<token>")

OVER = ("closed", "missed", "cancelled")


@pages.get("")
@signed_in
def door(token: str) -> ResponseReturnValue:
    """Show when the room opens, who is there already, and four small habits."""
    conversation, seat = _mine(token)
    if conversation.state in OVER:
        return redirect(url_for("rooms.after", token=token))
    live_room = live.here().get(token)
    return render_template(
        "rooms/door.html",
        **_about(conversation, seat),
        pause_word=cards.pause_word(token, conversation.language),
        partner_here=live_room is not None and other(seat) in live_room.room.present,
        opens_at=rooms.opens_at(conversation, here().config.room.opens_minutes),
        is_open=live_room is not None,
    )


@pages.get("/room")
@signed_in
def room(token: str) -> ResponseReturnValue:
    """Show the room as it stands; its script takes over from there."""
    conversation, seat = _mine(token)
    live_room = live.here().get(token)
    if conversation.state in OVER:
        return redirect(url_for("rooms.after", token=token))
    if live_room is None:
        return redirect(url_for("rooms.door", token=token))
    return render_template(
        "rooms/room.html",
        **_about(conversation, seat),
        seat=seat,
        guide=guide.to_json(live_room.room.guide),
        view=view(live_room.room, seat),
    )


@pages.get("/missing")
@signed_in
def missing(token: str) -> ResponseReturnValue:
    """Offer a choice to the one who is here while the other is not."""
    conversation, seat = _mine(token)
    if conversation.state in OVER:
        return redirect(url_for("rooms.after", token=token))
    live_room = live.here().get(token)
    if live_room is None or other(seat) in live_room.room.present:
        return redirect(url_for("rooms.door", token=token))
    since = max(conversation.scheduled_at, live_room.log[0].event.at)
    return render_template(
        "rooms/missing.html",
        **_about(conversation, seat),
        waiting_since=since,
        closes_at=since + timedelta(minutes=here().config.room.missed_minutes),
        began=live_room.room.since is not None,
    )


@pages.get("/after")
@signed_in
def after(token: str) -> ResponseReturnValue:
    """Ask how it was, once there was something; else go on to the next thing."""
    conversation, _seat = _mine(token)
    if conversation.state == "closed" and conversation.started_at is not None:
        return redirect(url_for("surveys.after", token=token))
    return redirect(url_for("home.show"))


@pages.post("/leave")
@signed_in
def leave(token: str) -> ResponseReturnValue:
    """Leave the room: one press, no reason owed."""
    conversation, seat = _mine(token)
    if conversation.state not in OVER:
        session().rollback()
        _leave(token, seat)
    return redirect(url_for("rooms.after", token=token))


def _leave(token: str, seat: str) -> None:
    try:
        live.here().play(token, Act(seat, "leave", {}))
    except Refused:
        return  # it has closed meanwhile
    except Unavailable:
        abort(503)


def _mine(token: str) -> tuple[models.Conversation, str]:
    """Return the conversation of this address and the reader's seat in it, or answer 404."""
    conversation = rooms.find(session(), token)
    seat = rooms.seat_of(conversation, current_user.id) if conversation else None
    if conversation is None or seat is None:
        abort(404)
    return conversation, seat


def _about(conversation: models.Conversation, seat: str) -> dict[str, Any]:
    pair = conversation.pair
    partner = pair.second if seat == "a" else pair.first
    version = session().get_one(models.GuideVersion, conversation.guide_digest)
    minutes = guide.parse(version.text, version.slug).minutes
    return {
        "conversation": {
            "id": conversation.token,
            "starts_at": conversation.scheduled_at,
            "ends_at": conversation.scheduled_at + timedelta(minutes=minutes),
            "minutes": minutes,
        },
        "partner_name": partner.first_name,
        "retention_days": here().config.retention.conversation_days,
    }
