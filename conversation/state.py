"""A room between two events: everything its pages and its rules need to know, frozen."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from conversation.activities import start
from conversation.activity import Activity
from conversation.events import FACILITATOR, SYSTEM
from conversation.guide import Guide, Step

Status: TypeAlias = Literal["new", "waiting", "talking", "paused", "closed"]

NEW: Final = "new"  # nothing has happened
WAITING: Final = "waiting"  # open, but both have not yet been here together
TALKING: Final = "talking"
PAUSED: Final = "paused"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Mark:
    """Who paused or closed the room, when, and why ("finished", "left" or "ended")."""

    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True)  # without slots, for `frozen.changed`
class Room:
    """The fold of a log. `since` is where the advice clock of the step starts, pauses taken out."""

    guide: Guide
    activity: Activity
    minutes: int  # advice for this step, extensions included
    seq: int = 0
    status: Status = NEW
    step: int = 0
    since: datetime | None = None
    present: frozenset[str] = frozenset()
    ready: frozenset[str] = frozenset()
    paused: Mark | None = None
    closed: Mark | None = None
    pause_word: str = ""
    difference: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    help: frozenset[str] = frozenset()  # who asked for a facilitator
    shown: frozenset[str] = frozenset()  # who lets a facilitator read
    read_from: int | None = None  # the place in the log from which both do
    facilitator: str | None = None  # the first name of the one who joined
    claimed: str | None = None  # the first name of the facilitator who looks after the room
    overlap: tuple[int, ...] | None = None  # values both ticked
    overlap_step: int | None = None
    commitment: tuple[str, str] | None = None  # the parts of a and b, once both signed
    again: bool = False  # both would talk again

    @property
    def current(self) -> Step:
        """The guide's step the room is in."""
        return self.guide.steps[self.step]


def begin(guide: Guide) -> Room:
    """Return the room before its first event."""
    return Room(guide, start(guide.steps[0], 0), guide.steps[0].minutes)


def role(actor: str) -> str:
    """Return "pair" for a seat, else the actor itself."""
    return actor if actor in (FACILITATOR, SYSTEM) else "pair"
