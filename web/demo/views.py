"""The demonstration's page: step in as anybody, move the hour, let a practice partner sit down."""

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, logout_user
from sqlalchemy import or_, select

import models
from services.pairing import invitations, rounds
from services.pairing.invitations import NoSuchHour, Over
from web.access import public, signed_in
from web.accounts.logins import Login
from web.context import here, now, session
from web.demo import practice
from web.extensions import db

pages = Blueprint("demo", __name__, url_prefix="/demo")


@dataclass(frozen=True, slots=True)
class Chairs:
    """A pair as one of the two sees it: own participant, the other, their invitations, the hour."""

    pair: models.Pair
    own: models.Participant
    other: models.Participant
    invitation: models.Invitation | None
    conversation: models.Conversation | None


@pages.get("")
@public
def show() -> ResponseReturnValue:
    """Say what there is to do, and offer the four ways in."""
    return render_template("demo/show.html", ways=_ways_in(), chairs=_chairs())


@pages.post("/enter/<int:account_id>")
@public
def enter(account_id: int) -> ResponseReturnValue:
    """Sign in as a made-up person, without a password."""
    login = db.get_or_404(Login, account_id)
    logout_user()
    login_user(login)
    session().commit()
    roles = {role.name for role in login.roles}
    return redirect(
        "/desk" if "facilitator" in roles else "/staff" if "staff" in roles else "/home"
    )


@pages.post("/round")
@public
def match() -> ResponseReturnValue:
    """Run the round now instead of at night."""
    slug = session().scalars(select(models.Programme.slug).order_by(models.Programme.id)).first()
    if slug:
        session().rollback()
        flash(rounds.run_now(db.session, slug, here().config, now(), seed=0), "success")
    return redirect(url_for("demo.show"))


@pages.post("/accept")
@signed_in
def accept() -> ResponseReturnValue:
    """Let the practice partner accept the invitation, with every hour both have."""
    chairs = _chairs()
    if chairs and chairs.invitation:
        hours = invitations.common_hours(session(), chairs.pair, now(), here().config)
        try:
            invitations.accept(session(), chairs.invitation, hours, now(), here().config)
        except (NoSuchHour, Over) as error:
            session().rollback()
            flash(str(error), "error")
        else:
            session().commit()
            flash(_("%(name)s accepted.", name=chairs.other.first_name), "success")
    return redirect(url_for("demo.show"))


@pages.post("/now")
@signed_in
def begin() -> ResponseReturnValue:
    """Move the conversation's hour to now and go to the door."""
    chairs = _chairs()
    if not chairs or not chairs.conversation:
        return redirect(url_for("demo.show"))
    chairs.conversation.scheduled_at = now().replace(second=0, microsecond=0)
    session().commit()
    return redirect(url_for("rooms.door", token=chairs.conversation.token))


@pages.post("/practice")
@signed_in
def sit_down() -> ResponseReturnValue:
    """Let the practice partner take the other chair; go to the room."""
    chairs = _chairs()
    if not chairs or not chairs.conversation:
        return redirect(url_for("demo.show"))
    chairs.conversation.scheduled_at = min(chairs.conversation.scheduled_at, now())
    token, account_id = chairs.conversation.token, chairs.other.account_id
    session().commit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    practice.sit_down(app, account_id, token)
    return redirect(url_for("rooms.door", token=token))


@pages.get("/outbox")
@public
def outbox() -> ResponseReturnValue:
    """Show the mail that would have gone out, newest first."""
    mails = session().scalars(
        select(models.Mail).order_by(models.Mail.created_at.desc(), models.Mail.id.desc()).limit(50)
    )
    return render_template("demo/outbox.html", mails=mails.all())


@pages.get("/outbox/<int:mail_id>")
@public
def mail(mail_id: int) -> ResponseReturnValue:
    """Show one mail as text, with its addresses to click."""
    found = db.get_or_404(models.Mail, mail_id)
    if request.args.get("part") == "calendar" and found.calendar:
        return current_app.response_class(found.calendar, mimetype="text/calendar")
    return render_template("demo/mail.html", mail=found)


def _ways_in() -> list[tuple[str, models.Account, str]]:
    """Return (role, account, first name): a best pair's two, a facilitator, staff."""
    best = (
        session()
        .scalars(
            select(models.Pair)
            .where(models.Pair.round_id.is_not(None))
            .order_by(models.Pair.score.desc(), models.Pair.id)
            .limit(1)
        )
        .first()
    )
    ways = []
    if best:
        ways = [
            ("participant", best.first.account, best.first.first_name),
            ("partner", best.second.account, best.second.first_name),
        ]
    for role in ("facilitator", "staff"):
        held = models.Account.roles.any(models.Role.name == role)
        account = session().scalars(select(models.Account).where(held).limit(1)).first()
        if account:
            ways.append((role, account, ""))
    return ways


def _chairs() -> Chairs | None:
    """Return the newest pair of whoever is signed in."""
    if not current_user.is_authenticated:
        return None
    own = select(models.Participant.id).where(models.Participant.account_id == current_user.id)
    pair = (
        session()
        .scalars(
            select(models.Pair)
            .where(or_(models.Pair.first_id.in_(own), models.Pair.second_id.in_(own)))
            .order_by(models.Pair.proposed_at.desc(), models.Pair.id.desc())
            .limit(1)
        )
        .first()
    )
    if pair is None:
        return None
    mine = pair.first.account_id == current_user.id
    me, other = (pair.first, pair.second) if mine else (pair.second, pair.first)
    invitation = (
        session()
        .scalars(
            select(models.Invitation).where(
                models.Invitation.pair_id == pair.id,
                models.Invitation.participant_id == other.id,
                models.Invitation.state == "open",
            )
        )
        .first()
    )
    conversation = (
        session()
        .scalars(
            select(models.Conversation)
            .where(
                models.Conversation.pair_id == pair.id,
                models.Conversation.state.in_(["scheduled", "open"]),
            )
            .limit(1)
        )
        .first()
    )
    return Chairs(pair, me, other, invitation, conversation)
