from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest

from conversation import health, signals
from conversation.fields import Refused
from conversation.health import Health
from tests.conversation.logs import Play, counted, opened

MINUTE = timedelta(minutes=1)


def test_the_messages_of_the_last_ten_minutes_are_kept_however_many() -> None:
    play = opened("together", minutes=100)
    for turn in range(100):
        play.act("ab"[turn % 2], "say", text=f"this is message {turn}")
        written = [one.at for one in counted(play, health.note).recent]
        assert written == [
            e.at for e in play.log if e.actor in "ab" and e.at > play.log[-1].at - 10 * MINUTE
        ]


def test_counts_made_at_sending_are_what_is_folded() -> None:
    play = opened("together")
    bare = play.event("a", "say", text="You always do")
    event = bare._replace(counts=health.measured(bare.type, bare.data, "en"))
    assert event.counts is not None
    folded = health.note(Health(), event, play.room, play.room)
    emptied = event._replace(data={"text": ""})
    assert health.note(Health(), emptied, play.room, play.room) == folded
    assert health.measured("ready", {}, "en") is None


def key(play: Play, now: datetime) -> tuple[object, ...]:
    found = signals.need(play.room, counted(play, health.note), now)
    return found.level, tuple((sign.name, sign.reason % sign.values) for sign in found.signals)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_changes_before_it_is_looked_at_again(seed: int) -> None:
    play, dice = opened("together", minutes=4), Random(seed)
    for _ in range(30):
        play.wait(seconds=dice.randrange(120))
        kind = dice.choice(["say", "help", "pause", "resume", "dropped", "returned", "ready"])
        data = {"say": {"text": "You never agree"}, "help": {"show": False}}.get(kind, {})
        with suppress(Refused):
            if kind in ("dropped", "returned"):
                play.act("system", kind, seat=dice.choice("ab"))
            else:
                play.act(dice.choice("ab"), kind, **data)
        found = counted(play, health.note)
        due = signals.next_look(play.room, found, play.now)
        assert due is None or due > play.now
        until = min(due or play.now + 30 * MINUTE, play.now + 12 * MINUTE)
        for second in range(1, int((until - play.now).total_seconds()), 7):
            assert key(play, play.now + timedelta(seconds=second)) == key(play, play.now)


def test_a_closed_room_is_not_looked_at_again() -> None:
    play = opened("together")
    play.act("a", "leave")
    assert signals.next_look(play.room, counted(play, health.note), play.now) is None
