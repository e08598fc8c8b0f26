"""Guides and questionnaires written in the browser: checked line by line, seen beside."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from matcher.questionnaire import Item
from services.staff import manuscripts, proofreading
from services.staff.manuscripts import FOLDERS, QUESTIONNAIRE, Manuscript
from services.staff.proofreading import Proof
from web.access import only
from web.context import now, session

REFUSALS = {
    "problems": _l(
        "Something needs another look. What you typed is kept here; nothing was changed."
    ),
    "taken": _l(
        "There is another text of that name and language. Open that one to change it, or take a "
        "new name. What you typed is kept here; nothing was changed."
    ),
    "overtaken": _l(
        "Somebody kept another version meanwhile. Look at it below under “Versions”, then keep "
        "yours once more if it should take its place. What you typed is kept here."
    ),
}
pages = Blueprint("manuscripts", __name__, url_prefix="/staff/texts")
staff = only("staff", "admin")


@pages.get("")
@staff
def listed() -> ResponseReturnValue:
    """List the guides, and the questionnaires that pair people."""
    kinds = {kind: [_found(kind, *name) for name in _names(kind)] for kind in FOLDERS}
    return render_template("staff/manuscripts.html", kinds=kinds)


@pages.get("/<kind>/<slug>/<language>")
@staff
def show(kind: str, slug: str, language: str) -> ResponseReturnValue:
    """Show a text to change it; `?version=` begins with an older one."""
    current = _found(kind, slug, language)
    text, wanted = current.text, request.args.get("version", type=int)
    if wanted is not None:
        kept = manuscripts.versions(session(), kind, slug, language)
        text = next((one.text for one in kept if one.number == wanted), None) or abort(404)
    return _page(kind, current, text)


@pages.post("/<kind>/<slug>/<language>")
@staff
def save(kind: str, slug: str, language: str) -> ResponseReturnValue:
    """Keep a text as the next version, or say what is wrong; with `look`, only show it."""
    current, text = _found(kind, slug, language), _typed()
    proof = proofreading.read(session(), kind, text)
    if "look" in request.form:
        return _page(kind, current, text, proof)
    if proof.problems:
        return _page(kind, current, text, proof, REFUSALS["problems"]), 422
    name, tag = proof.name
    known = manuscripts.find(session(), kind, name, tag)
    taken = known is not None and known.language == tag
    if (name, tag) != (slug, language) and taken:
        return _page(kind, current, text, proof, REFUSALS["taken"]), 422
    if text == current.text:
        flash(_("Nothing is different, so nothing was changed."))
        return redirect(url_for("manuscripts.show", kind=kind, slug=name, language=tag))
    begun = request.form.get("number", 0, type=int) if taken else 0
    try:
        written = Manuscript(name, tag, text, begun)
        made = manuscripts.keep(session(), kind, written, now(), current_user.id)
    except manuscripts.Overtaken:
        session().rollback()
        return _page(kind, _found(kind, slug, language), text, proof, REFUSALS["overtaken"]), 422
    session().commit()
    flash(_("Kept as version %(number)s. It counts from now on.", number=made.number), "success")
    return redirect(url_for("manuscripts.show", kind=kind, slug=name, language=tag))


@pages.post("/<kind>/check")
@staff
def check(kind: str) -> ResponseReturnValue:
    """Say what is wrong with what is being typed, and show it; changes nothing."""
    if kind not in FOLDERS:
        abort(404)
    proof = proofreading.read(session(), kind, _typed())
    return render_template("staff/manuscript_seen.html", proof=proof, options_of=_options)


def _options(item: Item) -> list[tuple[str, str]]:
    """Return what people choose from, as options; nothing where they move a thermometer."""
    scale = item.scale
    if scale is None or item.kind == "background":
        return [(one, one) for one in item.options]
    points = [str(one) for one in range(int(scale.min), int(scale.max) + 1)]
    return list(zip(points, scale.labels or points, strict=True))


def _typed() -> str:
    return request.form.get("text", "").replace("\r\n", "\n")


def _names(kind: str) -> list[tuple[str, str]]:
    """Return the texts of a kind; the questions Earshot itself asks are files only."""
    known = manuscripts.names(session(), kind)
    if kind != QUESTIONNAIRE:
        return known
    return [one for one in known if _pairs(_found(kind, *one))]


def _pairs(found: Manuscript) -> bool:
    asked = proofreading.read(session(), QUESTIONNAIRE, found.text).asked
    return asked is not None and bool(asked.of("view"))


def _found(kind: str, slug: str, language: str) -> Manuscript:
    found = manuscripts.find(session(), kind, slug, language) if kind in FOLDERS else None
    if found is None or found.language != language:
        abort(404)
    return found


def _page(
    kind: str, current: Manuscript, text: str, proof: Proof | None = None, refused: object = ""
) -> str:
    return render_template(
        "staff/manuscript.html",
        kind=kind,
        current=current,
        text=text,
        proof=proof or proofreading.read(session(), kind, text),
        options_of=_options,
        refused=refused,
        versions=manuscripts.versions(session(), kind, current.slug, current.language),
    )
