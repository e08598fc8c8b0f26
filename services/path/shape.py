"""What is said of every state of the path."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select

from models import Account, Participant
from services.figures.funnel import Stage


class State(StrEnum):
    """The states, in the order of what is most urgent to show to somebody who is in several."""

    SUSPENDED = "suspended"
    OPEN = "open"
    DOOR = "door"
    LOBBY = "lobby"
    STANDBY = "standby"
    AFTER = "after"
    INVITED = "invited"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    AGAIN = "again"
    LATER = "later"
    PROFILE = "profile"
    PAUSED = "paused"
    ASKED = "asked"
    MISSED = "missed"
    ENOUGH = "enough"
    WAITING = "waiting"
    LEFT = "left"
    NEW = "new"
    UNCONFIRMED = "unconfirmed"
    PLEDGED = "pledged"


@dataclass(frozen=True, slots=True)
class Moment:
    """When somebody's state is asked for, and how long before its hour a door opens."""

    now: datetime
    opens: timedelta


@dataclass(frozen=True, slots=True)
class Way:
    """Something the person can do: a button, the page it leads to, the state it brings.

    *page* is the name of an address in `web`; with *post* the button acts at once. Without
    *leads* the state stays as it is.
    """

    label: str
    page: str
    leads: State | None = None
    post: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """What runs while somebody is here, and what it leads to; None where nothing runs out."""

    runs: str
    leads: State | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody or something else can do, and the state it brings."""

    by: str
    leads: State


Holder = Literal["participant", "account", "pledge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One state. Texts are to be translated; `%(name)s` in them is the other's first name.

    *holds* is the condition on a participant (joined with its account), an account or a pledge,
    as *holder* says; a participant is in the first of `State` that holds. *about* selects the
    conversation or invitation the state is about, correlated with `Participant`; where it is given
    and *holds* is not, the state holds where there is one. *stage* is how far the funnel counts
    somebody here at least, None before sign-up.
    """

    state: State
    means: str
    stage: Stage | None
    clock: Clock
    title: str
    text: str
    step: Way
    exits: tuple[Way, ...] = ()
    moves: tuple[Move, ...] = ()
    holder: Holder = "participant"
    holds: Callable[[Moment], ColumnElement[bool]] | None = None
    about: Callable[[Moment], Select[Any]] | None = None

    def condition(self, moment: Moment) -> ColumnElement[bool]:
        """Return the condition that somebody is here at *moment*."""
        return self.holds(moment) if self.holds else self._about(moment).exists()

    def people(self, moment: Moment) -> Select[int]:
        """Select the ids of all participants who are here at *moment*, from what it is about."""
        if self.holds:
            return select(Participant.id).join(Account).where(self.holds(moment))
        return self._about(moment).with_only_columns(Participant.id).order_by(None)

    def _about(self, moment: Moment) -> Select[Any]:
        assert self.about is not None  # noqa: S101 - a test holds that one of the two is there
        return self.about(moment)
