"""Releases: what would leave the house, what a programme's budget has left, what was published."""

import gevent
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

import models
from disclosure.budget import MONTH_LIMIT, YEAR_LIMIT
from disclosure.period import Month
from disclosure.suppression import THRESHOLD
from services.figures import menu, previews, reading, releases
from services.figures.releases import OpenMonth, Prepared, ReleaseError
from web import downloads
from web.access import only
from web.context import here, now, session
from web.locale import when
from web.staff import found, telling, words

pages = Blueprint("releases", __name__, url_prefix="/staff/programmes/<slug>/releases")
staff = only("staff", "admin")


@pages.get("")
@staff
def index(slug: str) -> ResponseReturnValue:
    """List the closed months, published and not."""
    programme = found.programme(slug)
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


@pages.get("/<month>")
@staff
def show(slug: str, month: str) -> ResponseReturnValue:
    """Show a published month as it was published, or what publishing it would be like."""
    programme, period = found.programme(slug), found.month(month)
    release = releases.stored(session(), programme, period)
    if release is None:
        return _preview(programme, period)
    return render_template(
        "staff/release.html",
        programme=programme,
        month=period,
        release=release,
        reading=reading.read(release.archive),
        threshold=THRESHOLD,
        words=words,
        telling=telling,
    )


@pages.post("/<month>")
@staff
def publish(slug: str, month: str) -> ResponseReturnValue:
    """Publish the month for good; a second time changes nothing."""
    programme, period = found.programme(slug), found.month(month)
    if releases.stored(session(), programme, period) is None:
        try:
            _publish(programme, period)
        except ReleaseError as error:
            return _refused(programme, error)
    flash(words.published(period), "success")
    return redirect(url_for("releases.show", slug=slug, month=month))


@pages.get("/<month>.zip")
@staff
def download(slug: str, month: str) -> ResponseReturnValue:
    """Hand out the stored bytes."""
    release = releases.stored(session(), found.programme(slug), found.month(month))
    if release is None:
        abort(404)
    return downloads.answer(reading.archive_name(session(), release), release.archive)


@pages.get("/<month>/<path:name>")
@staff
def file(slug: str, month: str, name: str) -> ResponseReturnValue:
    """Hand out one stored file of a release."""
    release = releases.stored(session(), found.programme(slug), found.month(month))
    content = reading.file(release.archive, name) if release else None
    if content is None:
        abort(404)
    return downloads.answer(name, content)


def _preview(programme: models.Programme, month: Month) -> ResponseReturnValue:
    try:
        releases.require_closed(programme, month, now())
    except ReleaseError as error:
        return _refused(programme, error)
    chosen = request.args.get("grade", releases.GRADE)
    if chosen not in menu.GRADES:
        abort(404)
    return render_template(
        "staff/preview.html",
        programme=programme,
        month=month,
        grade=chosen,
        tables=previews.tables(session(), programme, chosen),
        means=previews.means(session(), programme, chosen),
        left=previews.left(session(), programme, month, chosen),
        limits=(MONTH_LIMIT, YEAR_LIMIT),
        threshold=THRESHOLD,
        words=words,
        telling=telling,
    )


def _publish(programme: models.Programme, month: Month) -> None:
    grade = request.form.get("grade", releases.GRADE)
    if grade not in menu.GRADES:
        abort(404)
    releases.may(session(), programme, month, now(), grade)
    # Drawing takes seconds: in a native thread, so that rooms and pages go on meanwhile.
    prepared: Prepared = gevent.get_hub().threadpool.apply(
        releases.prepare_apart, (here().config.database.url, programme.slug, month, now(), grade)
    )
    releases.store(session(), programme, prepared, now(), current_user.id)
    session().commit()


def _refused(programme: models.Programme, error: ReleaseError) -> ResponseReturnValue:
    ends = when(error.ends) if isinstance(error, OpenMonth) else ""
    flash(telling.refusal(error, ends), "error")
    return redirect(url_for("releases.index", slug=programme.slug))
