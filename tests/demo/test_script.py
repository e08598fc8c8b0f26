"""Two practice partners left alone walk any guide to its end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conversation import guide, room, view
from conversation.events import Event
from conversation.state import begin
from web.demo import script

GUIDES = sorted((Path(__file__).parents[2] / "guides").glob("*.toml"))


class Talk:
    """A room with two partners in it, and nobody else."""

    def __init__(self, path: Path) -> None:
        self.room = begin(guide.load(path))
        self.at = datetime(2026, 10, 7, 18, tzinfo=UTC)
        self.memories = {seat: script.Memory() for seat in "ab"}

    def play(self, actor: str, kind: str, data: dict) -> None:
        self.at += timedelta(seconds=20)
        event = Event(self.room.seq + 1, self.at, kind, actor, data)
        self.room, _ = room.step(self.room, event)
        for seat, memory in self.memories.items():
            seen = view.seen(event, seat)
            script.hear(memory, {"type": seen.type, "actor": seen.actor, "data": seen.data}, seat)

    def act(self, seat: str) -> bool:
        chosen = script.decide(view.view(self.room, seat), self.memories[seat], script.load())
        if chosen is not None:
            self.play(seat, *chosen)
        return chosen is not None


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_two_practice_partners_walk_the_guide_to_its_end(path: Path):
    talk = Talk(path)
    difference = [{"text": "homes", "a": 1, "b": 5}]
    talk.play("system", "opened", {"pause_word": "lantern", "difference": difference})
    talk.play("system", "returned", {"seat": "a"})
    talk.play("system", "returned", {"seat": "b"})

    for _ in range(200):
        if not (talk.act("a") | talk.act("b")):
            break

    assert talk.room.closed is not None
    assert talk.room.closed.why == "finished"


def test_a_partner_waits_while_the_room_is_paused():
    assert script.decide({"status": "paused"}, script.Memory(), script.load()) is None
