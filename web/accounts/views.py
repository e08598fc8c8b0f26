"""The one page of signing up that Flask-Security does not have."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.access import public

pages = Blueprint("accounts", __name__)


@pages.get("/sign-up/sent")
@public
def sent() -> ResponseReturnValue:
    """Say where to look next, the same for known and unknown addresses."""
    return render_template("accounts/sent.html")
