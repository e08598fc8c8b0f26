"""The pages around a room: the door, the room itself, a missing partner, leaving."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import models
from conversation import guide
from conversation.events import other
from conversation.fields import Refused
from conversation.view import view
from services.conversations import cards, hints, rooms
from services.conversations.rooms import Act
from services.pairing import anew, invitations, standby
from services.pairing.standby import NobodyThere
from web import clocks, live, sockets
from web.access import signed_in
from web.context import here, now, session
from web.live import Unavailable
from web.seats import mine, person_in

pages = Blueprint("rooms", __name__, url_prefix="/conversations/<token>")

OVER = ("closed", "missed", "cancelled")
RETRY_SECONDS = 60


@pages.get("")
@signed_in
def door(token: str) -> ResponseReturnValue:
    """Show when the room opens, who is there already, and four small habits."""
    conversation, seat = mine(token)
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
        begun=conversation.started_at is not None,
        change=clocks.before(conversation.scheduled_at),
    )


@pages.get("/room")
@signed_in
def room(token: str) -> ResponseReturnValue:
    """Show the room as it stands; its script takes over from there."""
    conversation, seat = mine(token)
    live_room = live.here().get(token)
    if conversation.state in OVER:
        return redirect(url_for("rooms.after", token=token))
    if live_room is None:
        return redirect(url_for("rooms.door", token=token))
    moment = now()
    if sockets.of(current_app).full and not live_room.room.present:
        return render_template("rooms/full.html"), 503, {"Retry-After": str(RETRY_SECONDS)}
    return render_template(
        "rooms/room.html",
        **_about(conversation, seat),
        seat=seat,
        hints=hints.offered(conversation, person_in(conversation, seat)),
        guide=guide.to_json(live_room.room.guide),
        waited=(moment - rooms.waits_since(live_room, seat, moment)).total_seconds(),
        view=view(live_room.room, seat),
    )


@pages.get("/missing")
@signed_in
def missing(token: str) -> ResponseReturnValue:
    """Offer a choice to the one who is here while the other is not."""
    conversation, seat = mine(token)
    if conversation.state in OVER:
        return redirect(url_for("rooms.after", token=token))
    live_room = live.here().get(token)
    if live_room is None or other(seat) in live_room.room.present:
        return redirect(url_for("rooms.door", token=token))
    session().refresh(conversation)  # the room may have opened just now
    opened = max(conversation.scheduled_at, conversation.opened_at or conversation.scheduled_at)
    person = person_in(conversation, seat)
    began = live_room.room.since is not None
    return render_template(
        "rooms/missing.html",
        **_about(conversation, seat),
        standby=None if began else _standby(conversation, person),
        again=None if began else _again(conversation),
        waiting_since=rooms.waits_since(live_room, seat, now()),
        closes_at=opened + timedelta(minutes=here().config.room.missed_minutes),
        began=began,
    )


@pages.post("/missing/standby")
@signed_in
def stand_in(token: str) -> ResponseReturnValue:
    """Meet whoever stands by, instead of the one who has not come."""
    conversation, seat = mine(token)
    person = person_in(conversation, seat)
    live_room = live.here().get(token)
    if live_room is not None and other(seat) in live_room.room.present:
        return redirect(url_for("rooms.room", token=token))
    try:
        made = standby.stand_in(session(), conversation, person, now(), here().config)
    except NobodyThere:
        session().rollback()
        flash(_("Whoever stood by has just been asked elsewhere. Your place here is kept."))
        return redirect(url_for("rooms.missing", token=token))
    address = made.token
    session().commit()
    return redirect(url_for("rooms.door", token=address))


@pages.get("/after")
@signed_in
def after(token: str) -> ResponseReturnValue:
    """Ask how it was, once there was something; else go on to the next thing."""
    conversation, _seat = mine(token)
    if conversation.state == "closed" and conversation.started_at is not None:
        return redirect(url_for("surveys.after", token=token))
    if conversation.state == "cancelled":
        flash(_("That conversation was called off. We look for a partner for you both again."))
    return redirect(url_for("home.show"))


@pages.post("/leave")
@signed_in
def leave(token: str) -> ResponseReturnValue:
    """Leave the room: one press, no reason owed."""
    conversation, seat = mine(token)
    if conversation.state not in OVER:
        session().rollback()
        _leave(token, seat)
    return redirect(url_for("rooms.after", token=token))


def _standby(
    conversation: models.Conversation, person: models.Participant
) -> dict[str, Any] | None:
    """Return what the waiting page says of who stands by and fits, or None."""
    found = standby.find(session(), conversation, person, now())
    if found is None:
        return None
    return {
        "name": found.standby.participant.first_name,
        "shares": [],
        "action": url_for("rooms.stand_in", token=conversation.token),
    }


def _again(conversation: models.Conversation) -> dict[str, Any] | None:
    """Return what the waiting page says of the first hour both have, or None."""
    if not anew.can_ask(session(), conversation, now()):
        return None
    hours = invitations.common_hours(session(), conversation.pair, now(), here().config)
    if not hours:
        return None
    token = conversation.token
    more = url_for("anew.show", token=token) if len(hours) > 1 else ""
    return {"at": hours[0], "action": url_for("anew.ask", token=token), "more": more}


def _leave(token: str, seat: str) -> None:
    try:
        live.here().play(token, Act(seat, "leave", {}))
    except Refused:
        return  # it has closed meanwhile
    except Unavailable:
        abort(503)


def _about(conversation: models.Conversation, seat: str) -> dict[str, Any]:
    version = session().get_one(models.GuideVersion, conversation.guide_digest)
    minutes = guide.parse(version.text, version.slug).minutes
    return {
        "conversation": {
            "id": conversation.token,
            "starts_at": conversation.scheduled_at,
            "ends_at": conversation.scheduled_at + timedelta(minutes=minutes),
            "minutes": minutes,
        },
        "partner_name": person_in(conversation, other(seat)).first_name,
        "retention_days": here().config.retention.conversation_days,
    }
