"""How a room is doing: counts folded from the same log, and none of its words."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from conversation import language
from conversation.events import SEATS, SYSTEM, Data, Event
from conversation.frozen import changed
from conversation.language import CONTACT, QUESTIONS, WORDS, Counts, Lexicon
from conversation.state import Room

MINUTE: Final = timedelta(minutes=1)
PACE_MINUTES: Final = 10
MOST_RECENT: Final = 500  # messages that are kept: more than two people may send in that time
TURNS: Final = 32
WRITTEN: Final = frozenset({"say", "tell", "say_back", "write"})
LISTENING: Final = ("acknowledgement", "agreement")  # marks; with questions, signs of listening
TRIED: Final = frozenset(
    {"nudge", "note", "join", "extend", "move", "pause", "resume", "end", "call"}
)
ANSWERS: Final = frozenset({"join", "claim"})  # of a colleague who was called


class Share(NamedTuple):
    """What one seat has done, as counts."""

    words: int = 0
    drops: int = 0
    away_since: datetime | None = None


NOTHING_DONE: Final = Share()


class Spoken(NamedTuple):
    """One message as counts: who and when; words; accusing, hostile and listening marks.

    `heard` is None in a language whose marks are not counted.
    """

    seat: str
    at: datetime
    words: int
    accusing: int = 0
    hostile: int = 0
    heard: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One thing a facilitator did, without its words; the pair had written `words` by then.

    `sign` is what it was done upon, `gone_at` when that first went (`conversation/outcomes.py`).
    """

    type: str
    by: str
    at: datetime
    words: int = 0
    sign: str | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True)  # without slots, for `frozen.changed`
class Health:
    """The counts of one room. `older` and `newer` hold its last messages, in order."""

    a: Share = NOTHING_DONE
    b: Share = NOTHING_DONE
    last_at: datetime | None = None  # of the last thing the pair did
    older: tuple[Spoken, ...] = ()
    newer: tuple[Spoken, ...] = ()  # at most TURNS, so that one more costs no copy of them all
    not_quites: int = 0  # in a row
    pauses: int = 0
    contacts: int = 0
    contact_by: str | None = None
    helped_at: datetime | None = None
    helped_by: str | None = None
    called_at: datetime | None = None  # since when a facilitator asks for a colleague
    called_by: str | None = None
    reported: bool = False
    tried: tuple[Try, ...] = ()

    def of(self, seat: str) -> Share:
        """Return the counts of one seat."""
        return self.a if seat == "a" else self.b

    @property
    def recent(self) -> tuple[Spoken, ...]:
        """The messages of the ten minutes up to the last one, the oldest first."""
        return _trimmed(self.older + self.newer)


def measured(kind: str, data: Data, tongue: str) -> Counts | None:
    """Return the counts of an act's language (BCP 47 tag `tongue`), if it is a message."""
    if kind not in WRITTEN:
        return None
    return language.count(data["text"], language.lexicon(tongue))


def note(health: Health, event: Event, before: Room, after: Room) -> Health:
    """Return the health after `event`, which took the room from `before` to `after`."""
    if after.paused and not before.paused:
        health = replace(health, pauses=health.pauses + 1)
    if event.actor == SYSTEM:
        return _seat(health, event)
    if event.actor not in SEATS:
        return _tried(health, event)
    if event.type in WRITTEN:
        return _written(health, event, language.lexicon(before.guide.language))
    return _answered(replace(health, last_at=event.at), event)


def _tried(health: Health, event: Event) -> Health:
    by = event.data["by"]
    if event.type == "call":
        health = replace(health, called_at=event.at, called_by=by)
    elif event.type in ANSWERS and health.called_by != by:
        health = replace(health, called_at=None, called_by=None)
    if event.type not in TRIED:
        return health
    tried = Try(event.type, by, event.at, health.a.words + health.b.words)
    return replace(health, tried=(*health.tried, tried))


def _seat(health: Health, event: Event) -> Health:
    if event.type == "returned":
        share = health.of(event.data["seat"])._replace(away_since=None)
    elif event.type == "dropped":
        share = health.of(event.data["seat"])
        share = share._replace(drops=share.drops + 1, away_since=event.at)
    else:
        return health
    return _with(health, event.data["seat"], share)


def _written(health: Health, event: Event, lexicon: Lexicon) -> Health:
    counts = event.counts or language.count(event.data["text"], lexicon)
    words, drops, away_since = health.of(event.actor)
    share = Share(words + counts[WORDS], drops, away_since)
    noted: dict[str, Any] = {event.actor: share, "last_at": event.at}
    if counts[CONTACT]:
        noted |= {"contacts": health.contacts + 1, "contact_by": event.actor}
    newer = (*health.newer, _spoken(event, counts, lexicon))
    if len(newer) < TURNS:
        return changed(health, newer=newer, **noted)
    return changed(health, older=_trimmed(health.older + newer), newer=(), **noted)


def _trimmed(spoken: tuple[Spoken, ...]) -> tuple[Spoken, ...]:
    if not spoken:
        return ()
    since = spoken[-1].at - PACE_MINUTES * MINUTE
    old = bisect_right(spoken, since, key=attrgetter("at"))
    return spoken[max(old, len(spoken) - MOST_RECENT) :]


def _spoken(event: Event, counts: Counts, lexicon: Lexicon) -> Spoken:
    words = counts[WORDS]
    if not lexicon.marks:
        return Spoken(event.actor, event.at, words)
    accusing, hostile, acknowledging, agreeing = _places(lexicon.language)
    heard = counts[QUESTIONS] + counts[acknowledging] + counts[agreeing]
    return Spoken(event.actor, event.at, words, counts[accusing], counts[hostile], heard)


@cache
def _places(tongue: str) -> tuple[int, ...]:
    """Return where accusing, hostile and listening marks stand in the counts of a language."""
    names = [mark.name for mark in language.lexicon(tongue).marks]
    wanted = ("accusation", "hostility", *LISTENING)
    return tuple(language.FIRST_MARK + names.index(name) for name in wanted)


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


def pace(health: Health, now: datetime) -> list[int]:
    """Return the messages in each of the last ten minutes, the oldest minute first."""
    counts = [0] * PACE_MINUTES
    for one in health.recent:
        ago = int((now - one.at) / MINUTE)
        if 0 <= ago < PACE_MINUTES:
            counts[PACE_MINUTES - 1 - ago] += 1
    return counts
