"""What a room is played with: the act, the entry it becomes, and the room in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from conversation.events import Effect, Event
from conversation.fields import Refused
from conversation.health import Health
from conversation.state import Room
from services.site.crypto import Cipher

Also = Callable[[Session], None]


class Act(NamedTuple):
    """Something a seat, a facilitator or the system wants to do. `id` makes a resend harmless."""

    actor: str
    type: str
    data: Any
    id: str | None = None
    sender: tuple[int, str] | None = None  # account and login that must hold when it is stored


class Entry(NamedTuple):
    """One committed event of a room, with what it caused and how it changed the room."""

    event: Event
    effects: tuple[Effect, ...]
    act_id: str | None = None


@dataclass(slots=True, eq=False)
class Pending:
    """An act that is folded but not yet committed; `also` is stored in the same commit."""

    live: "Live"
    entry: Entry
    act_hash: bytes | None
    before: Room
    after: Room
    also: Also | None = None
    sender: tuple[int, str] | None = None


@dataclass(slots=True, eq=False)
class Live:
    """A room in memory: the fold of its stored log. The log is the truth, this is a copy.

    `log` holds the newest entries and `acts` those of their acts (`recall.py`); all of them
    where the room is `whole`. `older` has the hash of the id of each act that was let go of.
    """

    conversation_id: int
    token: str
    key: bytes = field(repr=False)
    cipher: Cipher = field(repr=False)
    names: dict[str, str]
    seats: dict[int, str]  # account id -> seat
    participants: dict[str, int]  # seat -> participant id
    scheduled_at: datetime
    room: Room
    tip: Room
    health: Health = field(default_factory=Health)
    log: list[Entry] = field(default_factory=list, repr=False)
    acts: dict[str, tuple[bytes, Entry | Pending]] = field(default_factory=dict, repr=False)
    older: set[int] = field(default_factory=set, repr=False)
    came: dict[str, datetime] = field(default_factory=dict)  # seat -> when it was first taken
    whole: bool = False


def must_be_same(stored: bytes, sent: bytes) -> None:
    """Raise Refused unless an act is the one that its id was first sent with, by their hashes."""
    if stored != sent:
        raise Refused("conflict", "Another act was sent with this id.")
