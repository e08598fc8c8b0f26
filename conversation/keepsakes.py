"""The two activities whose answers stay private until the rule allows: tick and reflect."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from conversation.activity import Activity, Played
from conversation.events import Effect, Event
from conversation.fields import Refused


@dataclass(frozen=True, slots=True)
class Tick(Activity):
    """Each ticks values seen in the other; what both ticked is told when both have."""

    kind: ClassVar[str] = "tick"
    types: ClassVar[frozenset[str]] = frozenset({"tick"})
    by_ready: ClassVar[bool] = False

    offered: int
    a: tuple[int, ...] | None = None
    b: tuple[int, ...] | None = None

    @property
    def done(self) -> bool:
        """Whether both have ticked."""
        return self.a is not None and self.b is not None

    @property
    def overlap(self) -> tuple[int, ...]:
        """What both ticked, in the guide's order; empty until both have."""
        return tuple(sorted(set(self.a or ()) & set(self.b or ())))

    def open_to(self, seat: str) -> frozenset[str]:
        """Return ticking, which may be done again until both have."""
        return self.types

    def play(self, event: Event) -> Played:
        """Keep the ticks; the overlap comes with the second of the two."""
        values = tuple(event.data["values"])
        if any(value >= self.offered for value in values):
            raise Refused("unknown_value", f"values may be from 0 to {self.offered - 1} here.")
        after = replace(self, a=values) if event.actor == "a" else replace(self, b=values)
        told = Effect("overlap", {"values": list(after.overlap)})
        return after, ((told,) if after.done else ())

    def show(self, seat: str) -> dict[str, Any]:
        """Return who has ticked, and this seat's own ticks."""
        mine = self.a if seat == "a" else self.b
        ticked = [name for name, ticks in (("a", self.a), ("b", self.b)) if ticks is not None]
        return {"kind": self.kind, "ticked": ticked, "mine": None if mine is None else list(mine)}


@dataclass(frozen=True, slots=True)
class Word:
    """What one person keeps: a line to remember, and whether to talk again."""

    line: str
    again: bool


@dataclass(frozen=True, slots=True)
class Reflect(Activity):
    """One line each to remember; "talk again" is told only if both say yes."""

    kind: ClassVar[str] = "reflect"
    types: ClassVar[frozenset[str]] = frozenset({"reflect"})
    by_ready: ClassVar[bool] = False

    a: Word | None = None
    b: Word | None = None

    @property
    def done(self) -> bool:
        """Whether both have reflected."""
        return self.a is not None and self.b is not None

    @property
    def again(self) -> bool:
        """Whether both have said that they would talk again."""
        return bool(self.a and self.b and self.a.again and self.b.again)

    def open_to(self, seat: str) -> frozenset[str]:
        """Return reflecting, which may be done again until both have."""
        return self.types

    def play(self, event: Event) -> Played:
        """Keep the line and the answer."""
        word = Word(event.data["line"].strip(), event.data["again"])
        after = replace(self, a=word) if event.actor == "a" else replace(self, b=word)
        return after, ((Effect("again", {}),) if after.again else ())

    def show(self, seat: str) -> dict[str, Any]:
        """Return who has reflected, and this seat's own words."""
        word = self.a if seat == "a" else self.b
        mine = None if word is None else {"line": word.line, "again": word.again}
        done = [name for name, kept in (("a", self.a), ("b", self.b)) if kept is not None]
        return {"kind": self.kind, "done": done, "mine": mine}
