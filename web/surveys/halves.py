"""The few questions that both halves of a programme with a wait-list answer at the same time."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

import models
from services.staff import halves, waitlists
from web.access import signed_in
from web.context import now, session

pages = Blueprint("halves", __name__, url_prefix="/halves")


@pages.route("/<slug>", methods=["GET", "POST"])
@signed_in
def show(slug: str) -> ResponseReturnValue:
    """Ask, and keep what is answered, while the questions are open; otherwise say when."""
    person, made = _mine(slug)
    questions = halves.asked(str(get_locale() or "en")).items
    given = {item: request.form.get(item.id, "").strip() for item in questions}
    wrong: dict[str, str] = {}
    is_open = halves.is_open(made, now())
    if request.method == "POST" and is_open:
        wrong = halves.save(session(), person, given, now())
        session().commit()
        if not wrong:
            flash(_("Kept. Thank you: this is how we learn what these conversations do."))
            return redirect(url_for("home.show"))
    kept = halves.answers(session(), person)
    return render_template(
        "surveys/halves.html",
        programme=person.programme,
        items=[(item, _value(kept.get(item.id), given[item]), item.id in wrong) for item in given],
        is_open=is_open,
        opens_at=halves.opens_at(made),
        ends_at=waitlists.ends_at(made),
        early=now() < halves.opens_at(made),
    ), 422 if wrong else 200


def _value(kept: float | None, typed: str) -> str | None:
    return typed or (None if kept is None else f"{kept:g}")


def _mine(slug: str) -> tuple[models.Participant, models.WaitList]:
    """Return the reader's place in the programme and its wait-list; 404 where there is none."""
    found = session().execute(
        select(models.Participant, models.WaitList)
        .select_from(models.Participant)
        .join(models.Programme, models.Programme.id == models.Participant.programme_id)
        .join(models.WaitList, models.WaitList.programme_id == models.Programme.id)
        .where(
            models.Programme.slug == slug,
            models.Participant.account_id == current_user.id,
            waitlists.in_a_half(models.WaitList.starts_at),
        )
    )
    row = found.one_or_none()
    if row is None:
        abort(404)
    return row.Participant, row.WaitList
