"""Programmes, their funnel and releases, and the audit log."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

import models
from services.conversations import followups
from services.figures import funnel, releases
from services.figures.funnel import Span
from services.path import Moment, census
from services.site import audit
from web.access import only
from web.context import here, now, session
from web.staff import found, words

LINES = 50
ASKED = ("actor", "action", "since", "until")

pages = Blueprint("staff", __name__, url_prefix="/staff")
staff = only("staff", "admin")


@pages.get("")
@staff
def programmes() -> ResponseReturnValue:
    """List the programmes with how many people are in each."""
    people = (
        select(models.Participant.programme_id, func.count().label("people"))
        .group_by(models.Participant.programme_id)
        .subquery()
    )
    rows = session().execute(
        select(models.Programme, func.coalesce(people.c.people, 0))
        .outerjoin(people)
        .order_by(models.Programme.opened_at.desc())
    )
    return render_template("staff/programmes.html", rows=rows.all())


@pages.get("/programmes/<slug>")
@staff
def show_funnel(slug: str) -> ResponseReturnValue:
    """Show where people are lost, of all or of one month, beside what the field reached."""
    programme = found.programme(slug)
    months = releases.months(programme, now())
    if not programme.closed_at:
        months.insert(0, words.current(programme.zone, now()))
    chosen = found.month(request.args["month"]) if request.args.get("month") else None
    span = words.span(chosen, programme.zone) if chosen else Span(funnel.SINCE_EVER, now())
    shown = funnel.show(session(), programme, span)
    return render_template(
        "staff/funnel.html",
        programme=programme,
        funnel=shown,
        chosen=chosen,
        months=months,
        words=words,
    )


@pages.get("/programmes/<slug>/now")
@staff
def show_standing(slug: str) -> ResponseReturnValue:
    """Show in which state of the path everybody is now, and who answered weeks later."""
    programme = found.programme(slug)
    moment = Moment(now(), timedelta(minutes=here().config.room.opens_minutes))
    return render_template(
        "staff/standing.html",
        programme=programme,
        standing=words.standing(census.count(session(), programme, moment)),
        asked=followups.figures(session(), programme, now()),
    )


@pages.get("/audit")
@staff
def show_audit() -> ResponseReturnValue:
    """Show the audit log, the latest first, and on request whether it is whole."""
    wanted, unread = _wanted()
    total = (
        session().scalar(
            select(func.count()).select_from(models.AuditEntry).where(*wanted.clauses())
        )
        or 0
    )
    count = max(1, -(-total // LINES))
    page = min(max(request.args.get("page", 1, int), 1), count)
    lines = session().scalars(
        select(models.AuditEntry)
        .where(*wanted.clauses())
        .order_by(models.AuditEntry.seq.desc())
        .limit(LINES)
        .offset((page - 1) * LINES)
    )
    problems = list(audit.problems(session())) if "check" in request.args else None
    return render_template(
        "staff/audit.html",
        lines=lines.all(),
        page=page,
        pages=count,
        problems=problems,
        wanted=wanted,
        asked={key: request.args[key] for key in ASKED if request.args.get(key)},
        unread=unread,
        actions=audit.actions(session()),
    )


def _wanted() -> tuple[audit.Wanted, list[str]]:
    """Return which lines are asked for, and the days that could not be read."""
    days: dict[str, date | None] = {"since": None, "until": None}
    unread = []
    for key in days:
        text = request.args.get(key, "").strip()
        try:
            days[key] = date.fromisoformat(text) if text else None
        except ValueError:
            unread.append(text)
    actor, action = (request.args.get(key, "").strip() for key in ("actor", "action"))
    return audit.Wanted(actor, action, **days), unread
