"""A change of clocks ahead, in the reader's own zone."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import get_timezone

from services.pairing import slots
from web.context import now

AHEAD = 14  # days


@dataclass(frozen=True, slots=True)
class Change:
    """When clocks change, and what today's clock would say of a moment after that: `HH:mm`."""

    at: datetime
    otherwise: str


def before(moment: datetime) -> Change | None:
    """Return the change of clocks between now and *moment* in the next 14 days, or None."""
    zone = ZoneInfo(str(get_timezone()))
    found = slots.changes(zone.key, now(), AHEAD)
    if found is None or found[0] > moment:
        return None
    at, by = found
    return Change(at, f"{moment.astimezone(zone).replace(tzinfo=None) - by:%H:%M}")
