"""The questions after a conversation, part by part, then the card that stays."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

import models
from conversation.events import other
from matcher.questionnaire import Item
from services.conversations import rooms, surveys
from services.conversations.surveys import Keepsake
from services.site.crypto import Unreadable
from web.access import signed_in
from web.context import here, now, session
from web.seats import mine, person_in

pages = Blueprint("surveys", __name__, url_prefix="/conversations/<token>")


@pages.get("/questions")
@signed_in
def after(token: str) -> ResponseReturnValue:
    """Begin where it was left: at the first part with open questions."""
    conversation, seat = talked(token)
    asked = surveys.parts(surveys.asked(language()))
    done = surveys.answers(session(), conversation, person_in(conversation, seat).id)
    started = (n for n, part in enumerate(asked, 1) if any(item.id not in done for item in part))
    return redirect(url_for("surveys.part", token=token, number=next(started, len(asked))))


@pages.route("/questions/<int:number>", methods=["GET", "POST"])
@signed_in
def part(token: str, number: int) -> ResponseReturnValue:
    """Ask one part; keep what is answered and go on."""
    conversation, seat = talked(token)
    asked = surveys.parts(surveys.asked(language()))
    if not 1 <= number <= len(asked):
        abort(404)
    person = person_in(conversation, seat)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        given = {item: request.form.get(item.id, "") for item in asked[number - 1]}
        wrong = surveys.save(session(), conversation, person.id, given, now())
        words = request.form.get(surveys.WORDS, "")
        surveys.say(session(), conversation, person.id, words, now())
        if number == len(asked) and not wrong:
            surveys.finish(session(), conversation, person.id, now())
        session().commit()
        if not wrong:
            return redirect(_next(token, number, len(asked)))
    return render_template(
        "rooms/after.html", **_page(conversation, seat, number, wrong)
    ), 422 if wrong else 200


@pages.post("/questions/skip")
@signed_in
def skip(token: str) -> ResponseReturnValue:
    """Rather not say: home stops asking."""
    conversation, seat = talked(token)
    surveys.finish(session(), conversation, person_in(conversation, seat).id, now())
    session().commit()
    return redirect(url_for("home.show"))


@pages.get("/card")
@signed_in
def card(token: str) -> ResponseReturnValue:
    """Show what stays: the values both saw, one's own line, and whether to talk again."""
    conversation, seat = talked(token)
    kept = _keepsake(conversation, seat)
    person = person_in(conversation, seat)
    again = surveys.again(session(), conversation, person.id, kept)
    return render_template(
        "rooms/keepsake.html",
        conversation={"id": token, "starts_at": conversation.scheduled_at},
        partner_name=person_in(conversation, other(seat)).first_name,
        shared=kept.shared,
        line=kept.line,
        again=again,
    )


def _next(token: str, number: int, count: int) -> str:
    if number < count:
        return url_for("surveys.part", token=token, number=number + 1)
    return url_for("surveys.card", token=token)


def _page(
    conversation: models.Conversation, seat: str, number: int, wrong: dict[str, str]
) -> dict[str, Any]:
    asked = surveys.parts(surveys.asked(language()))
    done = surveys.answers(session(), conversation, person_in(conversation, seat).id)
    shown = asked[number - 1]
    name = person_in(conversation, other(seat)).first_name
    headings = [
        (None, _("Short sentences. %(name)s does not see your answers.", name=name)),
        (_("How warm are your feelings?"), _("We asked before, too. There is no right answer.")),
        (_("And from here?"), ""),
    ]
    title, text = headings[number - 1]
    items = [question(item, done.get(item.id), wrong.get(item.id)) for item in shown]
    if number == len(asked):
        items.append(_words(done.get(surveys.WORDS)))
    return {
        "conversation": {"id": conversation.token},
        "partner_name": name,
        "ending": conversation.ending,
        "mine": False,
        "part": number,
        "parts": len(asked),
        "minutes": surveys.MINUTES,
        "title": title,
        "text": text,
        "items": items,
        "answered": sum(item.id in done for item in shown),
        "total": len(shown),
    }


def question(item: Item, kept: models.SurveyAnswer | None, wrong: str | None) -> dict[str, Any]:
    """Return a question as its template takes it, with what was typed or kept."""
    posted = request.form.get(item.id)
    if item.scale is None:
        kind, value = "choice", kept.choice if kept else None
        ends = None
    else:
        kind = "ladder" if item.scale.span < surveys.LADDER else "warmth"
        value = f"{kept.value:g}" if kept and kept.value is not None else None
        ends = (item.scale.low, item.scale.high)
    return {
        "kind": kind,
        "name": item.id,
        "text": item.text,
        "value": posted or value,
        "ends": ends,
        "options": [(one, one) for one in item.options],
        "hint": item.why,
        "errors": [_("That is not one of the answers. Please choose again.")] if wrong else [],
    }


def _words(kept: models.SurveyAnswer | None) -> dict[str, Any]:
    return {
        "kind": "words",
        "name": surveys.WORDS,
        "text": _("Anything you want to tell those who run this?"),
        "value": request.form.get(surveys.WORDS) or (kept.words if kept else ""),
        "longest": surveys.LONGEST,
    }


def _keepsake(conversation: models.Conversation, seat: str) -> Keepsake:
    """Fold the room once more; once its key is gone, the card holds what the survey knows."""
    try:
        live = rooms.load(session(), here().keys, conversation, now())
    except Unreadable:
        return Keepsake()
    return surveys.keepsake(live.room, seat)


def language() -> str:
    """Return the language questions are asked in."""
    return str(get_locale() or "en")


def talked(token: str) -> tuple[models.Conversation, str]:
    """Return the conversation and the reader's seat; 404 unless they talked in it and it ended."""
    conversation, seat = mine(token)
    if conversation.state != "closed" or conversation.started_at is None:
        abort(404)
    return conversation, seat
