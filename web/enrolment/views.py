"""The pages of the profile."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

import models
from services.pairing import slots
from services.people import enrolment, profiles
from services.people.profiles import BadAnswer, Question
from services.staff import questionnaires
from web.access import signed_in
from web.context import here, now, session
from web.enrolment import saving, words

pages = Blueprint("enrolment", __name__)

NAMED = 4  # hours that move with the clocks, told by name


@dataclass(frozen=True, slots=True)
class Place:
    """The reader's place in a programme, with its questions and what is answered."""

    person: models.Participant
    asked: tuple[Question, ...]
    answers: dict[str, models.Answer]


@pages.get("/profile")
@signed_in
def start() -> ResponseReturnValue:
    """Lead to the first open question; show the whole profile once there is none."""
    place = _place()
    if place is None:
        return _welcome()
    open_one = profiles.next_question(place.asked, place.answers)
    if place.person.completed_at is None and open_one is not None:
        return redirect(url_for("enrolment.question", question_id=open_one.id))
    return render_template("enrolment/overview.html", place=place, rows=_rows(place), words=words)


@pages.post("/profile")
@signed_in
def join() -> ResponseReturnValue:
    """Take a place in the programme, with the consents that it needs."""
    wanted = request.form.get("programme", type=int)
    offered = enrolment.open_programmes(session(), now())
    programme = next((one for one in offered if one.id == wanted), None)
    if programme is None:
        abort(404)
    names = [one.name for one in enrolment.PURPOSES if f"consent_{one.name}" in request.form]
    enrolment.consent(session(), current_user.id, names, now())
    account = session().get_one(models.Account, current_user.id)
    if not enrolment.may_take_part(session(), account):
        session().commit()
        flash(_("Both are needed to find you a partner."), "error")
        return redirect(url_for("enrolment.start"))
    if programme.terms:
        if "terms" not in request.form:
            session().commit()
            flash(_("This programme has terms of its own; they are needed to take part."), "error")
            return redirect(url_for("enrolment.start"))
        enrolment.accept_terms(session(), account.id, programme, now())
    enrolment.join(session(), account.id, programme, now())
    session().commit()
    return redirect(url_for("enrolment.start"))


@pages.route("/profile/<question_id>", methods=["GET", "POST"])
@signed_in
def question(question_id: str) -> ResponseReturnValue:
    """Ask one question; keep the answer and go on to the next."""
    place = _place()
    if place is None:
        return redirect(url_for("enrolment.start"))
    asked = next((one for one in place.asked if one.id == question_id), None)
    if asked is None:
        abort(404)
    if request.method == "GET":
        return _ask(place, asked)
    return _answer(place, asked)


def _answer(place: Place, asked: Question) -> ResponseReturnValue:
    going_back, editing = "back" in request.form, place.person.completed_at is not None
    try:
        saving.save(session(), place.person, asked, request.form)
    except BadAnswer as error:
        session().rollback()
        if not going_back:
            return _ask(_place() or place, asked, words.trouble(error)), 422
    complete = profiles.complete(session(), place.person, place.asked, now())
    session().commit()
    if editing:
        return redirect(url_for("enrolment.start"))
    if complete:
        flash(_("That was the last question. Thank you."), "success")
        return redirect(url_for("home.show"))
    return redirect(_beside(place, asked, -1 if going_back else 1))


def _beside(place: Place, asked: Question, step: int) -> str:
    """Return the question before or after; past either end, the first one still open."""
    number = place.asked.index(asked) + step
    if not 0 <= number < len(place.asked):
        return url_for("enrolment.start")
    return url_for("enrolment.question", question_id=place.asked[number].id)


def _ask(place: Place, asked: Question, error: str | None = None) -> str:
    number = place.asked.index(asked)
    template = asked.kind if asked.kind in saving.KINDS else "item"
    return render_template(
        f"enrolment/{template}.html",
        question=asked,
        person=place.person,
        answer=place.answers.get(asked.id),
        number=number + 1,
        total=len(place.asked),
        minutes=profiles.minutes_left(place.asked, place.answers),
        first=number == 0,
        editing=place.person.completed_at is not None,
        error=error,
        words=words,
        **_more(place, asked),
    )


def _more(place: Place, asked: Question) -> dict[str, Any]:
    """Return what only some questions need."""
    person = place.person
    posted = request.form if request.method == "POST" else None
    if asked.kind == "languages":
        kept = _column(models.Language.tag, models.Language.participant_id, person)
        return {"chosen": posted.getlist("answer") if posted else kept}
    if asked.kind == "topics":
        kept = _column(models.Topic.topic, models.Topic.participant_id, person)
        return {"chosen": posted.getlist("answer") if posted else kept}
    if asked.kind == "times":
        zone = posted.get("zone", "") if posted else person.account.zone
        known = zone if zone in slots.zones() else "UTC"
        return {
            "marked": set(posted.getlist("answer")) if posted else _marked(person),
            "zone": known,
            "zones": slots.zones(),
            **_clocks(person, known),
        }
    return {}


def _clocks(person: models.Participant, zone: str) -> dict[str, Any]:
    """Return the change of clocks ahead in *zone*, and the first hours after it, by the profile."""
    days = here().config.matching.horizon_days
    change = slots.changes(zone, now(), days)
    if change is None:
        return {"clock_change": None}
    marks = [(int(day), int(hour)) for day, hour in (one.split("-") for one in _marked(person))]
    free = slots.free(marks, zone, slots.ahead(now(), days))
    moved = [hour for hour in free if hour >= change[0]]
    return {"clock_change": change, "moved": moved[:NAMED], "earlier": change[1] > timedelta(0)}


def _column(column: Any, owner: Any, person: models.Participant) -> list[str]:
    return list(session().scalars(select(column).where(owner == person.id)))


def _marked(person: models.Participant) -> set[str]:
    table = models.Availability
    rows = session().execute(
        select(table.weekday, table.hour).where(table.participant_id == person.id)
    )
    return {f"{day}-{hour}" for day, hour in rows}


def _welcome() -> ResponseReturnValue:
    given = enrolment.consents(session(), current_user.id)
    missing = [one.name for one in enrolment.PURPOSES if one.required and one.name not in given]
    return render_template(
        "enrolment/welcome.html",
        programmes=enrolment.open_programmes(session(), now()),
        missing=missing,
    )


def _place() -> Place | None:
    """Return the reader's place: the newest programme they have not left."""
    people = [p for p in enrolment.of(session(), current_user.id) if p.withdrawn_at is None]
    if not people:
        return None
    person = people[0]
    language = str(get_locale() or "en")
    asked = questionnaires.current(session(), person.programme.questionnaire, language)
    return Place(
        person,
        profiles.questions(person.programme, asked),
        profiles.answers(session(), person),
    )


def _rows(place: Place) -> list[tuple[str, list[tuple[Question, str]]]]:
    """Return the whole profile: sections, each with its questions and the answers in words."""
    sections: dict[str, list[tuple[Question, str]]] = {}
    for one in place.asked:
        said = _said(place, one)
        sections.setdefault(words.section(one), []).append((one, said))
    return list(sections.items())


def _said(place: Place, asked: Question) -> str:
    person = place.person
    if asked.kind == "name":
        return person.first_name
    if asked.kind == "languages":
        tags = _column(models.Language.tag, models.Language.participant_id, person)
        return ", ".join(words.language(tag) for tag in tags)
    if asked.kind == "topics":
        return ", ".join(_column(models.Topic.topic, models.Topic.participant_id, person))
    if asked.kind == "times":
        return f"{words.hours(len(_marked(person)))}, {person.account.zone}"
    return words.answer(asked.item, place.answers.get(asked.id))
