"""What a pair does within one step: seven activities, each a small frozen state of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from conversation.activity import Activity, Played
from conversation.events import SEATS, Effect, Event, Seat, other
from conversation.fields import Refused
from conversation.guide import Step
from conversation.keepsakes import Reflect, Tick
from conversation.signing import Sign


@dataclass(frozen=True, slots=True)
class Together(Activity):
    """Both write freely on the prompt until both are ready."""

    kind: ClassVar[str] = "together"
    types: ClassVar[frozenset[str]] = frozenset({"say"})

    written: frozenset[str] = frozenset()

    def open_to(self, seat: str) -> frozenset[str]:
        """Return the free line: it is all there is to do."""
        return self.types

    def play(self, event: Event) -> Played:
        """Note who has written."""
        if event.actor in self.written:
            return self, ()
        return replace(self, written=self.written | {event.actor}), ()

    def show(self, seat: str) -> dict[str, Any]:
        """Return who has written."""
        return {"kind": self.kind, "written": sorted(self.written)}


@dataclass(frozen=True, slots=True)
class SayBack(Activity):
    """One tells, the other says it back, the teller confirms or asks again; then they swap."""

    kind: ClassVar[str] = "say_back"
    types: ClassVar[frozenset[str]] = frozenset({"tell", "say_back", "confirm", "not_quite"})

    teller: Seat
    told: bool = False
    waiting: int | None = None  # seq of the say-back that waits for the teller's answer
    confirmed: tuple[Seat, ...] = ()
    tries: int = 0  # "not quite" answers to this telling

    @property
    def done(self) -> bool:
        """Whether both tellings are confirmed."""
        return len(self.confirmed) == len(SEATS)

    def open_to(self, seat: str) -> frozenset[str]:
        """Return telling and answering for the teller, saying back for the listener."""
        if seat == self.teller:
            answer = {"confirm", "not_quite"} if self.waiting else set()
            return frozenset({"tell"} | answer)
        return frozenset({"say_back"} if self.told and not self.waiting else ())

    def play(self, event: Event) -> Played:
        """Move one place on in telling, saying back and answering."""
        if event.type == "tell":
            return replace(self, told=True), ()
        if event.type == "say_back":
            return replace(self, waiting=event.seq), ()
        if event.data["of"] != self.waiting:
            raise Refused("stale", "Another say-back waits now; answer that one.")
        if event.type == "not_quite":
            return replace(self, waiting=None, tries=self.tries + 1), ()
        return self._swap()

    def _swap(self) -> Played:
        confirmed = (*self.confirmed, self.teller)
        if len(confirmed) == len(SEATS):
            return replace(self, waiting=None, confirmed=confirmed), ()
        swapped = type(self)(teller=other(self.teller), confirmed=confirmed)
        return swapped, (Effect("swapped", {"teller": swapped.teller}),)

    def show(self, seat: str) -> dict[str, Any]:
        """Return all of it: nothing here is private."""
        return {
            "kind": self.kind,
            "teller": self.teller,
            "told": self.told,
            "waiting": self.waiting,
            "confirmed": list(self.confirmed),
            "tries": self.tries,
        }


@dataclass(frozen=True, slots=True)
class Reveal(SayBack):
    """As SayBack, with the difference card open."""

    kind: ClassVar[str] = "reveal"


@dataclass(frozen=True, slots=True)
class Alternate(Activity):
    """Each prompt has a turn of each; who begins changes from prompt to prompt."""

    kind: ClassVar[str] = "alternate"
    types: ClassVar[frozenset[str]] = frozenset({"tell", "pass"})

    prompts: int
    first: Seat
    turns: int = 0  # turns taken, passes included
    passed: int = 0

    @property
    def done(self) -> bool:
        """Whether every prompt had both turns."""
        return self.turns == self.prompts * len(SEATS)

    @property
    def prompt(self) -> int:
        """The index of the prompt whose turns are being taken."""
        return self.turns // len(SEATS)

    @property
    def turn(self) -> Seat:
        """Whose turn it is: a b, b a, a b ... if `first` is a."""
        return self.first if (self.turns + 1) // 2 % 2 == 0 else other(self.first)

    def open_to(self, seat: str) -> frozenset[str]:
        """Return answering and passing for the one whose turn it is."""
        return self.types if seat == self.turn else frozenset()

    def play(self, event: Event) -> Played:
        """Take the turn."""
        passed = self.passed + (event.type == "pass")
        after = replace(self, turns=self.turns + 1, passed=passed)
        effect = Effect("turn", {"turn": after.turn, "prompt": after.prompt})
        return after, (() if after.done else (effect,))

    def show(self, seat: str) -> dict[str, Any]:
        """Return the prompt and whose turn it is."""
        return {
            "kind": self.kind,
            "prompt": self.prompt,
            "turn": self.turn,
            "passed": self.passed,
        }


def start(step: Step, number: int) -> Activity:
    """Return the activity of a step at its beginning; who goes first changes step by step."""
    return STARTS[step.activity](step, SEATS[number % len(SEATS)])


STARTS: Final[Mapping[str, Callable[[Step, Seat], Activity]]] = {
    "together": lambda step, first: Together(),
    "say_back": lambda step, first: SayBack(first),
    "alternate": lambda step, first: Alternate(len(step.prompts), first),
    "reveal": lambda step, first: Reveal(first),
    "tick": lambda step, first: Tick(len(step.prompts)),
    "sign": lambda step, first: Sign(),
    "reflect": lambda step, first: Reflect(),
}
