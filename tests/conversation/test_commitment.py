"""Two parts, two signatures: what both stand under, and what takes a signature back."""

import pytest

from conversation.fields import Refused
from conversation.view import view
from tests.conversation.logs import (
    Play,
    opened,
)


def signing() -> Play:
    play = opened("sign", "together")
    play.act("a", "write", text="  I call my neighbour. ")
    return play


def test_nobody_signs_before_both_parts_are_there() -> None:
    play = signing()
    with pytest.raises(Refused, match="not your turn"):
        play.act("a", "sign", of=play.room.seq)
    play.act("b", "write", text="I listen at the town hall.")
    assert "sign" in view(play.room, "a")["can"]
    shown = view(play.room, "a")["activity"]
    assert shown["parts"] == {"a": "I call my neighbour.", "b": "I listen at the town hall."}


def test_a_changed_part_takes_back_both_signatures() -> None:
    play = signing()
    play.act("b", "write", text="I listen.")
    play.act("b", "sign", of=play.room.seq)
    before = play.room.activity.show("a")["latest"]
    play.act("a", "write", text="I visit my neighbour.")
    assert play.room.activity.show("a")["signed"] == []
    with pytest.raises(Refused, match="words have changed"):
        play.act("b", "sign", of=before)
    assert play.room.step == 0


def test_two_signatures_keep_the_commitment_and_move_on() -> None:
    play = signing()
    play.act("b", "write", text="I listen.")
    words = play.room.seq
    play.act("a", "sign", of=words)
    with pytest.raises(Refused, match="not your turn"):
        play.act("a", "sign", of=words)
    effects = play.act("b", "sign", of=words)
    assert [effect.type for effect in effects] == ["committed", "moved"]
    kept = {"a": "I call my neighbour.", "b": "I listen."}
    assert view(play.room, "b")["commitment"] == kept


def test_two_ready_people_go_on_without_signing() -> None:
    play = signing()
    play.act("a", "ready")
    play.act("b", "ready")
    assert (play.room.step, view(play.room, "a")["commitment"]) == (1, None)
