"""A new time with somebody who has not come: choose among the hours both have, and ask."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import models
from conversation.events import other
from services.conversations import offers
from services.conversations.offers import NotOpen
from services.pairing import anew, invitations
from web import live, moments
from web.access import signed_in
from web.context import here, now, session
from web.seats import mine, person_in

pages = Blueprint("anew", __name__, url_prefix="/conversations/<token>/anew")


@pages.get("")
@signed_in
def show(token: str) -> ResponseReturnValue:
    """Show the hours both have."""
    conversation, seat = mine(token)
    if not anew.can_ask(session(), conversation, now()):
        return _gone()
    return _page(conversation, seat)


@pages.post("")
@signed_in
def ask(token: str) -> ResponseReturnValue:
    """Ask for one of the chosen hours; the conversation nobody began is over."""
    conversation, seat = mine(token)
    if _has_come(conversation, seat):
        return redirect(url_for("rooms.room", token=token))
    person = person_in(conversation, seat)
    name = person_in(conversation, other(seat)).first_name
    try:
        anew.ask(session(), conversation, person, moments.ticked(), now(), config=here().config)
    except NotOpen:
        session().rollback()
        if not anew.can_ask(session(), conversation, now()):
            return _gone()
        return _page(conversation, seat, _("Please choose at least one of the times.")), 422
    session().commit()
    flash(_("We have asked %(name)s. You hear from us when there is an answer.", name=name))
    return redirect(url_for("home.show"))


def _page(conversation: models.Conversation, seat: str, trouble: str = "") -> str:
    hours = invitations.common_hours(session(), conversation.pair, now(), here().config)
    return render_template(
        "rooms/anew.html",
        token=conversation.token,
        name=person_in(conversation, other(seat)).first_name,
        hours=hours[: offers.MOST],
        ended=conversation.state == "missed",
        trouble=trouble,
    )


def _gone() -> ResponseReturnValue:
    flash(_("A new time cannot be asked for any more, or it was asked for already."))
    return redirect(url_for("home.show"))


def _has_come(conversation: models.Conversation, seat: str) -> bool:
    if conversation.state not in invitations.COMING:
        return False
    room = live.here().get(conversation.token)
    return room is not None and other(seat) in room.room.present
