"""People of a programme: lists that are checked and taken in, invitations, and finding somebody."""

import gevent
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

import models
from services.staff import guests, imports, lists, sheets
from web.access import only
from web.context import here, now, session
from web.staff.found import programme

pages = Blueprint("people", __name__, url_prefix="/staff/programmes/<slug>/people")
staff = only("staff", "admin")


@pages.get("")
@staff
def show(slug: str) -> ResponseReturnValue:
    """Show how far the invitations are, the lists, and whom a search found."""
    of = programme(slug)
    words = request.args.get("q", "").strip()
    found = guests.search(session(), of, words) if words else None
    listed = session().scalars(
        select(models.GuestList)
        .where(models.GuestList.programme_id == of.id)
        .order_by(models.GuestList.id.desc())
        .limit(20)
    )
    progress = guests.progress(session(), of)
    return render_template(
        "staff/people.html",
        programme=of,
        progress=progress,
        lists=listed.all(),
        words=words,
        found=found,
        columns=lists.COLUMNS,
    )


@pages.post("")
@staff
def upload(slug: str) -> ResponseReturnValue:
    """Check a file line by line and show what taking it in would do."""
    of, file = programme(slug), request.files.get("file")
    data = file.read(sheets.LARGEST + 1) if file else b""
    if not file or not file.filename:
        flash(_("Choose a file first. Nothing was changed."), "error")
        return redirect(url_for("people.show", slug=slug))
    reading = (file.filename, data, of, here().secrets)
    found = gevent.get_hub().threadpool.apply(lists.read, reading)
    found = imports.compare(session(), of, found)
    kept = imports.keep(session(), of, found, now(), current_user.id)
    session().commit()
    return redirect(url_for("people.look", slug=slug, number=kept.id))


@pages.get("/lists/<int:number>")
@staff
def look(slug: str, number: int) -> ResponseReturnValue:
    """Show a list: what would happen, how far it is, or what has happened."""
    of, kept = programme(slug), _list(slug, number)
    return render_template("staff/list.html", programme=of, list=kept, report=kept.report)


@pages.post("/lists/<int:number>")
@staff
def decide(slug: str, number: int) -> ResponseReturnValue:
    """Take a checked list in, or throw it away."""
    kept = _list(slug, number)
    if "discard" in request.form:
        imports.discard(session(), kept)
        session().commit()
        flash(_("Thrown away. Nobody was taken in."))
        return redirect(url_for("people.show", slug=slug))
    try:
        imports.confirm(session(), kept, now())
    except imports.NotWhole:
        flash(_("There is something wrong with this list. Nothing was taken in."), "error")
    session().commit()
    return redirect(url_for("people.look", slug=slug, number=number))


@pages.post("/invite")
@staff
def invite(slug: str) -> ResponseReturnValue:
    """Have every guest invited who was not yet."""
    asked = guests.ask_all(session(), programme(slug), now(), f"account:{current_user.id}")
    session().commit()
    if asked:
        flash(_("The letters are being written. This page says how far it is."), "success")
    else:
        flash(_("Everybody who can be invited has been. Nothing was sent."))
    return redirect(url_for("people.show", slug=slug))


def _list(slug: str, number: int) -> models.GuestList:
    found = session().get(models.GuestList, number)
    if found is None or found.programme_id != programme(slug).id:
        abort(404)
    return found
