"""Claim, call, consent and look: the rules of the room for facilitators."""

import pytest

from conversation.fields import Refused
from tests.conversation.logs import opened
from tests.conversation.test_health import first, need


def test_reading_needs_a_join_and_both_peoples_yes() -> None:
    play = opened("together")
    with pytest.raises(Refused):
        play.act("facilitator", "look")
    play.act("facilitator", "join")
    play.act("a", "allow", show=True)
    assert play.room.read_from is None
    with pytest.raises(Refused):
        play.act("facilitator", "look")
    play.act("b", "allow", show=True)
    agreed = play.room.seq
    assert play.room.read_from == agreed
    play.act("facilitator", "look")
    with pytest.raises(Refused):
        play.act("facilitator", "look", by="Somebody else")
    play.act("a", "allow", show=True)
    assert play.room.read_from == agreed
    play.act("a", "allow", show=False)
    assert play.room.read_from is None
    with pytest.raises(Refused):
        play.act("facilitator", "look")


def test_asking_for_help_with_the_words_is_one_yes_of_two() -> None:
    play = opened("together")
    play.act("a", "help", show=True)
    assert (play.room.shown, play.room.read_from) == ({"a"}, None)
    play.act("b", "allow", show=True)
    assert play.room.read_from == play.room.seq


def test_a_yes_is_for_the_facilitator_who_is_there() -> None:
    play = opened("together")
    play.act("a", "help", show=True)
    play.act("facilitator", "join")
    assert play.room.shown == {"a"}
    play.act("b", "allow", show=True)
    play.act("facilitator", "join")
    assert play.room.read_from is not None
    play.act("facilitator", "join", by="Omar")
    assert (play.room.shown, play.room.read_from) == (frozenset(), None)
    with pytest.raises(Refused):
        play.act("facilitator", "look", by="Omar")


def test_one_facilitator_looks_after_a_room_and_lets_it_go() -> None:
    play = opened("together")
    play.act("facilitator", "claim")
    with pytest.raises(Refused, match="Ruth"):
        play.act("facilitator", "claim", by="Omar")
    with pytest.raises(Refused):
        play.act("facilitator", "release", by="Omar")
    play.act("facilitator", "release")
    play.act("facilitator", "claim", by="Omar")
    assert play.room.claimed == "Omar"


def test_a_colleague_who_is_called_is_a_need_until_another_comes() -> None:
    play = opened("together")
    play.act("facilitator", "claim")
    play.act("facilitator", "call")
    play.wait(minutes=2)
    assert first(play) == ("now", "called", "Ruth asks for a colleague, 2 min ago")
    play.act("facilitator", "join")
    assert need(play).level == "now"
    play.act("facilitator", "join", by="Omar")
    assert "called" not in {sign.name for sign in need(play).signals}


def test_the_pair_is_told_whether_somebody_is_on_duty() -> None:
    play = opened("together")
    play.act("a", "help", show=False)
    play.act("system", "duty")
    play.act("system", "duty", by="Omar")
    assert play.room.help == {"a"}
