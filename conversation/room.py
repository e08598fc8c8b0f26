"""The room state machine: one table of transitions; no clock, no sockets, no database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from conversation import moves
from conversation.events import FACILITATOR, SCHEMAS, SYSTEM, Event
from conversation.fields import Refused
from conversation.frozen import changed
from conversation.moves import Stepped
from conversation.state import CLOSED, NEW, PAUSED, TALKING, WAITING, Room, role

PAIR: Final = "pair"
Guard: TypeAlias = Callable[[Room, str, str], Refused | None]
ACTS: Final = (
    "tell",
    "say_back",
    "confirm",
    "not_quite",
    "pass",
    "tick",
    "write",
    "sign",
    "reflect",
)


def fold(room: Room, events: Iterable[Event]) -> Room:
    """Return the room after `events`; from `state.begin(guide)` and the whole log, as it is now."""
    for event in events:
        room, _ = step(room, event)
    return room


def step(room: Room, event: Event) -> Stepped:
    """Return the room after `event` and what the event caused.

    Raises Refused if the room does not allow the event now (the room is as before), and
    ValueError if `event.seq` is not the next one.
    """
    if event.seq != room.seq + 1:
        raise ValueError(f"event {event.seq} cannot follow {room.seq}")
    refusal = barred(room, event.actor, event.type)
    if refusal is not None:
        raise refusal
    do, _ = WAYS[room.status, event.actor, event.type]
    after, effects = do(room, event)
    return changed(after, seq=event.seq), effects


def can(room: Room, seat: str) -> list[str]:
    """Return the types of acts `seat` may send now, in the table's order."""
    types = dict.fromkeys(kind for _, actor, kind in WAYS if actor == seat)
    return [kind for kind in types if barred(room, seat, kind) is None]


def barred(room: Room, actor: str, kind: str) -> Refused | None:
    """Return why `actor` may not do `kind` now, or None if it is allowed."""
    if room.status == CLOSED:
        return Refused("closed", "This conversation has ended.")
    found = WAYS.get((room.status, actor, kind))
    if found is None:
        return Refused("not_now", f"That cannot be done while the room is {room.status}.")
    guard = found[1]
    return guard(room, actor, kind) if guard is not None else None


def _barred_act(room: Room, actor: str, kind: str) -> Refused | None:
    if kind not in room.activity.types:
        return Refused("not_now", "This step does not ask for that.")
    if kind not in room.activity.open_to(actor):
        return Refused("not_your_turn", "It is not your turn for that.")
    return None


def _barred_ready(room: Room, actor: str, _kind: str) -> Refused | None:
    if not room.activity.by_ready:
        return Refused("not_now", "This step ends when both have answered.")
    if actor not in room.present:
        return Refused("not_now", "You are not connected to the room.")
    return Refused("not_now", "You are ready already.") if actor in room.ready else None


def _barred_unready(room: Room, actor: str, _kind: str) -> Refused | None:
    return None if actor in room.ready else Refused("not_now", "You are not ready.")


def _barred_resume(room: Room, actor: str, _kind: str) -> Refused | None:
    if room.paused and room.paused.by == actor:
        return None
    return Refused("not_now", "Who paused the room opens it again, or a facilitator does.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: in status `at`, `by` may do `kinds`; it leads to one of `to`."""

    at: str
    by: str
    kinds: str
    do: Callable[[Room, Event], Stepped]
    to: str


OPEN: Final = f"{WAITING} {TALKING} {PAUSED}"
STEPS: Final = f"{TALKING} {CLOSED}"  # a step that moves on stays in talk, or was the last one

# Who may do what in which status, and where it leads. An empty `to` stays in the same status.
TABLE: Final = (
    Row(NEW, SYSTEM, "opened", moves.opened, WAITING),
    Row(WAITING, SYSTEM, "returned", moves.returned, f"{WAITING} {TALKING}"),
    Row(f"{TALKING} {PAUSED}", SYSTEM, "returned", moves.returned, ""),
    Row(OPEN, SYSTEM, "dropped", moves.dropped, ""),
    Row(TALKING, SYSTEM, "timeout", moves.timed_out, STEPS),
    Row(f"{WAITING} {PAUSED}", PAIR, "say", moves.heard, ""),
    Row(TALKING, PAIR, "say", moves.said, f"{TALKING} {PAUSED}"),
    Row(TALKING, PAIR, " ".join(ACTS), moves.acted, STEPS),
    Row(TALKING, PAIR, "ready", moves.ready, STEPS),
    Row(TALKING, PAIR, "unready", moves.unready, ""),
    Row(TALKING, PAIR, "extend", moves.extended, ""),
    Row(TALKING, PAIR, "pause", moves.paused, PAUSED),
    Row(PAUSED, PAIR, "resume", moves.resumed, TALKING),
    Row(f"{WAITING} {TALKING}", PAIR, "help", moves.asked, ""),
    Row(OPEN, PAIR, "allow", moves.allowed, ""),
    Row(OPEN, SYSTEM, "duty", moves.heard, ""),
    Row(OPEN, SYSTEM, "end", moves.ended, CLOSED),
    Row(OPEN, PAIR, "leave report", moves.left, CLOSED),
    Row(OPEN, FACILITATOR, "nudge note call", moves.heard, ""),
    Row(OPEN, FACILITATOR, "claim", moves.claimed, ""),
    Row(OPEN, FACILITATOR, "release", moves.released, ""),
    Row(OPEN, FACILITATOR, "look", moves.looked, ""),
    Row(OPEN, FACILITATOR, "join", moves.joined, ""),
    Row(OPEN, FACILITATOR, "extend", moves.extended, ""),
    Row(TALKING, FACILITATOR, "move", moves.moved, STEPS),
    Row(PAUSED, FACILITATOR, "move", moves.moved, f"{PAUSED} {CLOSED}"),
    Row(TALKING, FACILITATOR, "pause", moves.paused, PAUSED),
    Row(PAUSED, FACILITATOR, "resume", moves.resumed, TALKING),
    Row(OPEN, FACILITATOR, "end", moves.ended, CLOSED),
)
GUARDS: Final[Mapping[tuple[str, str], Guard]] = {
    **{(PAIR, kind): _barred_act for kind in ACTS},
    (PAIR, "ready"): _barred_ready,
    (PAIR, "unready"): _barred_unready,
    (PAIR, "resume"): _barred_resume,
}
LOOKUP: Final = {
    (at, row.by, kind): row for row in TABLE for at in row.at.split() for kind in row.kinds.split()
}
# The same for each actor by name: what is done, and what may still stand against it.
WAYS: Final = {
    (at, actor, kind): (row.do, GUARDS.get((by, kind)))
    for (at, by, kind), row in LOOKUP.items()
    for actor in SCHEMAS
    if role(actor) == by
}
