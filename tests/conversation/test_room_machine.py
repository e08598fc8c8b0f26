"""Rooms driven by chance: whatever is tried, in any order, the promises of a room hold."""

from dataclasses import fields, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from conversation import events, health, room, told
from conversation.events import SCHEMAS, Event
from conversation.fields import Refused
from conversation.health import WRITTEN
from conversation.moves import REFLECT_LIMIT
from conversation.room import LOOKUP
from conversation.state import Room, begin, role
from conversation.view import changes, seen, view
from tests.conversation.logs import CARD, Play, made_guide
from tests.conversation.shapes import faults

ACTIVITIES = ("together", "say_back", "alternate", "reveal", "tick", "sign", "reflect")
SEATS = st.sampled_from(["a", "b"])
TEXTS = st.sampled_from(["Yes.", "It was raining that day", "lantern", "me@example.org"])
PAUSED_PAIR = {"resume", "say", "allow", "leave", "report"}

DATA = {
    "by": st.just("Ruth"),
    "text": TEXTS,
    "of": st.integers(1, 30),
    "values": st.lists(st.integers(0, 3), unique=True, max_size=3),
    "line": TEXTS,
    "again": st.booleans(),
    "minutes": st.integers(1, 30),
    "show": st.booleans(),
    "to": SEATS,
    "seat": SEATS,
    "reason": st.just("other"),
    "attach": st.just([]),
    "pause_word": st.just("lantern"),
    "difference": st.just([CARD]),
}
ENDINGS = ("leave", "report", "end")


class Rooms(RuleBasedStateMachine):
    """Every act anybody could send, at any time; endings are rarer, or rooms would be short."""

    @initialize(
        activities=st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=4),
        opens=st.booleans(),
    )
    def build(self, activities: list[str], opens: bool) -> None:
        self.play = Play(made_guide(*activities, prompts=2))
        self.states: list[Room] = [self.play.room]
        if opens:
            self.attempt("system", "opened", pause_word="lantern", difference=[CARD])
            self.attempt("system", "returned", seat="a")
            self.attempt("system", "returned", seat="b")

    def attempt(self, actor: str, type: str, **data: object) -> None:
        before = self.play.room
        try:
            effects = self.play.act(actor, type, **data)
        except Refused:
            return
        self.states.append(self.play.room)
        for effect in effects:
            assert list(faults(dict(effect.data), told.EFFECTS[effect.type])) == []
        self.check_step(before, self.play.log[-1], self.play.room, [e.type for e in effects])

    def check_step(self, before: Room, event: Event, after: Room, effects: list[str]) -> None:
        row = LOOKUP[before.status, role(event.actor), event.type]
        assert after.status in (row.to.split() or [before.status])
        if event.type in WRITTEN and not effects:  # as messages.spoken takes it
            assert replace(after, seq=before.seq, activity=before.activity) == before
        assert ("closed" in effects) == (after.closed is not None)
        assert after.step in (before.step, before.step + 1)
        if after.step > before.step or (after.closed and after.closed.why == "finished"):
            self.check_moved(before, event)
        if before.status == "paused" and event.actor in events.SEATS:
            assert event.type in PAUSED_PAIR
        if event.actor in events.SEATS and event.type != "say":
            assert event.type in room.can(before, event.actor)

    def check_moved(self, before: Room, event: Event) -> None:
        by_ready = event.type == "ready" and before.ready | {event.actor} == {"a", "b"}
        by_facilitator = (event.actor, event.type) == ("facilitator", "move")
        by_time = event.type == "timeout" and event.at - before.since >= REFLECT_LIMIT
        by_activity = event.type in room.ACTS and before.activity.play(event)[0].done
        assert by_ready or by_facilitator or by_time or by_activity

    @rule(data=st.data(), actor=st.sampled_from(["a", "b", "a", "b", "facilitator", "system"]))
    def anything(self, data: st.DataObject, actor: str) -> None:
        kinds = [kind for kind in SCHEMAS[actor] if kind not in ENDINGS]
        kind = data.draw(st.sampled_from(kinds))
        drawn = {key: data.draw(DATA[key]) for key in SCHEMAS[actor][kind]}
        events.check(kind, drawn, actor)
        self.attempt(actor, kind, **drawn)

    @rule(data=st.data(), seat=SEATS)
    def something_allowed(self, data: st.DataObject, seat: str) -> None:
        kinds = [kind for kind in room.can(self.play.room, seat) if kind not in ENDINGS]
        if not kinds:
            return
        kind = data.draw(st.sampled_from(kinds))
        drawn = {key: data.draw(DATA[key]) for key in SCHEMAS[seat][kind]}
        if "of" in drawn:
            shown = view(self.play.room, seat)["activity"]
            drawn["of"] = shown.get("waiting") or shown.get("latest")
        self.attempt(seat, kind, **drawn)

    @rule(minutes=st.integers(1, 6))
    def time_passes(self, minutes: int) -> None:
        self.play.wait(minutes=minutes)
        self.attempt("system", "timeout")

    @precondition(lambda self: len(self.play.log) > 12)
    @rule(kind=st.sampled_from(ENDINGS))
    def end(self, kind: str) -> None:
        data = {"reason": "other", "attach": []} if kind == "report" else {}
        self.attempt("facilitator" if kind == "end" else "a", kind, **data)

    @invariant()
    def who_is_ready_is_here(self) -> None:
        assert self.play.room.ready <= self.play.room.present
        assert len(self.play.room.ready) < 2

    @invariant()
    def a_status_has_its_mark(self) -> None:
        now = self.play.room
        assert (now.paused is not None) == (now.status == "paused")
        assert (now.closed is not None) == (now.status == "closed")
        assert (now.since is not None) or now.status in ("new", "waiting", "closed")

    @invariant()
    def nothing_changes_after_closing(self) -> None:
        closed = [state for state in self.states if state.closed]
        assert len(closed) <= 1
        assert not closed or closed[0] is self.play.room

    @invariant()
    def nothing_is_disclosed_before_the_rule_allows(self) -> None:
        shown = view(self.play.room, "a")
        yes = {
            event.actor
            for event in self.play.log
            if event.type == "reflect" and event.data["again"]
        }
        ticked = {event.actor for event in self.play.log if event.type == "tick"}
        assert not shown["again"] or yes == {"a", "b"}
        assert shown["overlap"] is None or ticked == {"a", "b"}
        assert shown["commitment"] is None or self.both_signed()
        assert shown["difference"] is None or shown["since"] is not None

    def both_signed(self) -> bool:
        """Both put their names under the same words."""
        signed = [event for event in self.play.log if event.type == "sign"]
        under = {
            event.data["of"]: {one.actor for one in signed if one.data == event.data}
            for event in signed
        }
        return {"a", "b"} in under.values()

    @invariant()
    def the_activity_shows_only_ones_own_answer(self) -> None:
        """What a sees is the same whatever b has ticked or written, but for the fact of it."""
        activity = self.play.room.activity
        if activity.kind in ("tick", "reflect") and activity.b is not None:
            without = replace(activity, b=None)
            assert activity.show("a")["mine"] == without.show("a")["mine"]

    def teardown(self) -> None:
        if not hasattr(self, "play"):
            return
        log, guide = self.play.log, self.play.room.guide
        assert room.fold(begin(guide), log) == self.play.room
        for cut in range(len(log) + 1):
            first = room.fold(begin(guide), log[:cut])
            assert first == self.states[cut]
            assert room.fold(first, log[cut:]) == self.play.room
        self.pages_follow_by_changes(log)

    def pages_follow_by_changes(self, log: list[Event]) -> None:
        counts = health.Health()
        for seat in ("a", "b"):
            page = view(self.states[0], seat)
            for before, after, event in zip(self.states, self.states[1:], log, strict=False):
                page |= changes(before, after, seat)
                counts = health.note(counts, event, before, after)
                assert page == view(after, seat)
                assert seen(event, seat).seq == after.seq
                self.everything_is_documented(page, seen(event, seat))

    def everything_is_documented(self, page: dict[str, object], event: Event) -> None:
        assert list(faults(page, told.keys(**told.ROOM))) == []
        assert list(faults(dict(event.data), told.EVENTS[event.type])) == []


Rooms.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRooms = Rooms.TestCase


def test_the_table_names_only_acts_that_have_a_schema() -> None:
    known = {(role(actor), kind) for actor, kinds in SCHEMAS.items() for kind in kinds}
    assert {(by, kind) for _, by, kind in LOOKUP} == known


def test_no_act_is_in_two_rows() -> None:
    cells = [
        (at, row.by, kind)
        for row in room.TABLE
        for at in row.at.split()
        for kind in row.kinds.split()
    ]
    assert len(cells) == len(set(cells))


def test_a_room_cannot_be_changed_in_place() -> None:
    state = begin(made_guide("together"))
    with pytest.raises(AttributeError):
        state.step = 3  # type: ignore[misc]
    assert {field.name for field in fields(state)} >= {"seq", "status", "step"}
