"""Logs for tests: rooms that are played act by act, and guides made of any steps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conversation import guide, room
from conversation.events import Effect, Event
from conversation.fields import Refused
from conversation.guide import Guide
from conversation.health import Health
from conversation.state import Room, begin

Note = Callable[[Health, Event, Room, Room], Health]

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
GUIDES = sorted((Path(__file__).parents[2] / "guides").glob("*.toml"))
CARD = {"text": "Many more homes in town", "a": 1, "b": 5}


def made_guide(*activities: str, prompts: int = 3, minutes: int = 4, language: str = "en") -> Guide:
    """A guide of one step for each activity."""
    lines = ["slug = 's'", f"language = '{language}'", "title = 'T'", "minutes = 20"]
    for activity in activities:
        texts = ", ".join(f"'Prompt {number}'" for number in range(prompts))
        lines += ["[[steps]]", "name = 'listen'", "title = 'Listen'", "purpose = 'To hear'"]
        lines += [f"minutes = {minutes}", f"activity = '{activity}'", f"prompts = [{texts}]"]
    return guide.parse("\n".join(lines), "made.toml")


class Play:
    """A room being played: `act` steps it ten seconds on and keeps the log."""

    def __init__(self, guide: Guide) -> None:
        self.room: Room = begin(guide)
        self.log: list[Event] = []
        self.now = NOW

    def event(self, actor: str, type: str, **data: object) -> Event:
        self.now += timedelta(seconds=10)
        if actor == "facilitator":
            data.setdefault("by", "Ruth")
        return Event(self.room.seq + 1, self.now, type, actor, data)

    def act(self, actor: str, type: str, **data: object) -> tuple[Effect, ...]:
        event = self.event(actor, type, **data)
        self.room, effects = room.step(self.room, event)
        self.log.append(event)
        return effects

    def wait(self, **by: float) -> "Play":
        self.now += timedelta(**by)
        return self

    def say_both_back(self) -> None:
        """Two tellings, each said back and confirmed."""
        for _ in range(2):
            teller = self.room.activity.show("a")["teller"]
            listener = "b" if teller == "a" else "a"
            self.act(teller, "tell", text="It was a Monday.")
            self.act(listener, "say_back", text="So it was a Monday.")
            self.act(teller, "confirm", of=self.room.seq)


def opened(*activities: str, **shape: int | str) -> Play:
    """A room in which both are present and the first step has begun."""
    return entered(Play(made_guide(*activities, **shape)))


def entered(play: Play) -> Play:
    play.act("system", "opened", pause_word="lantern", difference=[CARD])
    play.act("system", "returned", seat="a")
    play.act("system", "returned", seat="b")
    return play


def finish_step(play: Play) -> None:
    """Do what the current step asks for, to its end."""
    step = play.room.step
    match play.room.current.activity:
        case "together":
            play.act("a", "ready")
            play.act("b", "ready")
        case "say_back" | "reveal":
            play.say_both_back()
        case "alternate":
            while play.room.step == step and play.room.status == "talking":
                play.act(play.room.activity.show("a")["turn"], "tell", text="By the river.")
        case "sign":
            play.act("a", "write", text="I call my neighbour.")
            play.act("b", "write", text="I go to the town hall and listen.")
            play.act("b", "sign", of=play.room.seq)
            play.act("a", "sign", of=play.room.activity.latest)
        case "tick":
            play.act("a", "tick", values=[0, 1])
            play.act("b", "tick", values=[1])
        case _:
            play.act("a", "reflect", line="The bus ride", again=True)
            play.act("b", "reflect", line="The tree", again=True)


def refused(play: Play, actor: str, type: str, **data: object) -> str:
    before = play.room
    with pytest.raises(Refused) as caught:
        play.act(actor, type, **data)
    assert play.room is before
    return caught.value.code


def counted(play: Play, note: Note) -> Health:
    """Fold a play's log with *note*, `health.note` or what is made of it."""
    found, state = Health(), begin(play.room.guide)
    for event in play.log:
        after, _ = room.step(state, event)
        found = note(found, event, state, after)
        state = after
    return found
