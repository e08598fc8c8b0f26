"""How every live room is doing: weighed anew only where something changed, never all of them."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from conversation.signals import next_look
from conversation.state import CLOSED
from services.safety import desk
from web.live import Rooms

Facts = dict[str, Any]


class Board:
    """The rooms of all workers as facts. `weighed` counts how often a room was looked into.

    A room is weighed after an event of its own, and when time alone may have changed its need
    (`signals.next_look`); other rooms cost nothing then.
    """

    def __init__(self, rooms: Rooms, clock: Callable[[], datetime]) -> None:
        self.rooms = rooms
        self.clock = clock
        self.facts: dict[str, Facts] = {}
        self.weighed = 0
        self._changed: set[str] = set()
        self._due: list[tuple[datetime, str]] = []
        self._next: dict[str, datetime] = {}

    def note(self, token: str) -> None:
        """Remember that a room has changed."""
        self._changed.add(token)

    def begin(self, tokens: list[str]) -> None:
        """Weigh the rooms that are open, and those that were when somebody last watched."""
        self._changed.update(tokens, self.facts)

    def news(self) -> tuple[list[Facts], list[str]]:
        """Return the rooms that are not as they were when last asked, and those that are gone."""
        now = self.clock()
        while self._due and self._due[0][0] <= now:
            due, token = heappop(self._due)
            if self._next.get(token) == due:
                self._changed.add(token)
        changed, self._changed = self._changed, set()
        told: list[Facts] = []
        gone: list[str] = []
        for token in changed:
            facts = self._weigh(token, now)
            if facts is None:
                self._forget(token, gone)
            elif not same(facts, self.facts.get(token)):
                self.facts[token] = facts
                told.append(facts)
        return told, gone

    def _weigh(self, token: str, now: datetime) -> Facts | None:
        self.weighed += 1
        live = self.rooms.get(token)
        if live is None or live.room.status == CLOSED:
            return None
        due = next_look(live.room, live.health, now)
        if due is not None and self._next.get(token) != due:
            self._next[token] = due
            heappush(self._due, (due, token))
        return desk.facts(live, now)

    def _forget(self, token: str, gone: list[str]) -> None:
        self._next.pop(token, None)
        if self.facts.pop(token, None) is not None:
            gone.append(token)


def same(facts: Facts, known: Facts | None) -> bool:
    """Whether a room is shown the same, whatever its place in the log and the minute."""
    return known is not None and all(
        known[key] == value for key, value in facts.items() if key not in ("seq", "pace", "pace_at")
    )
