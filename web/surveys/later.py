"""The few questions 4 and 12 weeks after a first conversation; and not now, to a second one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conversation.events import other
from services.conversations import followups, surveys
from web.access import signed_in
from web.context import now, session
from web.seats import person_in
from web.surveys.views import language, question, talked

pages = Blueprint("later", __name__, url_prefix="/conversations/<token>/later")


@pages.route("", methods=["GET", "POST"])
@signed_in
def show(token: str) -> ResponseReturnValue:
    """Ask, and keep what is answered, while the questions are open; otherwise say so."""
    conversation, seat = talked(token)
    person, wave = person_in(conversation, seat), followups.open_wave(conversation, now())
    items = followups.questions(language()).items
    wrong: dict[str, str] = {}
    if request.method == "POST" and wave is not None:
        given = {item: request.form.get(item.id, "").strip() for item in items}
        wrong = surveys.save(session(), conversation, person.id, given, now(), survey=wave.name)
        if not wrong:
            followups.settle(session(), conversation, person.id, now())
        session().commit()
        if not wrong:
            flash(_("Kept. Thank you: this is how we learn what stays."), "success")
            return redirect(url_for("journey.show"))
    survey = wave.name if wave else ""
    kept = surveys.answers(session(), conversation, person.id, survey=survey)
    return render_template(
        "surveys/later.html",
        token=token,
        partner_name=person_in(conversation, other(seat)).first_name,
        weeks=wave.weeks if wave else None,
        items=[question(item, kept.get(item.id), wrong.get(item.id)) for item in items],
    ), 422 if wrong else 200


@pages.post("/settle")
@signed_in
def settle(token: str) -> ResponseReturnValue:
    """Rather not, or not now: home stops asking about what is open."""
    conversation, seat = talked(token)
    followups.settle(session(), conversation, person_in(conversation, seat).id, now())
    session().commit()
    return redirect(url_for("home.show"))
