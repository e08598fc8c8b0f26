"""Extracts for research: rows for the partner of a signed agreement, each noted in the log."""

from io import BytesIO
from secrets import token_bytes
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

import models
from services.figures import extracts
from services.figures.extracts import Extract
from web import downloads
from web.access import only
from web.context import now, session
from web.staff.found import programme

LONGEST = 120
pages = Blueprint("extracts", __name__, url_prefix="/staff/programmes/<slug>/extracts")
staff = only("staff", "admin")


@pages.get("")
@staff
def show(slug: str) -> ResponseReturnValue:
    """Say what an extract holds and what it needs, and list those there were."""
    return _page(programme(slug))


@pages.post("")
@staff
def make(slug: str) -> ResponseReturnValue:
    """Hand out an extract made now; it is kept nowhere, only its mark is."""
    of, agreement = programme(slug), request.form.get("agreement", "").strip()
    if not agreement or len(agreement) > LONGEST or "signed" not in request.form:
        refused = _("Name the agreement, and say that it is signed. Nothing was made.")
        return _page(of, refused), 422
    actor = f"account:{current_user.id}"
    try:
        made = extracts.make(session(), of, agreement, token_bytes(32), now(), actor=actor)
    except extracts.NobodyLeft:
        session().rollback()
        return _page(of, _too_few()), 422
    session().commit()
    return downloads.answer(f"{of.slug}-extract-{made.mark[:8]}.zip", _packed(made))


def _too_few() -> str:
    said: str = _(
        "Fewer than %(count)s people who agreed to research are alike, so nothing can be handed "
        "on. Nothing was made.",
        count=extracts.FEWEST,
    )
    return said


def _packed(made: Extract) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        archive.writestr("extract.csv", made.table)
        archive.writestr("extract.json", made.codebook)
    return held.getvalue()


def _page(of: models.Programme, refused: str = "") -> str:
    return render_template(
        "staff/extracts.html",
        programme=of,
        willing=extracts.willing(session(), of),
        fewest=extracts.FEWEST,
        before=extracts.made_before(session(), of),
        refused=refused,
        typed=request.form.get("agreement", ""),
        longest=LONGEST,
    )
