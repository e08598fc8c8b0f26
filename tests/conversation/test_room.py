from pathlib import Path

import pytest

from conversation import guide, room
from conversation.events import Effect, Event
from conversation.state import begin
from tests.conversation.logs import (
    CARD,
    GUIDES,
    NOW,
    Play,
    entered,
    finish_step,
    made_guide,
    opened,
    refused,
)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_every_guide_is_played_to_its_end(path: Path) -> None:
    play = entered(Play(guide.load(path)))
    for number, _ in enumerate(play.room.guide.steps):
        assert (play.room.step, play.room.status) == (number, "talking")
        finish_step(play)
    assert play.room.status == "closed"
    assert play.room.closed.why == "finished"
    kinds = {step.activity for step in play.room.guide.steps}
    assert (play.room.overlap == (1,)) == ("tick" in kinds)
    assert (play.room.commitment is not None) == ("sign" in kinds)
    assert play.room.again
    assert room.fold(begin(play.room.guide), play.log) == play.room


def test_events_come_one_by_one() -> None:
    play = opened("together")
    for seq in (3, 5):
        with pytest.raises(ValueError, match=f"event {seq} cannot follow 3"):
            room.step(play.room, Event(seq, NOW, "say", "a", {"text": "x"}))


def test_nothing_happens_before_the_room_is_opened() -> None:
    play = Play(made_guide("together"))
    assert refused(play, "a", "say", text="Anybody?") == "not_now"
    assert refused(play, "system", "returned", seat="a") == "not_now"


def test_the_clock_runs_from_when_both_are_here() -> None:
    play = Play(made_guide("together"))
    play.act("system", "opened", pause_word="lantern", difference=[])
    assert play.act("system", "returned", seat="a") == ()
    play.act("a", "say", text="lantern, I am early")
    assert (play.room.status, play.room.since) == ("waiting", None)
    play.act("system", "dropped", seat="a")
    assert play.act("system", "returned", seat="b") == ()
    assert play.act("system", "returned", seat="a") == (Effect("began", {}),)
    assert (play.room.status, play.room.since) == ("talking", play.now)


def test_presence_cannot_be_told_twice() -> None:
    play = opened("together")
    assert refused(play, "system", "returned", seat="a") == "not_now"
    play.act("system", "dropped", seat="a")
    assert refused(play, "system", "dropped", seat="a") == "not_now"


def test_a_step_moves_only_when_both_are_ready() -> None:
    play = opened("together", "together")
    assert play.act("a", "ready") == ()
    assert refused(play, "a", "ready") == "not_now"
    play.act("a", "unready")
    assert refused(play, "a", "unready") == "not_now"
    play.act("b", "ready")
    assert play.room.step == 0
    play.act("a", "extend", minutes=5)
    assert play.room.minutes == 9
    assert play.act("a", "ready") == (Effect("moved", {"step": 1}),)
    assert (play.room.ready, play.room.since, play.room.minutes) == (frozenset(), play.now, 4)


def test_who_drops_is_no_longer_ready() -> None:
    play = opened("together", "together")
    play.act("a", "ready")
    play.act("system", "dropped", seat="a")
    assert refused(play, "a", "ready") == "not_now"
    play.act("b", "ready")
    assert play.room.step == 0
    play.act("system", "returned", seat="a")
    play.act("a", "ready")
    assert play.room.step == 1


def test_together_notes_who_has_written() -> None:
    play = opened("together")
    play.act("b", "say", text="Hello")
    assert play.room.activity.show("a") == {"kind": "together", "written": ["b"]}


@pytest.mark.parametrize("activity", ["say_back", "reveal"])
def test_a_telling_is_said_back_until_its_owner_confirms(activity: str) -> None:
    play = opened(activity, "together")
    assert refused(play, "b", "say_back", text="Too early") == "not_your_turn"
    play.act("a", "tell", text="I was nine")
    play.act("a", "tell", text="and it rained")
    assert refused(play, "a", "say_back", text="mine") == "not_your_turn"
    assert refused(play, "b", "tell", text="no") == "not_your_turn"
    assert refused(play, "a", "confirm", of=1) == "not_your_turn"
    play.act("b", "say_back", text="You were ten")
    first = play.room.seq
    assert refused(play, "b", "say_back", text="again") == "not_your_turn"
    assert refused(play, "b", "confirm", of=first) == "not_your_turn"
    play.act("a", "not_quite", of=first, text="nine")
    play.act("b", "say_back", text="You were nine")
    assert refused(play, "a", "confirm", of=first) == "stale"
    assert play.room.activity.show("b") == {
        "kind": activity,
        "teller": "a",
        "told": True,
        "waiting": play.room.seq,
        "confirmed": [],
        "tries": 1,
    }
    assert play.act("a", "confirm", of=play.room.seq) == (Effect("swapped", {"teller": "b"}),)
    assert play.room.activity.show("b")["tries"] == 0
    assert play.room.activity.kind == activity
    play.act("b", "tell", text="My turn")
    play.act("a", "say_back", text="Your turn")
    assert play.act("b", "confirm", of=play.room.seq) == (Effect("moved", {"step": 1}),)


def test_both_ready_also_end_a_say_back() -> None:
    play = opened("say_back", "together")
    play.act("b", "ready")
    play.act("a", "ready")
    assert play.room.step == 1


def test_who_tells_first_changes_from_step_to_step() -> None:
    play = opened("say_back", "reveal")
    play.say_both_back()
    assert play.room.activity.show("a")["teller"] == "b"


def test_prompts_are_answered_in_turns_and_either_may_pass() -> None:
    play = opened("alternate", "together", prompts=3)
    turns = []
    while play.room.step == 0:
        shown = play.room.activity.show("a")
        turns.append((shown["prompt"], shown["turn"]))
        other = "b" if shown["turn"] == "a" else "a"
        assert refused(play, other, "tell", text="Me first") == "not_your_turn"
        play.act(other, "say", text="Go on")
        if shown["prompt"] == 1:
            effects = play.act(shown["turn"], "pass")
        else:
            effects = play.act(shown["turn"], "tell", text="By the sea")
    assert turns == [(0, "a"), (0, "b"), (1, "b"), (1, "a"), (2, "a"), (2, "b")]
    assert effects == (Effect("moved", {"step": 1}),)


def test_a_turn_names_the_next_one_and_counts_passes() -> None:
    play = opened("alternate")
    assert play.act("a", "pass") == (Effect("turn", {"turn": "b", "prompt": 0}),)
    assert play.room.activity.show("b")["passed"] == 1


def test_the_overlap_is_told_when_both_have_ticked() -> None:
    play = opened("tick", "together", prompts=4)
    assert refused(play, "a", "ready") == "not_now"
    assert refused(play, "a", "tick", values=[4]) == "unknown_value"
    assert play.act("b", "tick", values=[3]) == ()
    assert play.act("b", "tick", values=[3, 0, 1]) == ()
    assert play.room.overlap is None
    effects = play.act("a", "tick", values=[3, 1, 2])
    assert effects == (Effect("overlap", {"values": [1, 3]}), Effect("moved", {"step": 1}))
    assert (play.room.overlap, play.room.overlap_step) == ((1, 3), 0)
    play.act("facilitator", "move")
    assert play.room.overlap == (1, 3)


def test_an_unfinished_tick_leaves_no_overlap() -> None:
    play = opened("tick", "together")
    play.act("a", "tick", values=[0])
    play.act("facilitator", "move")
    assert play.room.overlap is None


@pytest.mark.parametrize(("a", "b"), [(True, False), (False, True), (False, False), (True, True)])
def test_talking_again_is_told_only_if_both_say_yes(a: bool, b: bool) -> None:
    play = opened("reflect")
    play.act("a", "reflect", line="One", again=not a)
    play.act("a", "reflect", line=" One ", again=a)
    effects = play.act("b", "reflect", line="Two", again=b)
    closed = Effect("closed", {"why": "finished", "by": "system"})
    assert effects == ((Effect("again", {}), closed) if a and b else (closed,))
    assert play.room.again is (a and b)
    assert play.room.activity.show("a")["mine"] == {"line": "One", "again": a}


def test_a_reflection_times_out_after_five_minutes_and_not_before() -> None:
    play = opened("reflect")
    play.act("b", "reflect", line="Two", again=True)
    assert refused(play, "system", "timeout") == "not_now"
    play.act("system", "dropped", seat="a")
    play.wait(minutes=5).act("system", "timeout")
    assert (play.room.closed.why, play.room.again) == ("finished", False)


def test_no_other_step_times_out() -> None:
    assert refused(opened("together").wait(hours=1), "system", "timeout") == "not_now"


def test_acts_of_another_activity_are_refused() -> None:
    assert refused(opened("together"), "a", "tell", text="A story") == "not_now"


def test_the_difference_card_is_kept_from_the_opening() -> None:
    assert opened("together").room.difference == (CARD,)


@pytest.mark.parametrize(
    ("activity", "wanted"),
    [
        ("together", ["say", "ready", "extend", "pause", "help", "allow", "leave", "report"]),
        ("tick", ["say", "tick", "extend", "pause", "help", "allow", "leave", "report"]),
        (
            "say_back",
            ["say", "tell", "ready", "extend", "pause", "help", "allow", "leave", "report"],
        ),
        (
            "alternate",
            ["say", "tell", "pass", "ready", "extend", "pause", "help", "allow", "leave", "report"],
        ),
    ],
)
def test_what_a_seat_can_do_is_told(activity: str, wanted: list[str]) -> None:
    assert room.can(opened(activity).room, "a") == wanted
