"""What can happen in a room: the event, and the schema each type of act must keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from conversation.fields import (
    Refused,
    Schema,
    check_keys,
    choice,
    differences,
    flag,
    number,
    numbers,
    text,
)

Seat: TypeAlias = Literal["a", "b"]
Data: TypeAlias = Mapping[str, Any]

SEATS: tuple[Seat, Seat] = ("a", "b")
FACILITATOR = "facilitator"
SYSTEM = "system"

LONGEST_LINE = 280  # characters of the line to remember
LONGEST_PART = 400  # characters of one part of a commitment
LONGEST_NAME = 80
MOST_VALUES = 50
MOST_ATTACHED = 50
MOST_MINUTES = 30
LAST_SEQ = 2**31 - 1

REASONS = ("threat", "hate", "harassment", "sexual", "private-details", "minor", "other")


class Event(NamedTuple):
    """One thing that happened. `seq` counts from 1 without gaps; `at` is aware UTC.

    `counts` are those of a message's language (`conversation/language.py`), made at sending.
    """

    seq: int
    at: datetime
    type: str
    actor: str
    data: Data
    counts: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event caused; the outside tells it to the pair or acts on it."""

    type: str
    data: Data


def other(seat: str) -> Seat:
    """Return the seat across from `seat`."""
    return "b" if seat == "a" else "a"


PARTICIPANT: Mapping[str, Schema] = {
    "say": {"text": text()},
    "tell": {"text": text()},
    "say_back": {"text": text()},
    "confirm": {"of": number(1, LAST_SEQ)},
    "not_quite": {"of": number(1, LAST_SEQ), "text": text(optional=True)},
    "pass": {},
    "tick": {"values": numbers(MOST_VALUES, MOST_VALUES - 1)},
    "write": {"text": text(LONGEST_PART)},
    "sign": {"of": number(1, LAST_SEQ)},
    "reflect": {"line": text(LONGEST_LINE, 0), "again": flag()},
    "ready": {},
    "unready": {},
    "pause": {},
    "resume": {},
    "extend": {"minutes": number(1, MOST_MINUTES)},
    "help": {"show": flag()},
    "allow": {"show": flag()},
    "leave": {},
    "report": {
        "reason": choice(*REASONS),
        "attach": numbers(MOST_ATTACHED, LAST_SEQ),
        "text": text(optional=True),
    },
}
_BY = text(LONGEST_NAME)
STAFF: Mapping[str, Schema] = {
    "nudge": {"by": _BY, "text": text()},
    "note": {"by": _BY, "text": text(), "to": choice(*SEATS)},
    "join": {"by": _BY},
    "extend": {"by": _BY, "minutes": number(1, MOST_MINUTES)},
    "move": {"by": _BY},
    "pause": {"by": _BY},
    "resume": {"by": _BY},
    "end": {"by": _BY},
    "claim": {"by": _BY},
    "release": {"by": _BY},
    "call": {"by": _BY},
    "look": {"by": _BY},
}
MACHINE: Mapping[str, Schema] = {
    "opened": {"pause_word": text(LONGEST_NAME), "difference": differences()},
    "returned": {"seat": choice(*SEATS)},
    "dropped": {"seat": choice(*SEATS)},
    "timeout": {},
    "end": {},  # for a reason that is nobody's to know in the room
    "duty": {"by": text(LONGEST_NAME, optional=True)},  # nobody is on duty without a name
}
SCHEMAS: Mapping[str, Mapping[str, Schema]] = {
    "a": PARTICIPANT,
    "b": PARTICIPANT,
    FACILITATOR: STAFF,
    SYSTEM: MACHINE,
}


def check(type: str, data: Any, actor: str = "a") -> None:
    """Raise Refused, saying which rule, unless `data` fits the schema of this actor's `type`."""
    schema = SCHEMAS[actor].get(type) if isinstance(type, str) else None
    if schema is None:
        raise Refused("unknown_type", "There is no such act.")
    if not isinstance(data, dict):
        raise Refused("wrong_type", "data must be an object.")
    check_keys(data, schema)
