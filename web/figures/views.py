"""Public figures: every number here was published in a release before."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

import models
from disclosure.period import Month
from services.figures import published, reading, releases
from services.figures.releases import ReleaseError
from services.staff import programmes
from web import downloads
from web.access import public
from web.context import session
from web.figures import words

pages = Blueprint("figures", __name__, url_prefix="/figures")


@pages.get("")
@public
def everywhere() -> ResponseReturnValue:
    """Show what all programmes have published, together."""
    told = published.everywhere(session())
    return render_template(
        "figures/everywhere.html",
        programmes=published.programmes(session()),
        stats=words.stats(told),
        targets=words.targets(told),
    )


@pages.get("/<slug>")
@public
def of(slug: str) -> ResponseReturnValue:
    """Show what one programme has published."""
    programme = _programme(slug)
    told = published.of(session(), programme)
    return render_template(
        "figures/programme.html",
        programme=programme,
        told=told,
        stats=words.stats(told),
        targets=words.targets(told),
        talked=words.talked(told),
        heard=words.heard(told),
        words=words,
    )


@pages.get("/<slug>/<month>.zip")
@public
def archive(slug: str, month: str) -> ResponseReturnValue:
    """Hand out a release whole, as it was stored."""
    release = _release(slug, month)
    return downloads.answer(reading.archive_name(session(), release), release.archive)


@pages.get("/<slug>/<month>/<path:name>")
@public
def file(slug: str, month: str, name: str) -> ResponseReturnValue:
    """Hand out one file of a release, as it was stored."""
    content = reading.file(_release(slug, month).archive, name)
    if content is None:
        abort(404)
    return downloads.answer(name, content)


def _programme(slug: str) -> models.Programme:
    try:
        return programmes.find(session(), slug)
    except programmes.NoSuchProgramme:
        abort(404)


def _release(slug: str, month: str) -> models.Release:
    try:
        period: Month = releases.read_month(month)
    except ReleaseError:
        abort(404)
    found = releases.stored(session(), _programme(slug), period)
    return found or abort(404)
