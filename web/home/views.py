"""Home, and the ways out of waiting."""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import models
from services.pairing import anew, openings, standby
from services.path import State, Way, journey
from services.path.journey import Standing
from services.path.ways import ANEW
from services.people import departures, enrolment, pledges
from web.access import signed_in
from web.context import here, now, session
from web.home import waiting
from web.home.cards import card
from web.home.waiting import Waiting

pages = Blueprint("home", __name__)

WATCHED = {
    State.WAITING,
    State.ASKED,
    State.MISSED,
    State.INVITED,
    State.ACCEPTED,
    State.SCHEDULED,
    State.STANDBY,
}
"""Where something can happen while somebody looks: the page looks again by itself."""

POOLED = (State.WAITING, State.ASKED, State.MISSED)
"""Where somebody is looked for: the waiting card is shown, and a drop-in hour that is open."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the journey: done, on, or still to come (empty)."""

    title: str
    text: str
    state: str


@pages.get("/home")
@signed_in
def show() -> ResponseReturnValue:
    """Show the one next thing, then the journey."""
    roles = {role.name for role in current_user.roles}
    standing = _standing()
    if standing.state is State.NEW and "participant" not in roles:
        return redirect(url_for("desk.show" if "facilitator" in roles else "staff.programmes"))
    shown = card(standing.state, _other(standing))
    when, waiting_card = _when(standing), _waiting(standing)
    lobby = _lobby(standing)
    is_open = lobby is not None and lobby.opens_at <= now()
    return render_template(
        "home/home.html",
        standing=standing,
        card=shown,
        exits=[way for way in shown.exits if _stands(way, standing)],
        when=when,
        address=lambda way: _address(way, standing),
        waiting=waiting_card,
        steps=_steps(),
        lobby=lobby,
        kept=_kept(standing),
        is_open=is_open,
        live=f"{crc32(repr((shown, when, waiting_card, is_open)).encode()):x}",
        watched=standing.state in WATCHED,
    )


@pages.get("/home/times")
@signed_in
def times() -> ResponseReturnValue:
    """Lead to the times of one's profile."""
    return redirect(url_for("enrolment.question", question_id="times"))


@pages.post("/home/pause")
@signed_in
def pause() -> ResponseReturnValue:
    """Take a break from being proposed to anybody."""
    for participant in _places():
        departures.pause(session(), participant, now(), here().config)
    session().commit()
    flash(
        _("You are taking a break. A conversation that is arranged stays; an invitation does not."),
        "success",
    )
    return redirect(url_for("home.show"))


@pages.post("/home/return")
@signed_in
def resume() -> ResponseReturnValue:
    """End the break, or come back after leaving."""
    account = session().get_one(models.Account, current_user.id)
    if not enrolment.may_take_part(session(), account):
        return redirect(url_for("mydata.show"))
    for participant in enrolment.of(session(), current_user.id)[:1]:
        enrolment.return_to(session(), participant, now())
    session().commit()
    return redirect(url_for("home.show"))


@pages.route("/home/leave", methods=["GET"])
@signed_in
def leave() -> ResponseReturnValue:
    """Say what leaving means, and ask."""
    return render_template("home/leave.html")


@pages.post("/home/leave")
@signed_in
def left() -> ResponseReturnValue:
    """Leave the programme."""
    for participant in _places():
        departures.leave(session(), participant, now(), here().config)
    session().commit()
    return redirect(url_for("home.show"))


def _standing() -> Standing:
    account = session().get_one(models.Account, current_user.id)
    return journey.of(session(), account, now(), here().config.room.opens_minutes)


def _places() -> list[models.Participant]:
    return [p for p in enrolment.of(session(), current_user.id) if p.withdrawn_at is None]


def _other(standing: Standing) -> str:
    if standing.conversation is None or standing.participant is None:
        return ""
    return journey.other(standing.conversation.pair, standing.participant).first_name


def _when(standing: Standing) -> datetime | None:
    """Return the moment a state is about: when it begins, or by when to answer."""
    if standing.state is State.SUSPENDED:
        return session().get_one(models.Account, current_user.id).suspended_until
    if standing.invitation is not None:
        return standing.invitation.expires_at
    if standing.state in (State.SCHEDULED, State.DOOR) and standing.conversation is not None:
        return standing.conversation.scheduled_at
    return None


def _address(way: Way, standing: Standing) -> str:
    if way.page == "invitations.show" and standing.invitation is not None:
        return url_for(way.page, invitation_id=standing.invitation.id)
    about = ("rooms.", "anew.", "surveys.", "later.", "invitations.cancel")
    if standing.conversation is not None and way.page.startswith(about):
        return url_for(way.page, token=standing.conversation.token)
    return url_for(way.page)


def _stands(way: Way, standing: Standing) -> bool:
    """Return whether a way out of a state is open now: a new time cannot be asked for always."""
    about = standing.conversation
    return way != ANEW or (about is not None and anew.can_ask(session(), about, now()))


def _waiting(standing: Standing) -> Waiting | None:
    if standing.state not in POOLED or standing.participant is None:
        return None
    return waiting.card(session(), standing.participant, now())


def _kept(standing: Standing) -> int:
    """Return how many hours kept free for others count for somebody who waits for a turn."""
    if standing.state not in (*POOLED, State.ENOUGH) or standing.participant is None:
        return 0
    return standby.credited(session(), standing.participant)


def _lobby(standing: Standing) -> models.Opening | None:
    """Return the drop-in hour that is open, or opens today, to somebody who waits, or None."""
    if standing.state not in POOLED:
        return None
    opening = openings.coming(session(), current_user.id, now())
    if opening is None or not openings.is_today(opening, current_user.zone, now()):
        return None
    return opening


def _steps() -> list[Step]:
    pledge = pledges.of(session(), current_user.id)
    talked = bool(journey.held(session(), current_user.id))
    return [
        Step(_("Pledge"), _("A promise to listen first"), "done" if pledge else ""),
        Step(
            _("First conversation"),
            _("Listen, humanize, empathize. About 50 minutes."),
            "done" if talked else "on",
        ),
        Step(
            _("Common values"),
            _("Three weeks later, with the same person or a new one"),
            "on" if talked else "",
        ),
        Step(_("A shared promise"), _("Something you both write and keep"), ""),
    ]
