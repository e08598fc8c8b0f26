"""Programmes made, copied, changed and closed; every field checked as it is typed."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import models
from matcher.policy import Policy
from services.pairing import slots
from services.staff import editing, guides, programmes, questionnaires
from services.staff.editing import Content
from web.access import only
from web.context import now, session
from web.staff.found import programme

pages = Blueprint("editor", __name__, url_prefix="/staff")
staff = only("staff", "admin")
COUNTS = ("min_differences", "min_shared_values", "min_shared_topics", "best_differences")
FIRST = Content("", "first", "first", ["en"], "UTC")


@pages.get("/new")
@staff
def new() -> ResponseReturnValue:
    """Ask what a new programme is like; `?copy=` begins with what another one is."""
    copied = request.args.get("copy", "")
    wanted = editing.content(programme(copied)) if copied else FIRST
    return _form(wanted, {}, copied=copied)


@pages.post("/new")
@staff
def create() -> ResponseReturnValue:
    """Open a programme, or say what is wrong beside each field."""
    slug, copied = request.form.get("slug", "").strip(), request.args.get("copy", "")
    wanted = _typed(programme(copied) if copied else None)
    try:
        made = editing.create(session(), slug, wanted, now(), current_user.id)
    except editing.Unfit as error:
        return _form(wanted, error.problems, slug=slug, copied=copied), 422
    except (programmes.BadPlan, programmes.Taken) as error:
        session().rollback()
        return _form(wanted, {"slug": str(error)}, slug=slug, copied=copied), 422
    session().commit()
    flash(_("The programme is open. Look at its own page, then invite people."), "success")
    return redirect(url_for("editor.show", slug=made.slug))


@pages.post("/check")
@staff
def check() -> ResponseReturnValue:
    """Say what is wrong with what is being typed, by field; changes nothing."""
    return jsonify(editing.problems(session(), _typed()))


@pages.get("/programmes/<slug>/settings")
@staff
def show(slug: str) -> ResponseReturnValue:
    """Show what a programme is like, to change it, and its versions."""
    of = programme(slug)
    return _form(editing.content(of), {}, of=of)


@pages.post("/programmes/<slug>/settings")
@staff
def save(slug: str) -> ResponseReturnValue:
    """Keep a new version; what has been arranged stays as it was."""
    of = programme(slug)
    wanted = _typed(of)
    try:
        made = editing.change(session(), of, wanted, now(), current_user.id)
    except editing.Unfit as error:
        session().rollback()
        return _form(wanted, error.problems, of=programme(slug)), 422
    session().commit()
    if made is None:
        flash(_("Nothing is different, so nothing was changed."))
    else:
        flash(
            _("Kept as version %(number)s. It counts from now on.", number=made.number), "success"
        )
    return redirect(url_for("editor.show", slug=slug))


@pages.post("/programmes/<slug>/close")
@staff
def close(slug: str) -> ResponseReturnValue:
    """End a programme."""
    editing.close(session(), programme(slug), now(), current_user.id)
    session().commit()
    flash(
        _("The programme is over. What is arranged takes place; nobody joins any more."), "success"
    )
    return redirect(url_for("editor.show", slug=slug))


def _typed(before: models.Programme | None = None) -> Content:
    """Return what was typed; what of a policy the form does not ask stays as it was *before*."""
    form = request.form
    kept = before.policy if before else {}
    policy: dict[str, Any] = {key: value for key, value in kept.items() if key not in COUNTS}
    policy |= {name: _number(form[name]) for name in COUNTS if form.get(name)}
    return Content(
        title=form.get("title", "").strip(),
        guide=form.get("guide", ""),
        questionnaire=form.get("questionnaire", ""),
        languages=form.get("languages", "").replace(",", " ").split(),
        zone=form.get("zone", ""),
        topics=[line.strip() for line in form.get("topics", "").splitlines() if line.strip()],
        policy=policy,
        lead=form.get("lead", "").strip(),
        accent=form.get("accent", "").strip().lower(),
        hints="hints" in form,
        terms=form.get("terms", "").strip().replace("\r\n", "\n"),
    )


def _number(text: str) -> int | str:
    """Return the number that was typed; what is none is said to be none by the policy."""
    return int(text) if text.isascii() and text.isdigit() else text


def _form(
    wanted: Content,
    problems: dict[str, str],
    *,
    of: models.Programme | None = None,
    slug: str = "",
    copied: str = "",
) -> str:
    return render_template(
        "staff/editor.html",
        wanted=wanted,
        problems=problems,
        programme=of,
        slug=slug,
        copied=copied,
        counts=COUNTS,
        usual=Policy(),
        guides=guides.slugs(session()),
        questionnaires=questionnaires.slugs(session()),
        zones=slots.zones(),
        versions=editing.versions(session(), of) if of else [],
    )
