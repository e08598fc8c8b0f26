"""What an address of a staff page names, or 404."""

from flask import abort

import models
from services.staff import programmes
from web.context import session


def programme(slug: str) -> models.Programme:
    """Return the programme called *slug*; absent answers 404."""
    try:
        return programmes.find(session(), slug)
    except programmes.NoSuchProgramme:
        abort(404)
