"""The journey's page, offers of a later conversation, and the card of a commitment."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

import models
from models import Commitment, Offer, Pair, Participant
from services.conversations import followups, kept, offers, rooms
from services.conversations.offers import NotOpen
from services.pairing import arrangements, invitations
from services.path import journey, walk
from web import moments
from web.access import signed_in
from web.context import here, now, session
from web.journey import words
from web.seats import mine, person_in

pages = Blueprint("journey", __name__)


@dataclass(frozen=True, slots=True)
class Going:
    """One pair on the journey's page: what can be offered, or what is offered."""

    name: str
    token: str
    guides: tuple[str, ...]
    offer: Offer | None
    about: tuple[str, str]
    mine: bool
    hours: list[datetime]


@pages.get("/journey")
@signed_in
def show() -> ResponseReturnValue:
    """Show the seven steps, the next invitation, and what was signed."""
    done = walk.walked(session(), current_user.id)
    return render_template(
        "journey/journey.html",
        steps=words.steps(done),
        titles=words.guides(),
        going=[_going(*one) for one in offers.pairs(session(), current_user.id, now())],
        signed=[
            (made, _other(made.conversation).first_name)
            for made in kept.commitments(session(), current_user.id)
        ],
        talked=len(journey.held(session(), current_user.id)),
        thermometers=[(one.id, one.text) for one in followups.thermometers(_language())],
        warmth=[
            (words.surveys().get(survey, survey), values)
            for survey, values in followups.warmth(session(), current_user.id)
        ],
    )


@pages.get("/conversations/<token>/offer/<slug>")
@signed_in
def offer(token: str, slug: str) -> ResponseReturnValue:
    """Ask for times, for one guide with the one from that conversation."""
    pair, _person = _mine(token)
    return _ask(pair, slug)


@pages.post("/conversations/<token>/offer/<slug>")
@signed_in
def make(token: str, slug: str) -> ResponseReturnValue:
    """Offer it."""
    pair, person = _mine(token)
    moment, given = now(), request.form.getlist("hours")
    hours = [moment if text == "now" else moments.read(text) for text in given]
    wanted = [hour for hour in hours if hour is not None]
    try:
        offers.make(session(), pair, person, (slug, wanted), moment, config=here().config)
    except NotOpen:
        session().rollback()
        return _ask(pair, slug, _("Please choose at least one of the times.")), 422
    session().commit()
    flash(_("It is offered. You hear from us when there is an answer."), "success")
    return redirect(url_for("journey.show"))


@pages.post("/conversations/<token>/answer")
@signed_in
def answer(token: str) -> ResponseReturnValue:
    """Say yes to an hour, no, or take one's own offer back."""
    pair, person = _mine(token)
    open_offer = offers.of_pair(session(), pair, now())
    hour = moments.read(request.form.get("hour", ""))
    try:
        if open_offer is None:
            raise NotOpen("There is no offer.")
        if request.form.get("answer") == "no" or hour is None:
            offers.decline(session(), open_offer, person, now())
            made = None
        else:
            made = offers.accept(session(), open_offer, person, hour, now(), config=here().config)
    except NotOpen:
        session().rollback()
        flash(_("That offer, or that time, does not stand any more. Nothing was changed."))
        return redirect(url_for("journey.show"))
    address = made.token if made else None
    session().commit()
    if address is None:
        flash(_("Kept. Nobody owes a reason."), "success")
        return redirect(url_for("journey.show"))
    return redirect(url_for("rooms.door", token=address))


@pages.get("/conversations/<token>/commitment")
@signed_in
def commitment(token: str) -> ResponseReturnValue:
    """Show the card of what both signed; it prints as it is."""
    return render_template("journey/commitment.html", **_card(token), token=token)


@pages.get("/conversations/<token>/commitment.svg")
@signed_in
def picture(token: str) -> ResponseReturnValue:
    """Return the card as a picture to keep."""
    drawn = render_template("journey/commitment.svg", **_card(token), wrap=words.wrap)
    return Response(drawn, mimetype="image/svg+xml")


def _card(token: str) -> dict[str, object]:
    pair, _person = _mine(token)
    conversation = rooms.find(session(), token)
    made = session().get(Commitment, conversation.id) if conversation else None
    if made is None:
        abort(404)
    parts = ((pair.first.first_name, made.first), (pair.second.first_name, made.second))
    return {"parts": parts, "signed_at": made.signed_at}


def _ask(pair: Pair, slug: str, trouble: str | None = None) -> str:
    if slug not in offers.open_guides(session(), pair):
        abort(404)
    hours = invitations.common_hours(session(), pair, now(), here().config)
    other = pair.second if pair.first.account_id == current_user.id else pair.first
    title, text = words.guides()[slug]
    return render_template(
        "journey/offer.html",
        name=other.first_name,
        title=title,
        text=text,
        hours=hours[: offers.MOST],
        trouble=trouble,
    )


def _going(pair: Pair, person: Participant) -> Going:
    made = offers.of_pair(session(), pair, now())
    latest = arrangements.of_pair(session(), pair)
    assert latest is not None  # noqa: S101 - who goes on with somebody had an hour with them
    return Going(
        name=journey.other(pair, person).first_name,
        token=latest.token,
        guides=offers.open_guides(session(), pair),
        offer=made,
        about=words.offered(made.guide) if made is not None else ("", ""),
        mine=made is not None and made.by_id == person.id,
        hours=offers.hours_of(made, now()) if made is not None else [],
    )


def _other(conversation: models.Conversation) -> Participant:
    pair = conversation.pair
    return pair.second if pair.first.account_id == current_user.id else pair.first


def _mine(token: str) -> tuple[Pair, Participant]:
    """Return the pair of this conversation and the reader's place in it, or answer 404."""
    conversation, seat = mine(token)
    return conversation.pair, person_in(conversation, seat)


def _language() -> str:
    return str(get_locale() or "en")
