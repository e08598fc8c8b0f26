"""How each sign that a room needs somebody is found, from its state, its counts and the time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from conversation.events import SEATS
from conversation.health import MINUTE, PACE_MINUTES, Health
from conversation.health import pace as pace_of
from conversation.state import PAUSED, TALKING, Room

ENOUGH_WORDS: Final = 80  # below this a share of words says nothing
UNHEARD_MESSAGES: Final = 8  # fewer say nothing about whether anybody listens

Found: TypeAlias = "tuple[float, Mapping[str, str | int]] | None"


def minutes_of(span: timedelta) -> int:
    """Return a span in whole minutes."""
    return int(span / timedelta(minutes=1))


def report(room: Room, health: Health, now: datetime) -> Found:
    """Weigh that a report was made."""
    return (1.0, {}) if health.reported else None


def help(room: Room, health: Health, now: datetime) -> Found:
    """Weigh for how long help was asked for and nobody came."""
    if health.helped_at is None or room.facilitator is not None:
        return None
    minutes = minutes_of(now - health.helped_at)
    return float(minutes), {"who": health.helped_by or "", "minutes": minutes}


def away(room: Room, health: Health, now: datetime) -> Found:
    """Weigh for how long one of them is away."""
    gone = [(since, seat) for seat in SEATS if (since := health.of(seat).away_since)]
    if not gone:
        return None
    since, seat = min(gone)
    drops = health.of(seat).drops
    # Somebody who keeps dropping needs a hand sooner than somebody who is away once.
    minutes = (now - since) / timedelta(minutes=1)
    return minutes + max(0, drops - 2), {"who": seat, "minutes": int(minutes), "drops": drops}


def paused(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how long the room stands."""
    if room.paused is None:
        return None
    minutes = minutes_of(now - room.paused.at)
    return float(minutes), {"minutes": minutes, "times": health.pauses}


def contact(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how often contact details were offered."""
    if not health.contacts:
        return None
    return float(health.contacts), {"who": health.contact_by or ""}


def not_quite(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how often in a row a say-back was not right."""
    if not health.not_quites:
        return None
    return float(health.not_quites), {"times": health.not_quites}


def silence(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how long nothing was done while both are here."""
    since = health.last_at or room.since
    if room.status != TALKING or since is None or room.present != frozenset(SEATS):
        return None
    minutes = minutes_of(now - since)
    return float(minutes), {"minutes": minutes}


def share(room: Room, health: Health, now: datetime) -> Found:
    """Weigh the larger share of the words."""
    words = {seat: health.of(seat).words for seat in SEATS}
    if sum(words.values()) < ENOUGH_WORDS:
        return None
    most = max(SEATS, key=lambda seat: words[seat])
    share = words[most] / sum(words.values())
    return share, {"who": most, "percent": round(100 * share)}


def overrun(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how far a step runs over its advice."""
    if room.since is None or room.status == PAUSED:
        return None
    minutes = minutes_of(now - room.since)
    if minutes <= room.minutes:
        return None
    return minutes / room.minutes, {"minutes": minutes, "planned": room.minutes}


def pace(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how the messages of five minutes fell against those before."""
    if room.since is None or not health.recent:
        return None
    half = PACE_MINUTES // 2
    counts = pace_of(health, now)
    earlier, later = sum(counts[:half]), sum(counts[half:])
    return earlier / max(later, 1), {"earlier": earlier, "later": later}


def drops(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how often one of them lost the connection."""
    most = max(SEATS, key=lambda seat: health.of(seat).drops)
    drops = health.of(most).drops
    return float(drops), {"who": most, "times": drops}


def heat(room: Room, health: Health, now: datetime) -> Found:
    """Weigh what one of them said of the other in ten minutes: hostile words count twice."""
    since = now - PACE_MINUTES * MINUTE
    found = []
    for seat in SEATS:
        spoken = [one for one in health.recent if one.seat == seat and one.at > since]
        accusing, hostile = sum(one.accusing for one in spoken), sum(one.hostile for one in spoken)
        found.append((accusing + 2 * hostile, seat, accusing, hostile))
    value, who, accusing, hostile = max(found)
    return float(value), {"who": who, "accusing": accusing, "hostile": hostile}


def unheard(room: Room, health: Health, now: datetime) -> Found:
    """Weigh how many words went by without a question or a sign of listening."""
    since = now - PACE_MINUTES * MINUTE
    spoken = [one for one in health.recent if one.at > since]
    if len(spoken) < UNHEARD_MESSAGES or any(one.heard != 0 for one in spoken):
        return None
    words = sum(one.words for one in spoken)
    return float(words), {"words": words}


def called(room: Room, health: Health, now: datetime) -> Found:
    """Weigh for how long a facilitator has asked for a colleague."""
    if health.called_at is None:
        return None
    minutes = minutes_of(now - health.called_at)
    return float(minutes), {"by": health.called_by or "", "minutes": minutes}
