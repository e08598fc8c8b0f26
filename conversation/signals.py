"""Signs that a room needs somebody, each with a value and a plain reason, in an ordered need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from conversation.events import SEATS
from conversation.health import PACE_MINUTES, Health, pace
from conversation.state import CLOSED, PAUSED, TALKING, Room

Level: TypeAlias = Literal["now", "soon", "calm"]

NOW: Final = "now"
SOON: Final = "soon"
CALM: Final = "calm"
LEVELS: Final[tuple[Level, ...]] = (NOW, SOON, CALM)

ENOUGH_WORDS: Final = 80  # below this a share of words says nothing


def N_(text: str) -> str:
    """Mark a text for translation; the entry points translate it and fill in its values."""
    return text


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. `value` is in the unit of `Rule.unit`; `reason` takes `values` (who is a seat)."""

    name: str
    value: float
    level: Level
    reason: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Need:
    """Why a room should be looked at: its level and its signals, the weightiest first."""

    level: Level
    signals: tuple[Signal, ...]

    @property
    def order(self) -> tuple[int, int, float]:
        """A key that sorts rooms: level, then the first signal's rank, then its value."""
        if not self.signals:
            return LEVELS.index(self.level), len(RULES), 0.0
        first = self.signals[0]
        return LEVELS.index(self.level), _RANK[first.name], -first.value


Found: TypeAlias = "tuple[float, Mapping[str, str | int]] | None"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one signal is found: its value, from where it is "soon" and "now", and its words."""

    name: str
    unit: str
    find: Callable[[Room, Health, datetime], Found]
    soon: float
    now: float
    reason: str


NEVER: Final = float("inf")


def signals(room: Room, health: Health, now: datetime) -> tuple[Signal, ...]:
    """Return the signs that weigh at `now`, the weightiest first; none once the room is closed.

    A report is the exception: it stays after closing.
    """
    found = []
    for rule in RULES:
        seen = rule.find(room, health, now)
        if seen is None or (room.status == CLOSED and rule.name != "report"):
            continue
        value, values = seen
        if value >= rule.soon:
            level: Level = NOW if value >= rule.now else SOON
            found.append(Signal(rule.name, value, level, rule.reason, values))
    return tuple(sorted(found, key=lambda sign: LEVELS.index(sign.level)))


def need(room: Room, health: Health, now: datetime) -> Need:
    """Return how much the room needs somebody at `now`, and why."""
    found = signals(room, health, now)
    return Need(found[0].level if found else CALM, found)


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def _report(room: Room, health: Health, now: datetime) -> Found:
    return (1.0, {}) if health.reported else None


def _help(room: Room, health: Health, now: datetime) -> Found:
    if health.helped_at is None or room.facilitator is not None:
        return None
    minutes = _minutes(now - health.helped_at)
    return float(minutes), {"who": health.helped_by or "", "minutes": minutes}


def _away(room: Room, health: Health, now: datetime) -> Found:
    gone = [(since, seat) for seat in SEATS if (since := health.of(seat).away_since)]
    if not gone:
        return None
    since, seat = min(gone)
    drops = health.of(seat).drops
    # Somebody who keeps dropping needs a hand sooner than somebody who is away once.
    minutes = (now - since) / timedelta(minutes=1)
    return minutes + max(0, drops - 2), {"who": seat, "minutes": int(minutes), "drops": drops}


def _paused(room: Room, health: Health, now: datetime) -> Found:
    if room.paused is None:
        return None
    minutes = _minutes(now - room.paused.at)
    return float(minutes), {"minutes": minutes, "times": health.pauses}


def _contact(room: Room, health: Health, now: datetime) -> Found:
    if not health.contacts:
        return None
    return float(health.contacts), {"who": health.contact_by or ""}


def _not_quite(room: Room, health: Health, now: datetime) -> Found:
    if not health.not_quites:
        return None
    return float(health.not_quites), {"times": health.not_quites}


def _silence(room: Room, health: Health, now: datetime) -> Found:
    since = health.last_at or room.since
    if room.status != TALKING or since is None or room.present != frozenset(SEATS):
        return None
    minutes = _minutes(now - since)
    return float(minutes), {"minutes": minutes}


def _share(room: Room, health: Health, now: datetime) -> Found:
    words = {seat: health.of(seat).words for seat in SEATS}
    if sum(words.values()) < ENOUGH_WORDS:
        return None
    most = max(SEATS, key=lambda seat: words[seat])
    share = words[most] / sum(words.values())
    return share, {"who": most, "percent": round(100 * share)}


def _overrun(room: Room, health: Health, now: datetime) -> Found:
    if room.since is None or room.status == PAUSED:
        return None
    minutes = _minutes(now - room.since)
    if minutes <= room.minutes:
        return None
    return minutes / room.minutes, {"minutes": minutes, "planned": room.minutes}


def _pace(room: Room, health: Health, now: datetime) -> Found:
    if room.since is None or not health.recent:
        return None
    half = PACE_MINUTES // 2
    counts = pace(health, now)
    earlier, later = sum(counts[:half]), sum(counts[half:])
    return earlier / max(later, 1), {"earlier": earlier, "later": later}


# In order of weight. Minutes, shares and ratios are compared with `soon` and `now`.
RULES: Final = (
    Rule("report", "reports", _report, 1, 1, N_("A report was made")),
    Rule("help", "minutes", _help, 0, 0, N_("%(who)s asked for help %(minutes)d min ago")),
    Rule("away", "minutes", _away, 1, 3, N_("%(who)s has been away for %(minutes)d min")),
    Rule("paused", "minutes", _paused, 1, 4, N_("Paused for %(minutes)d min, %(times)d in all")),
    Rule("not_quite", "times", _not_quite, 3, 5, N_("“Not quite” %(times)d times in a row")),
    Rule("contact", "times", _contact, 1, NEVER, N_("%(who)s offered contact details")),
    Rule("silence", "minutes", _silence, 4, 8, N_("Silent for %(minutes)d min, both are here")),
    Rule("share", "share", _share, 0.85, NEVER, N_("%(who)s writes %(percent)d of 100 words")),
    Rule(
        "overrun", "ratio", _overrun, 1.4, NEVER, N_("%(minutes)d of %(planned)d min in this step")
    ),
    Rule("pace", "ratio", _pace, 5, NEVER, N_("%(later)d messages in 5 min, %(earlier)d before")),
)
_RANK: Final = {rule.name: rank for rank, rule in enumerate(RULES)}
