"""What each client of a room sent, was answered and heard, and what must hold of it.

`check` reads the histories of a pair beside the room's log as a fresh client reads it afterwards,
and returns every broken promise: nothing acknowledged is lost, nothing is doubled or reordered,
nobody has a gap, and both partners heard the same in the same order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as a client heard it."""

    seq: int
    type: str
    actor: str
    text: str | None

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "Heard":
        return cls(event["seq"], event["type"], event["actor"], event["data"].get("text"))


@dataclass(slots=True)
class Connection:
    """What one connection brought; it had asked for everything after `after`."""

    after: int
    heard: list[Heard] = field(default_factory=list)


@dataclass(slots=True)
class History:
    """One client's side: acts in the order they were made, answers as they came."""

    seat: str
    sent: dict[str, str] = field(default_factory=dict)  # act id -> text
    acknowledged: list[tuple[str, int]] = field(default_factory=list)  # act id, seq
    connections: list[Connection] = field(default_factory=list)


def check(histories: Iterable[History], log: list[Heard]) -> list[str]:
    """Return the broken promises, each a line that begins with its kind."""
    found: list[str] = []
    told = {one.seq: one for one in log}
    if [one.seq for one in log] != list(range(1, len(log) + 1)):
        found.append("gap: the log itself does not count from 1 without one")
    for history in histories:
        found += (f"{problem} (seat {history.seat})" for problem in _one(history, log, told))
    return found


def _one(history: History, log: list[Heard], told: Mapping[int, Heard]) -> Iterator[str]:
    yield from _streams(history, told)
    yield from _answers(history, told)
    yield from _own(history, log)
    heard = {one.seq for connection in history.connections for one in connection.heard}
    missing = sorted(told.keys() - heard)
    if missing:
        yield f"gap: never heard {_few(missing)}"


def _streams(history: History, told: Mapping[int, Heard]) -> Iterator[str]:
    """Each connection counts on from what was asked for, and says what the log says."""
    for connection in history.connections:
        last = connection.after
        for one in connection.heard:
            if one.seq <= last:
                yield f"doubled or reordered: {one.seq} came after {last}"
            elif one.seq > last + 1:
                yield f"gap: {one.seq} came after {last}"
            last = max(last, one.seq)
            if told.get(one.seq) != one:
                yield f"order: {one.seq} was heard as {one.type} but the log has another"


def _answers(history: History, told: Mapping[int, Heard]) -> Iterator[str]:
    """What was acknowledged is in the log, where the answer said."""
    places: dict[str, int] = {}
    for act, seq in history.acknowledged:
        if places.setdefault(act, seq) != seq:
            yield f"doubled: one act was acknowledged as {places[act]} and as {seq}"
        stored = told.get(seq)
        if stored is None or (stored.actor, stored.text) != (history.seat, history.sent[act]):
            yield f"lost: {seq} was acknowledged and is not in the log"


def _own(history: History, log: list[Heard]) -> Iterator[str]:
    """What was sent stands in the log at most once, in the order it was written."""
    order = {text: number for number, text in enumerate(history.sent.values())}
    mine = [one.text for one in log if one.actor == history.seat and one.text in order]
    twice = [text for text, times in Counter(mine).items() if times > 1]
    if twice:
        yield f"doubled: {len(twice)} acts stand in the log more than once"
    places = [order[text] for text in mine]
    if not twice and places != sorted(places):
        yield "reordered: the log has this person's acts in another order"


def _few(numbers: list[int]) -> str:
    listed = ", ".join(map(str, numbers[:5]))
    return f"{listed} and {len(numbers) - 5} more" if len(numbers) > 5 else listed
