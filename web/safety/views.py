"""A participant's pages: report and block afterwards, help, a next step, a decision, an appeal."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import DBAPIError

import models
from conversation.events import MOST_ATTACHED, other
from conversation.health import WRITTEN
from models.safety import REPORT_REASONS
from services.conversations import rooms
from services.safety import apart, callbacks, cases, duty, lines, parting, reports, verdicts
from services.safety.verdicts import NotNow
from services.site.crypto import Unreadable
from web import live
from web.access import signed_in
from web.context import here, now, session
from web.safety.words import MEASURES, REASONS
from web.seats import mine, person_in

pages = Blueprint("safety", __name__)

TRIES = 10  # in which a block is stored
SHOWN = 20  # of the other's messages, to choose from


@pages.route("/conversations/<token>/report", methods=["GET", "POST"])
@signed_in
def report(token: str) -> ResponseReturnValue:
    """Report a conversation that is over, for 30 days."""
    conversation, seat = mine(token)
    if not reports.can_report(conversation, now()):
        abort(404)
    reason = request.form.get("reason", "")
    if request.method == "POST" and reason in REPORT_REASONS:
        attach = [int(one) for one in request.form.getlist("attach") if one.isdecimal()]
        data = {"reason": reason, "attach": attach[:MOST_ATTACHED]}
        words = request.form.get("text", "").strip()[: verdicts.LONGEST]
        data |= {"text": words} if words else {}
        reports.after(session(), here().keys, conversation, seat=seat, data=data, now=now())
        apart.undo(session(), now(), here().config)
        session().commit()
        return redirect(url_for("safety.help", token=token, reported=1))
    page = render_template(
        "safety/report.html",
        token=token,
        partner_name=person_in(conversation, other(seat)).first_name,
        reasons=REASONS,
        said=_said(conversation, other(seat)),
        wrong=request.method == "POST",
    )
    return page, 422 if request.method == "POST" else 200


@pages.post("/conversations/<token>/block")
@signed_in
def block(token: str) -> ResponseReturnValue:
    """Never meet this person again; they are not told."""
    conversation, _seat = mine(token)
    for left in reversed(range(TRIES)):
        try:
            apart.block(session(), conversation.pair, current_user.id, now(), here().config)
            ends = parting.end(session(), here().keys, conversation.pair, now())
            session().commit()
            break
        except DBAPIError:  # it and an act waited for each other
            session().rollback()
            if not left:
                raise
    for address, seq in ends:
        live.here().writer.grew(address, seq)
    flash(_("Kept. You two are never proposed to each other again."), "success")
    return redirect(url_for("home.show"))


@pages.get("/conversations/<token>/help")
@signed_in
def help(token: str) -> ResponseReturnValue:
    """Say who is on duty, and which crisis lines are near."""
    conversation, _seat = mine(token)
    return render_template(
        "safety/help.html",
        token=token,
        reported="reported" in request.args,
        over=conversation.state == "closed",
        staffed=bool(duty.on(session(), now())),
        begins=duty.next_start(session(), now()),
        lines=lines.near(current_user.zone),
        checked=lines.checked(),
        can_report=reports.can_report(conversation, now()),
    )


@pages.post("/conversations/<token>/next")
@signed_in
def onward(token: str) -> ResponseReturnValue:
    """Take the step that is good for this one now: rest, meet somebody else, or talk."""
    conversation, seat = mine(token)
    if conversation.state != "closed":
        abort(404)
    steps: dict[str, Callable[[models.Conversation, models.Participant], str]] = {
        "rest": _rest,
        "rematch": _rematch,
        "talk": _talk,
    }
    step = steps.get(request.form.get("step", ""))
    if step is None:
        abort(400)
    flash(step(conversation, person_in(conversation, seat)), "success")
    session().commit()
    return redirect(url_for("home.show"))


@pages.post("/conversations/<token>/hints")
@signed_in
def no_hints(token: str) -> ResponseReturnValue:
    """Show this person no more language hints."""
    conversation, seat = mine(token)
    person_in(conversation, seat).hints = False
    session().commit()
    return redirect(url_for("rooms.room", token=token))


@pages.route("/cases/<token>", methods=["GET", "POST"])
@signed_in
def case(token: str) -> ResponseReturnValue:
    """Show somebody what was decided about them, why, and take an objection."""
    found = cases.find(session(), token)
    person = found.reported if found else None
    decided = cases.decisions(session(), found) if found else []
    if found is None or person is None or person.account_id != current_user.id or not decided:
        abort(404)
    wrong = ""
    if request.method == "POST":
        try:
            verdicts.appeal(session(), here().keys, found, request.form.get("words", ""), now())
            session().commit()
            return redirect(url_for("safety.case", token=token))
        except NotNow as error:
            wrong = str(error)
    page = render_template(
        "safety/case.html",
        case=found,
        decisions=[(one, _reason(found, one)) for one in decided],
        measures=MEASURES,
        wrong=wrong,
        typed=request.form.get("words", ""),
    )
    return page, 422 if wrong else 200


def _reason(found: models.Report, decision: models.Decision) -> str:
    try:
        return verdicts.read(here().keys, found, decision)
    except Unreadable:
        return str(_("This was kept as long as the case was open, and is deleted."))


def _rest(conversation: models.Conversation, person: models.Participant) -> str:
    person.paused_at = person.paused_at or now()
    person.waiting_since = None
    return str(_("You take a break. Nothing is proposed to you until you come back."))


def _rematch(conversation: models.Conversation, person: models.Participant) -> str:
    person.paused_at = None
    person.waiting_since = conversation.scheduled_at  # as if the wait had not been broken
    person.returned_at = now()
    return str(_("You are looked at again in the next round, ahead of those who came later."))


def _talk(conversation: models.Conversation, person: models.Participant) -> str:
    callbacks.ask(session(), conversation.id, person.id, now())
    return str(_("A facilitator writes to you by mail."))


def _said(conversation: models.Conversation, seat: str) -> list[tuple[int, str]]:
    """Return the newest messages of one seat, (place in the log, text), as far as there are any."""
    try:
        read = rooms.load(session(), here().keys, conversation, now(), whole=True)
    except Unreadable:
        return []
    events = [
        one.event for one in read.log if one.event.actor == seat and one.event.type in WRITTEN
    ]
    return [(one.seq, one.data["text"]) for one in events[-SHOWN:]]
