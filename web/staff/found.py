"""What an address of a staff page names, or 404."""

from flask import abort

import models
from disclosure.period import Month
from services.figures import releases
from services.staff import programmes
from web.context import session


def programme(slug: str) -> models.Programme:
    """Return the programme called *slug*; absent answers 404."""
    try:
        return programmes.find(session(), slug)
    except programmes.NoSuchProgramme:
        abort(404)


def month(text: str) -> Month:
    """Return the month called *text*, as 2026-10; anything else answers 404."""
    try:
        return releases.read_month(text)
    except releases.ReleaseError:
        abort(404)
