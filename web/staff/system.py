"""How Earshot is: on a page for staff, and in numbers for a machine that watches."""

import hmac

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from services.site import condition
from services.site.config import is_loopback
from web.access import only, public
from web.context import here, now, session

pages = Blueprint("system", __name__)
staff = only("staff", "admin")
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@pages.get("/staff/system")
@staff
def show() -> ResponseReturnValue:
    """Show jobs, mail, rooms, database and what is kept until when."""
    found = condition.look(session(), here().config, now())
    return render_template("staff/system.html", found=found, config=here().config)


@pages.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Hand out counts and moments, to this machine itself or with the token; no personal data."""
    if not _may_watch():
        abort(404)
    text = condition.metrics(session(), here().config, now())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_watch() -> bool:
    """Whether who asks has the token, or is on this machine with no proxy between."""
    token = here().secrets.derive("metrics").hex()
    given = request.headers.get("Authorization", "")
    if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    passed_on = any(name in request.headers for name in FORWARDED)
    return is_loopback(request.remote_addr or "") and not passed_on
