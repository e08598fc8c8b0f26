"""How a room is doing: counts folded from the same log, and none of its words."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from conversation.events import SEATS, SYSTEM, Event
from conversation.state import Room

MINUTE: Final = timedelta(minutes=1)
PACE_MINUTES: Final = 10
WRITTEN: Final = frozenset({"say", "tell", "say_back"})
TRIED: Final = frozenset({"nudge", "note", "join", "extend", "move", "pause", "resume", "end"})

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w{2,}"  # a mail address
    r"|(?<!\w)@\w{3,}"  # a handle
    r"|(?:https?://|www\.)\S+"  # an address on the web
    r"|(?<![\w.,:/-])\+?\d(?:[\s().-]{0,2}\d){7,}(?!\w)"  # a telephone number
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one seat has done, as counts."""

    words: int = 0
    drops: int = 0
    away_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One thing a facilitator did, without its words."""

    type: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """The counts of one room. `recent` holds the times of the last ten minutes' messages."""

    a: Share = Share()
    b: Share = Share()
    last_at: datetime | None = None  # of the last thing the pair did
    recent: tuple[datetime, ...] = ()
    not_quites: int = 0  # in a row
    pauses: int = 0
    contacts: int = 0
    contact_by: str | None = None
    helped_at: datetime | None = None
    helped_by: str | None = None
    reported: bool = False
    tried: tuple[Try, ...] = ()

    def of(self, seat: str) -> Share:
        """Return the counts of one seat."""
        return self.a if seat == "a" else self.b


def note(health: Health, event: Event, before: Room, after: Room) -> Health:
    """Return the health after `event`, which took the room from `before` to `after`."""
    if after.paused and not before.paused:
        health = replace(health, pauses=health.pauses + 1)
    if event.actor == SYSTEM:
        return _seat(health, event)
    if event.actor not in SEATS:
        return replace(health, tried=(*health.tried, Try(event.type, event.data["by"], event.at)))
    health = replace(health, last_at=event.at)
    if event.type in WRITTEN:
        return _written(health, event)
    return _answered(health, event)


def _seat(health: Health, event: Event) -> Health:
    if event.type == "returned":
        share = replace(health.of(event.data["seat"]), away_since=None)
    elif event.type == "dropped":
        share = health.of(event.data["seat"])
        share = replace(share, drops=share.drops + 1, away_since=event.at)
    else:
        return health
    return _with(health, event.data["seat"], share)


def _written(health: Health, event: Event) -> Health:
    text = event.data["text"]
    share = health.of(event.actor)
    health = _with(health, event.actor, replace(share, words=share.words + count_words(text)))
    since = event.at - PACE_MINUTES * MINUTE
    recent = (*(at for at in health.recent if at > since), event.at)
    if offers_contact(text):
        health = replace(health, contacts=health.contacts + 1, contact_by=event.actor)
    return replace(health, recent=recent)


def _answered(health: Health, event: Event) -> Health:
    match event.type:
        case "not_quite":
            return replace(health, not_quites=health.not_quites + 1)
        case "confirm":
            return replace(health, not_quites=0)
        case "help":
            return replace(health, helped_at=event.at, helped_by=event.actor)
        case "report":
            return replace(health, reported=True)
        case _:
            return health


def _with(health: Health, seat: str, share: Share) -> Health:
    return replace(health, a=share) if seat == "a" else replace(health, b=share)


def count_words(text: str) -> int:
    """Return the number of words in `text`."""
    return sum(1 for _ in _WORD.finditer(text))


def offers_contact(text: str) -> bool:
    """Return whether `text` seems to hold a mail address, handle, link or telephone number."""
    return _CONTACT.search(text) is not None


def pace(health: Health, now: datetime) -> list[int]:
    """Return the messages in each of the last ten minutes, the oldest minute first."""
    counts = [0] * PACE_MINUTES
    for at in health.recent:
        ago = int((now - at) / MINUTE)
        if 0 <= ago < PACE_MINUTES:
            counts[PACE_MINUTES - 1 - ago] += 1
    return counts
