"""Signs that a room needs somebody, each with a value and a plain reason, in an ordered need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal, TypeAlias

from conversation import signs
from conversation.events import SEATS
from conversation.health import MINUTE, PACE_MINUTES, Health
from conversation.state import CLOSED, TALKING, Room

Level: TypeAlias = Literal["now", "soon", "calm"]

NOW: Final = "now"
SOON: Final = "soon"
CALM: Final = "calm"
LEVELS: Final[tuple[Level, ...]] = (NOW, SOON, CALM)

ASKED: Final = "asked"  # somebody said so
ACTS: Final = "acts"  # which buttons were pressed, and when
CLOCK: Final = "clock"
LINK: Final = "connection"
LANGUAGE: Final = "language"  # marks counted when a message was sent
SOURCES: Final = (ASKED, ACTS, CLOCK, LINK, LANGUAGE)


def N_(text: str) -> str:
    """Mark a text for translation; the entry points translate it and fill in its values."""
    return text


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. `value` is in the unit of `Rule.unit`; `reason` takes `values` (who is a seat).

    `source` says what it was read from: one of `SOURCES`.
    """

    name: str
    value: float
    level: Level
    reason: str
    values: Mapping[str, str | int]
    source: str


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


@dataclass(frozen=True, slots=True)
class Rule:
    """How one signal is found: its value, from where it is "soon" and "now", and its words."""

    name: str
    unit: str
    source: str
    find: Callable[[Room, Health, datetime], signs.Found]
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
            found.append(Signal(rule.name, value, level, rule.reason, values, rule.source))
    return tuple(sorted(found, key=lambda sign: LEVELS.index(sign.level)))


def need(room: Room, health: Health, now: datetime) -> Need:
    """Return how much the room needs somebody at `now`, and why."""
    found = signals(room, health, now)
    return Need(found[0].level if found else CALM, found)


# In order of weight. Minutes, shares and ratios are compared with `soon` and `now`.
RULES: Final = (
    Rule("report", "reports", ASKED, signs.report, 1, 1, N_("A report was made")),
    Rule(
        "help", "minutes", ASKED, signs.help, 0, 0, N_("%(who)s asked for help %(minutes)d min ago")
    ),
    Rule(
        "called",
        "minutes",
        ASKED,
        signs.called,
        0,
        0,
        N_("%(by)s asks for a colleague, %(minutes)d min ago"),
    ),
    Rule(
        "away", "minutes", LINK, signs.away, 1, 3, N_("%(who)s has been away for %(minutes)d min")
    ),
    Rule(
        "heat",
        "marks",
        LANGUAGE,
        signs.heat,
        4,
        8,
        N_("%(who)s: %(accusing)d accusing and %(hostile)d hostile phrases in 10 min"),
    ),
    Rule(
        "paused",
        "minutes",
        ACTS,
        signs.paused,
        1,
        4,
        N_("Paused for %(minutes)d min, %(times)d in all"),
    ),
    Rule(
        "not_quite",
        "times",
        ACTS,
        signs.not_quite,
        3,
        5,
        N_("“Not quite” %(times)d times in a row"),
    ),
    Rule(
        "contact", "times", LANGUAGE, signs.contact, 1, NEVER, N_("%(who)s offered contact details")
    ),
    Rule(
        "silence",
        "minutes",
        CLOCK,
        signs.silence,
        4,
        8,
        N_("Silent for %(minutes)d min, both are here"),
    ),
    Rule(
        "drops",
        "times",
        LINK,
        signs.drops,
        3,
        NEVER,
        N_("%(who)s lost the connection %(times)d times"),
    ),
    Rule(
        "share",
        "share",
        ACTS,
        signs.share,
        0.85,
        NEVER,
        N_("%(who)s writes %(percent)d of 100 words"),
    ),
    Rule(
        "unheard",
        "words",
        LANGUAGE,
        signs.unheard,
        150,
        NEVER,
        N_("No question or sign of listening in %(words)d words"),
    ),
    Rule(
        "overrun",
        "ratio",
        CLOCK,
        signs.overrun,
        1.4,
        NEVER,
        N_("%(minutes)d of %(planned)d min in this step"),
    ),
    Rule(
        "pace",
        "ratio",
        CLOCK,
        signs.pace,
        5,
        NEVER,
        N_("%(later)d messages in 5 min, %(earlier)d before"),
    ),
)
_SOON: Final = {rule.name: rule.soon for rule in RULES}
_RANK: Final = {rule.name: rank for rank, rule in enumerate(RULES)}


def next_look(room: Room, health: Health, now: datetime) -> datetime | None:
    """Return when time alone may next change the need of a room; None if it cannot.

    Every sign that grows does so at whole minutes after something in the log; a sign over the
    last minutes changes when a message leaves them. So a room is looked at again a few times for
    what happened in it, and never because others exist.
    """
    if room.status == CLOSED:
        return None
    half = PACE_MINUTES // 2
    times = [_next_minute(start, quiet, now) for start, quiet in _growing(room, health)]
    for one in health.recent:
        times += [at for left in (half, PACE_MINUTES) if (at := one.at + left * MINUTE) > now]
    return min(times, default=None)


def _growing(room: Room, health: Health) -> list[tuple[datetime, float]]:
    """Return since when each sign grows, and after how many minutes it is first told."""
    found = [(health.helped_at, 0.0), (health.called_at, 0.0)]
    found += [(health.of(seat).away_since, 0.0) for seat in SEATS]
    found.append((room.paused.at if room.paused else None, _SOON["paused"]))
    if room.status == TALKING:
        found.append((health.last_at or room.since, _SOON["silence"]))
        found.append((room.since, _SOON["overrun"] * room.minutes))
    return [(start, quiet) for start, quiet in found if start is not None]


def _next_minute(start: datetime, quiet: float, now: datetime) -> datetime:
    return start + max(ceil(quiet), signs.minutes_of(max(now - start, timedelta())) + 1) * MINUTE
