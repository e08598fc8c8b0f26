"""Pause, leaving, an end from outside, help: what anybody can do at any step."""

import pytest

from conversation import room
from conversation.events import Effect
from conversation.moves import holds_word
from tests.conversation.logs import (
    Play,
    made_guide,
    opened,
    refused,
)


def test_a_pause_stops_all_but_a_few_acts_and_the_clock() -> None:
    play = opened("together")
    began = play.room.since
    assert play.act("b", "pause") == (Effect("paused", {"by": "b"}),)
    stood = play.now
    assert room.can(play.room, "a") == ["say", "allow", "leave", "report"]
    assert room.can(play.room, "b") == ["say", "resume", "allow", "leave", "report"]
    assert refused(play, "a", "resume") == "not_now"
    assert refused(play, "a", "pause") == "not_now"
    play.act("a", "say", text="Take your time, lantern")
    play.wait(minutes=3)
    assert play.act("b", "resume") == (Effect("resumed", {}),)
    assert play.room.paused is None
    assert play.room.since == began + (play.now - stood)


def test_a_facilitator_may_resume_any_pause_and_move_within_one() -> None:
    play = opened("together", "together")
    play.act("a", "pause")
    play.act("facilitator", "move")
    assert (play.room.status, play.room.step, play.room.since) == ("paused", 1, play.now)
    play.wait(minutes=2).act("facilitator", "resume")
    assert play.room.since == play.now
    play.act("facilitator", "pause")
    assert refused(play, "a", "resume") == "not_now"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("lantern", True),
        ("Please. LANTERN!", True),
        ("the lanterns were lit", False),
        ("magiclantern", False),
        ("no", False),
    ],
)
def test_the_pause_word_counts_as_a_word_of_its_own(text: str, holds: bool) -> None:
    play = opened("together")
    effects = play.act("a", "say", text=text)
    assert effects == ((Effect("paused", {"by": "a"}),) if holds else ())
    assert play.room.status == ("paused" if holds else "talking")


def test_an_empty_pause_word_pauses_nothing() -> None:
    assert not holds_word("anything", " ")


@pytest.mark.parametrize("act", ["leave", "report"])
def test_one_person_can_end_it_from_every_open_status(act: str) -> None:
    data = {"reason": "threat", "attach": []} if act == "report" else {}
    waiting = Play(made_guide("together"))
    waiting.act("system", "opened", pause_word="lantern", difference=[])
    talking, paused = opened("together"), opened("together")
    paused.act("a", "pause")
    for play in (waiting, talking, paused):
        effects = play.act("b", act, **data)
        assert effects == (Effect("closed", {"why": "left", "by": "b"}),)
        assert play.room.paused is None
        assert refused(play, "a", "say", text="Hello?") == "closed"
        assert refused(play, "system", "dropped", seat="a") == "closed"
        assert room.can(play.room, "a") == []


def test_a_facilitator_can_end_it() -> None:
    play = opened("together")
    play.act("facilitator", "end")
    assert (play.room.closed.why, play.room.closed.by) == ("ended", "facilitator")


def test_help_says_who_asked_and_who_lets_the_words_be_read() -> None:
    play = opened("together")
    play.act("a", "help", show=False)
    assert (play.room.help, play.room.shown) == ({"a"}, frozenset())
    play.act("b", "help", show=True)
    assert (play.room.help, play.room.shown) == ({"a", "b"}, {"b"})
    play.act("facilitator", "join")
    assert play.room.facilitator == "Ruth"


def test_a_nudge_and_a_note_change_nothing_but_the_place_in_the_log() -> None:
    play = opened("together")
    before = play.room
    play.act("facilitator", "nudge", text="Take your time.")
    play.act("facilitator", "note", text="Ask once more.", to="a")
    assert play.room.seq == before.seq + 2
    assert room.can(play.room, "a") == room.can(before, "a")
