"""The page of an invitation in every state it can be in, and the question before cancelling."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import models
from services.conversations import rooms
from services.pairing import arrangements, invitations, notices, standby
from services.pairing.arrangements import TooLate
from services.pairing.invitations import NoSuchHour, Over
from services.path import journey
from web import clocks
from web.access import signed_in
from web.context import here, now, session
from web.invitations import words

pages = Blueprint("invitations", __name__)

COMING = ("scheduled", "open")


@pages.get("/invitations/<int:invitation_id>")
@signed_in
def show(invitation_id: int) -> ResponseReturnValue:
    """Show what the two share, and when both are free; or how it stands."""
    return _page(_mine(invitation_id))


@pages.post("/invitations/<int:invitation_id>/accept")
@signed_in
def accept(invitation_id: int) -> ResponseReturnValue:
    """Say yes, with one or more times."""
    invitation = _mine(invitation_id)
    hours = words.read(request.form.getlist("hours"))
    try:
        made = invitations.accept(session(), invitation, hours, now(), here().config)
    except NoSuchHour:
        session().rollback()
        return _page(_mine(invitation_id), trouble=_trouble(bool(hours))), 422
    except Over:
        return _again(invitation_id)
    name, state = _other(invitation).first_name, invitation.state
    session().commit()
    if made is not None:
        flash(_("It is fixed. Both of you get a mail with a calendar file."), "success")
    elif state == "accepted":
        flash(_("Thank you. As soon as %(name)s answers, we write to you.", name=name), "success")
    elif state == "open":
        flash(_("You and %(name)s chose different times. Please look once more.", name=name))
    return redirect(url_for("invitations.show", invitation_id=invitation_id))


@pages.post("/invitations/<int:invitation_id>/another")
@signed_in
def another(invitation_id: int) -> ResponseReturnValue:
    """Ask for another time: both look at their week again."""
    invitation = _mine(invitation_id)
    try:
        invitations.ask_another(session(), invitation, now(), here().config)
    except Over:
        return _again(invitation_id)
    name = _other(invitation).first_name
    session().commit()
    flash(
        _("We asked %(name)s to look at the times again. Do you have more free hours?", name=name),
        "success",
    )
    return redirect(url_for("home.times"))


@pages.post("/invitations/<int:invitation_id>/decline")
@signed_in
def decline(invitation_id: int) -> ResponseReturnValue:
    """Say no, without a reason."""
    invitation = _mine(invitation_id)
    try:
        invitations.decline(session(), invitation, now(), here().config)
    except Over:
        return _again(invitation_id)
    session().commit()
    return redirect(url_for("invitations.show", invitation_id=invitation_id))


@pages.get("/conversations/<token>/cancel")
@signed_in
def cancel(token: str) -> ResponseReturnValue:
    """Ask once whether the conversation is to be cancelled."""
    conversation, participant = _arranged(token)
    if conversation.state not in COMING or conversation.started_at is not None:
        return redirect(url_for("home.show"))
    name = journey.other(conversation.pair, participant).first_name
    return render_template("invitations/cancel.html", conversation=conversation, name=name)


@pages.post("/conversations/<token>/cancel")
@signed_in
def cancelled(token: str) -> ResponseReturnValue:
    """Cancel the conversation; both are looked for again at once."""
    conversation, participant = _arranged(token)
    standby.lock(session(), conversation, now())
    try:
        arrangements.cancel(session(), conversation, participant, now(), here().config)
    except TooLate:
        session().rollback()
        flash(_("It was not cancelled: the conversation has begun, or is over."), "error")
        return redirect(url_for("home.show"))
    other = journey.other(conversation.pair, participant)
    standby.fill(session(), conversation, other, now(), here().config)
    name = other.first_name
    session().commit()
    flash(_("It is cancelled. We have written to %(name)s.", name=name), "success")
    return redirect(url_for("home.show"))


def _mine(invitation_id: int) -> models.Invitation:
    """Return the invitation if it is the reader's, or answer 404."""
    invitation = session().get(models.Invitation, invitation_id)
    if invitation is None or invitation.participant.account_id != current_user.id:
        abort(404)
    return invitation


def _arranged(token: str) -> tuple[models.Conversation, models.Participant]:
    """Return the conversation of this address and the reader in it, or answer 404."""
    conversation = rooms.find(session(), token)
    people = (conversation.pair.first, conversation.pair.second) if conversation else ()
    mine = [one for one in people if one.account_id == current_user.id]
    if conversation is None or not mine:
        abort(404)
    return conversation, mine[0]


def _other(invitation: models.Invitation) -> models.Participant:
    return journey.other(invitation.pair, invitation.participant)


def _again(invitation_id: int) -> ResponseReturnValue:
    session().rollback()
    flash(_("This invitation has been answered or has ended meanwhile. Nothing was changed."))
    return redirect(url_for("invitations.show", invitation_id=invitation_id))


def _trouble(chose: bool) -> str:
    gone = _("One of these times is no longer free for you both. Please choose again.")
    return str(gone if chose else _("Please choose at least one time."))


def _page(invitation: models.Invitation, trouble: str | None = None) -> str:
    conversation = arrangements.of_pair(session(), invitation.pair)
    about: dict[str, Any] = {"invitation": invitation, "name": _other(invitation).first_name}
    if conversation is not None and conversation.state in COMING:
        length = notices.minutes(session(), conversation)
        change = clocks.before(conversation.scheduled_at)
        return render_template(
            "invitations/set.html",
            **about,
            conversation=conversation,
            minutes=length,
            change=change,
        )
    if not invitations.is_live(session(), invitation, now()):
        title, text = words.ENDS[_end(invitation, conversation)]
        return render_template(
            "invitations/over.html", title=title, text=str(text) % {"name": about["name"]}
        )
    template = "waiting" if invitation.state == "accepted" and trouble is None else "open"
    return render_template(
        f"invitations/{template}.html", **about, **_times(invitation), trouble=trouble
    )


def _end(invitation: models.Invitation, conversation: models.Conversation | None) -> str:
    if conversation is not None:
        return "cancelled" if conversation.state == "cancelled" else "past"
    return "expired" if invitation.state in invitations.LIVE else invitation.state


def _times(invitation: models.Invitation) -> dict[str, Any]:
    hours = invitations.common_hours(session(), invitation.pair, now(), here().config)
    own = [hour for hour in invitations.ticked(invitation) if hour in hours]
    chosen = [
        hour for hour in invitations.ticked(invitations.of_other(invitation)) if hour in hours
    ]
    return {
        "values": [words.value(name) for name in invitation.pair.shared_values],
        "meaning": words.meaning(invitation.pair.shared_values),
        "differences": len(invitation.pair.differences),
        "own": words.options(own),
        "chosen": words.options(chosen),
        "days": words.days([hour for hour in hours if hour not in chosen]),
        "ticked": _ticked(own),
        "clock": words.clock(now()),
    }


def _ticked(own: list[datetime]) -> list[str]:
    sent = request.form.getlist("hours")
    return sent or [hour.isoformat() for hour in own]
