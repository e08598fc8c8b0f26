"""Moments that a form sent: hours ticked, and hours typed on a clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request


def read(text: str) -> datetime | None:
    """Return the moment that was written with its zone; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def ticked() -> list[datetime]:
    """Return the hours of the form that are moments with a zone; others are none we offered."""
    found = map(read, request.form.getlist("hours"))
    return [one for one in found if one is not None]


def typed(name: str, zone: ZoneInfo) -> datetime:
    """Return the form's day at the time under *name*, on the clock of *zone*; or ValueError."""
    day, time = request.form.get("day", ""), request.form.get(name, "")
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=zone)


def span(zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return `from` and `until`; an end that is not after the beginning is on the next day."""
    begins, ends = typed("from", zone), typed("until", zone)
    return begins, ends if ends > begins else ends + timedelta(days=1)
