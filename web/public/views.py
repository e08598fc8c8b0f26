"""Landing and pledge."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.access import public

pages = Blueprint("public", __name__)


@pages.get("/")
@public
def landing() -> ResponseReturnValue:
    """Say what happens in a conversation."""
    return render_template("public/landing.html")
