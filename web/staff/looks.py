"""How a programme looks: its logo, and its own page as people would see it before it is kept."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

import models
from services.staff import accents, logos
from web.access import only
from web.context import now, session
from web.staff.found import programme

REFUSALS = {
    "large": _l("The file is larger than 512 kB. Nothing was changed; choose a smaller one."),
    "kind": _l("That is not a PNG picture. Nothing was changed; save the logo as PNG."),
    "pixels": _l("The picture has more than 2000 pixels on one side. Nothing was changed."),
    "broken": _l("The picture cannot be read, or nothing is on it. Nothing was changed."),
}
pages = Blueprint("looks", __name__, url_prefix="/staff")
staff = only("staff", "admin")


@pages.post("/programmes/<slug>/logo")
@staff
def logo(slug: str) -> ResponseReturnValue:
    """Take a logo, or take it away."""
    of, given = programme(slug), request.files.get("logo")
    content = None if "remove" in request.form else given.read() if given else b""
    if content == b"":
        flash(_("Choose a file first. Nothing was changed."), "error")
        return redirect(url_for("editor.show", slug=slug))
    try:
        logos.put(session(), of, content, now(), current_user.id)
    except logos.BadLogo as refused:
        session().rollback()
        flash(str(REFUSALS[refused.code]), "error")
        return redirect(url_for("editor.show", slug=slug))
    session().commit()
    flash(_("The logo is taken away.") if content is None else _("The logo is kept."), "success")
    return redirect(url_for("editor.show", slug=slug))


@pages.post("/look")
@staff
def page() -> ResponseReturnValue:
    """Show a programme's own page as what is typed would make it; keeps nothing."""
    accent = request.form.get("accent", "").strip().lower()
    fit = bool(accent) and accents.problem(accent) is None
    shown = models.Programme(
        slug=request.form.get("slug", ""),
        title=request.form.get("title", "").strip(),
        lead=request.form.get("lead", "").strip(),
        accent="",
        synthetic=False,
    )
    sheet = url_for("looks.sheet", accent=accent) if fit else ""
    return render_template(
        "programmes/show.html", programme=shown, over=False, seen=True, sheet=sheet
    )


@pages.get("/look.css")
@staff
def sheet() -> ResponseReturnValue:
    """Return a colour that is being tried as a style sheet."""
    accent = request.args.get("accent", "")
    if accents.problem(accent) is not None:
        abort(404)
    return Response(accents.sheet(accent), content_type="text/css; charset=utf-8")
