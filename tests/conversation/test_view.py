import json

import pytest

from conversation.view import changes, seen, view
from tests.conversation.logs import CARD, Play, made_guide, opened


def test_the_view_is_json_and_tells_the_whole_room() -> None:
    play = opened("together", "together")
    play.act("b", "ready")
    shown = json.loads(json.dumps(view(play.room, "a")))
    assert shown == {
        "seq": 4,
        "seat": "a",
        "status": "talking",
        "step": 0,
        "since": "2026-11-25T18:00:30+00:00",
        "minutes": 4,
        "ready": ["b"],
        "present": ["a", "b"],
        "paused": None,
        "pause_word": "lantern",
        "help": [],
        "shown": [],
        "read_from": None,
        "facilitator": None,
        "claimed": None,
        "activity": {"kind": "together", "written": []},
        "difference": None,
        "overlap": None,
        "overlap_step": None,
        "commitment": None,
        "again": False,
        "closed": None,
        "can": ["say", "ready", "extend", "pause", "help", "allow", "leave", "report"],
    }


def test_a_new_room_looks_like_a_waiting_one() -> None:
    shown = view(Play(made_guide("together")).room, "a")
    assert (shown["status"], shown["since"], shown["present"]) == ("waiting", None, [])


def test_who_paused_and_who_closed_is_shown_with_the_time() -> None:
    play = opened("together")
    play.act("a", "pause")
    assert view(play.room, "b")["paused"] == {"by": "a", "at": play.now.isoformat()}
    play.act("a", "leave")
    closed = {"why": "left", "by": "a", "at": play.now.isoformat()}
    assert view(play.room, "b")["closed"] == closed


def test_the_difference_opens_with_the_reveal_and_stays() -> None:
    play = opened("together", "reveal", "together")
    assert view(play.room, "a")["difference"] is None
    play.act("facilitator", "move")
    assert view(play.room, "a")["difference"] == [CARD]
    play.act("facilitator", "move")
    assert view(play.room, "b")["difference"] == [CARD]


def test_a_reveal_at_once_waits_for_both_to_be_here() -> None:
    play = Play(made_guide("reveal"))
    play.act("system", "opened", pause_word="lantern", difference=[CARD])
    assert view(play.room, "a")["difference"] is None


def test_ticks_and_reflections_are_shown_to_their_owner_only() -> None:
    play = opened("tick", "reflect")
    play.act("a", "tick", values=[2])
    assert view(play.room, "a")["activity"]["mine"] == [2]
    assert view(play.room, "b")["activity"] == {"kind": "tick", "ticked": ["a"], "mine": None}
    play.act("b", "tick", values=[0, 2])
    assert view(play.room, "a")["overlap"] == [2]
    play.act("b", "reflect", line="canary", again=True)
    shown = view(play.room, "a")
    assert shown["activity"] == {"kind": "reflect", "done": ["b"], "mine": None}
    assert shown["again"] is False
    assert view(play.room, "b")["activity"]["mine"] == {"line": "canary", "again": True}
    play.act("a", "reflect", line="mine", again=False)
    assert "canary" not in json.dumps(view(play.room, "a"))
    assert play.room.again is False


def test_changes_are_the_keys_that_differ() -> None:
    play = opened("together", "together")
    before = play.room
    play.act("a", "say", text="Hello")
    assert changes(before, play.room, "a") == {
        "seq": 4,
        "activity": {"kind": "together", "written": ["a"]},
    }
    before = play.room
    play.act("a", "say", text="Hello again")
    assert changes(before, play.room, "a") == {"seq": 5}
    before = play.room
    play.act("a", "ready")
    assert changes(before, play.room, "b") == {"seq": 6, "ready": ["a"]}


@pytest.mark.parametrize(
    ("actor", "type", "data", "to_a", "to_b"),
    [
        ("a", "say", {"text": "Hi"}, ("say", {"text": "Hi"}), ("say", {"text": "Hi"})),
        ("a", "tick", {"values": [1]}, ("tick", {"values": [1]}), ("tick", {})),
        (
            "b",
            "reflect",
            {"line": "x", "again": True},
            ("reflect", {}),
            ("reflect", {"line": "x", "again": True}),
        ),
        (
            "facilitator",
            "note",
            {"by": "Ruth", "text": "x", "to": "b"},
            ("hidden", {}),
            ("note", {"by": "Ruth", "text": "x", "to": "b"}),
        ),
        (
            "a",
            "report",
            {"reason": "hate", "attach": [3]},
            ("report", {}),
            ("leave", {}),
        ),
        (
            "system",
            "opened",
            {"pause_word": "lantern", "difference": [CARD]},
            ("opened", {"pause_word": "lantern"}),
            ("opened", {"pause_word": "lantern"}),
        ),
    ],
)
def test_each_seat_sees_the_event_without_what_is_private(
    actor: str, type: str, data: dict[str, object], to_a: object, to_b: object
) -> None:
    event = opened("together").event(actor, type, **data)
    for seat, wanted in (("a", to_a), ("b", to_b)):
        found = seen(event, seat)
        assert (found.type, found.data) == wanted
        assert (found.seq, found.at, found.actor) == (event.seq, event.at, event.actor)
