"""Programmes, their funnel and releases, and the audit log."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import func, select

import models
from disclosure.files import archive, files
from disclosure.period import Month
from disclosure.suppression import THRESHOLD, Status
from services import audit, funnel, releases
from services.funnel import Span
from services.releases import OpenMonth, ReleaseError, UnknownProgramme
from web.access import only
from web.context import now, session
from web.locale import when
from web.staff import words

LINES = 50

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
    programme = _programme(slug)
    months = releases.months(programme, now())
    if not programme.closed_at:
        months.insert(0, words.current(programme.zone, now()))
    chosen = _month(request.args["month"]) if request.args.get("month") else None
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


@pages.get("/programmes/<slug>/releases")
@staff
def list_releases(slug: str) -> ResponseReturnValue:
    """List the closed months, published and not."""
    programme = _programme(slug)
    published = session().scalars(
        select(models.Release).where(models.Release.programme_id == programme.id)
    )
    return render_template(
        "staff/releases.html",
        programme=programme,
        months=releases.months(programme, now()),
        published={release.period: release for release in published},
        words=words,
    )


@pages.get("/programmes/<slug>/releases/<month>")
@staff
def show_release(slug: str, month: str) -> ResponseReturnValue:
    """Show what leaves the house, to the byte: as stored, or as it would be published now."""
    programme, period = _programme(slug), _month(month)
    release = releases.stored(session(), programme, period)
    if release:
        return _release(programme, period, release.archive, release=release)
    try:
        drawn = releases.draw(session(), programme, period, now())
    except ReleaseError as error:
        return _refused(programme, error)
    reasons = drawn.reasons()
    return _release(
        programme,
        period,
        archive(files(drawn)),
        small=reasons[Status.SMALL],
        protecting=reasons[Status.PROTECTING],
    )


@pages.post("/programmes/<slug>/releases/<month>")
@staff
def publish(slug: str, month: str) -> ResponseReturnValue:
    """Publish the month for good; a second time changes nothing."""
    programme, period = _programme(slug), _month(month)
    try:
        releases.publish(session(), slug, period, now(), current_user.id)
    except ReleaseError as error:
        return _refused(programme, error)
    session().commit()
    flash(words.published(period), "success")
    return redirect(url_for("staff.show_release", slug=slug, month=month))


@pages.get("/programmes/<slug>/releases/<month>.zip")
@staff
def download(slug: str, month: str) -> ResponseReturnValue:
    """Hand out the stored bytes."""
    release = releases.stored(session(), _programme(slug), _month(month))
    if release is None:
        abort(404)
    answer = Response(release.archive, mimetype="application/zip")
    name = releases.archive_name(session(), release)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/audit")
@staff
def show_audit() -> ResponseReturnValue:
    """Show the audit log, the latest first, and on request whether it is whole."""
    total = session().scalar(select(func.count()).select_from(models.AuditEntry)) or 0
    count = max(1, -(-total // LINES))
    page = min(max(request.args.get("page", 1, int), 1), count)
    lines = session().scalars(
        select(models.AuditEntry)
        .order_by(models.AuditEntry.seq.desc())
        .limit(LINES)
        .offset((page - 1) * LINES)
    )
    problems = list(audit.problems(session())) if "check" in request.args else None
    return render_template(
        "staff/audit.html", lines=lines.all(), page=page, pages=count, problems=problems
    )


def _programme(slug: str) -> models.Programme:
    try:
        return releases.programme(session(), slug)
    except UnknownProgramme:
        abort(404)


def _month(text: str) -> Month:
    try:
        return releases.read_month(text)
    except ReleaseError:
        abort(404)


def _release(
    programme: models.Programme, month: Month, packed: bytes, **more: object
) -> ResponseReturnValue:
    return render_template(
        "staff/release.html",
        programme=programme,
        month=month,
        sheets=releases.sheets(packed),
        threshold=THRESHOLD,
        words=words,
        **more,
    )


def _refused(programme: models.Programme, error: ReleaseError) -> ResponseReturnValue:
    ends = when(error.ends) if isinstance(error, OpenMonth) else ""
    flash(words.refusal(error, ends), "error")
    return redirect(url_for("staff.list_releases", slug=programme.slug))
