"""Whom to invite next, in words a partner can send on; and what each question does."""

from collections.abc import Sequence
from typing import cast

import gevent
from babel import Locale
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import gettext as _

import matcher
from matcher.errors import BadInput
from matcher.forecast import Kind
from matcher.questionnaire import Questionnaire
from services.pairing import outlook
from services.staff import questionnaires
from web.access import only
from web.context import here, now, session
from web.staff.found import programme

VIEWS, LANGUAGES = 4, 2  # so many kinds of each are shown
pages = Blueprint("outlook", __name__, url_prefix="/staff/programmes/<slug>")
staff = only("staff", "admin")


@pages.get("/forecast")
@staff
def forecast(slug: str) -> ResponseReturnValue:
    """Say whom to invite next, and a letter for partners that says the same."""
    of = programme(slug)
    try:
        pool, policy = outlook.load(session(), of, now(), here().config)
        found = outlook.look(pool, policy, _aside)
    except BadInput as error:
        return _refused(slug, error)
    asked = questionnaires.current(session(), of.questionnaire, of.languages[0])
    kinds = [(one, who(one, asked)) for one in _chosen(found.kinds)]
    page = f"{here().config.site.url}/p/{of.slug}"
    return render_template(
        "staff/forecast.html",
        programme=of,
        found=found,
        kinds=kinds,
        letter=_letter([words for _kind, words in kinds[:3]], of.title, page),
    )


@pages.get("/questions")
@staff
def questions(slug: str) -> ResponseReturnValue:
    """Say what each question does among the people who wait now."""
    of = programme(slug)
    try:
        pool, policy = outlook.load(session(), of, now(), here().config)
        found = cast(
            outlook.Checked,
            gevent.get_hub().threadpool.apply(outlook.check, (pool.cohort, policy)),
        )
    except BadInput as error:
        return _refused(slug, error)
    texts = {one.item.id: one.item.text for one in found.items}
    return render_template("staff/questions.html", programme=of, found=found, texts=texts)


def _chosen(kinds: Sequence[Kind]) -> list[Kind]:
    """Return the few kinds that would help most, of views and of languages."""
    languages = [one for one in kinds if one.what == "language"][:LANGUAGES]
    views = [one for one in kinds if one.what != "language"][:VIEWS]
    return sorted([*languages, *views], key=lambda one: -one.pairs)


def who(kind: Kind, asked: Questionnaire) -> str:
    """Say in plain words which people a kind is."""
    if kind.what == "language":
        locale = Locale.parse(kind.which, sep="-")
        name = locale.get_display_name(get_locale()) or kind.which
        return str(gettext("people who can talk in %(language)s", language=name))
    item = next(one for one in asked.items if one.id == kind.what)
    pole = ""
    if item.scale is not None:
        pole = item.scale.low if kind.which == "low" else item.scale.high
    return str(gettext("people who would say “%(pole)s” to: %(text)s", pole=pole, text=item.text))


def _letter(wanted: list[str], title: str, page: str) -> str:
    """Return a text a partner can send on."""
    lines = "\n".join(f"- {words}" for words in wanted)
    return str(
        gettext(
            "In %(title)s people who see things differently talk with each other. Some are waiting "
            "for somebody to talk with. What would help most now:\n\n%(lines)s\n\nWhoever would "
            "like to take part is welcome, whatever they think: %(page)s",
            title=title,
            lines=lines,
            page=page,
        )
    )


def _refused(slug: str, error: BadInput) -> ResponseReturnValue:
    flash(_("This cannot be worked out. %(why)s", why=str(error)), "error")
    return redirect(url_for("rounds.listed", slug=slug))


def _aside(*given: object) -> matcher.Round:
    return cast(matcher.Round, gevent.get_hub().threadpool.apply(matcher.pair, given))
