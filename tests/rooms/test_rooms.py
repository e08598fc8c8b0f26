"""Rooms as services see them: opened, folded from encrypted logs, played."""

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import select, update

import models
from conversation.events import Event
from conversation.fields import Refused
from services.conversations import logs, messages, recall, rooms
from services.conversations.rooms import Act, Live
from services.site import crypto
from tests.factories import NOW
from tests.rooms.people import make_pair


def load(session, keys, pair) -> Live:
    return rooms.load(session, keys, rooms.find(session, pair.token), NOW)


def begun(session, keys, pair) -> Live:
    """A room in which both are present."""
    live = load(session, keys, pair)
    acts = [
        rooms.opening(session, rooms.find(session, pair.token)),
        Act("system", "returned", {"seat": "a"}),
        Act("system", "returned", {"seat": "b"}),
    ]
    for act in acts:
        rooms.play(session, live, act, NOW)
    session.commit()
    return live


def test_a_conversation_is_found_by_its_token_only(session, pair):
    assert rooms.find(session, pair.token).id == pair.conversation_id
    assert rooms.find(session, "another") is None


def test_seats_follow_the_order_of_the_pair(session, pair):
    conversation = rooms.find(session, pair.token)
    assert rooms.seat_of(conversation, pair.accounts["a"]) == "a"
    assert rooms.seat_of(conversation, pair.accounts["b"]) == "b"
    assert rooms.seat_of(conversation, -1) is None


@pytest.mark.parametrize(
    ("state", "minutes", "is_open"),
    [
        ("scheduled", -11, False),
        ("scheduled", -10, True),
        ("scheduled", 20, True),
        ("open", -60, True),
        ("closed", 0, False),
        ("cancelled", 0, False),
    ],
)
def test_the_door_opens_before_the_hour(session, state, minutes, is_open):
    pair = make_pair(session, state=state)
    conversation = rooms.find(session, pair.token)
    now = conversation.scheduled_at + timedelta(minutes=minutes)
    assert rooms.is_open(conversation, 10, now) is is_open


def test_a_room_is_the_fold_of_its_stored_log(session, keys, pair):
    live = begun(session, keys, pair)
    for text in ("Hello", "How was your day?"):
        rooms.play(session, live, Act("a", "say", {"text": text}, str(uuid4())), NOW)
    session.commit()
    again = load(session, keys, pair)
    assert again.room == live.room == again.tip
    assert again.log == live.log
    assert again.health == live.health
    assert again.acts.keys() == live.acts.keys()


def test_the_conversation_row_tells_how_far_the_room_came(session, keys, pair):
    live = begun(session, keys, pair)
    conversation = rooms.find(session, pair.token)
    session.refresh(conversation)
    assert (conversation.state, conversation.opened_at, conversation.steps) == ("open", NOW, 6)
    assert (conversation.started_at, conversation.step) == (NOW, 0)
    for seat in ("a", "b"):
        rooms.play(session, live, Act(seat, "ready", {}), NOW)
    later = NOW + timedelta(minutes=9)
    rooms.play(session, live, Act("b", "leave", {}), later)
    session.commit()
    session.refresh(conversation)
    assert (conversation.state, conversation.step) == ("closed", 1)
    assert (conversation.closed_at, conversation.ending) == (later, "left")


def test_words_are_stored_encrypted_and_bound_to_their_place(session, keys, pair):
    live = begun(session, keys, pair)
    rooms.play(session, live, Act("a", "say", {"text": "canary"}), NOW)
    rooms.play(session, live, Act("a", "say", {"text": "second"}), NOW)
    session.commit()
    rows = session.scalars(select(models.RoomEvent).order_by(models.RoomEvent.seq)).all()
    assert all(b"canary" not in row.sealed for row in rows)
    swapped = {rows[-1].seq: rows[-2].sealed, rows[-2].seq: rows[-1].sealed}
    for seq, sealed in swapped.items():
        session.execute(
            update(models.RoomEvent).where(models.RoomEvent.seq == seq).values(sealed=sealed)
        )
    session.commit()
    with pytest.raises(crypto.Unreadable):
        load(session, keys, pair)


@pytest.mark.parametrize("column", ["actor", "type"])
def test_who_said_it_and_what_it_was_cannot_be_changed(session, keys, pair, column):
    live = begun(session, keys, pair)
    rooms.play(session, live, Act("a", "say", {"text": "mine"}), NOW)
    last = models.RoomEvent.seq == live.room.seq
    values = {"actor": {"actor": "b"}, "type": {"type": "tell"}}[column]
    session.execute(update(models.RoomEvent).where(last).values(**values))
    with pytest.raises(crypto.Unreadable):
        load(session, keys, pair)


def test_a_room_whose_key_is_gone_cannot_be_read(session, keys, pair):
    begun(session, keys, pair)
    crypto.destroy_key(keys, logs.subject(pair.conversation_id))
    with pytest.raises(crypto.Unreadable):
        load(session, keys, pair)


def test_the_same_act_again_gets_the_first_answer(session, keys, pair):
    live = begun(session, keys, pair)
    act = Act("a", "say", {"text": "Once"}, str(uuid4()))
    first = rooms.play(session, live, act, NOW)
    assert rooms.play(session, live, act, NOW + timedelta(minutes=1)) is first
    again = load(session, keys, pair)
    assert rooms.play(session, again, act, NOW).event == first.event
    assert again.room.seq == live.room.seq


@pytest.mark.parametrize(
    "other",
    [
        Act("a", "say", {"text": "Twice"}),
        Act("b", "say", {"text": "Once"}),
        Act("a", "tell", {"text": "Once"}),
    ],
)
def test_another_act_with_the_same_id_is_a_conflict(session, keys, pair, other):
    live = begun(session, keys, pair)
    name = str(uuid4())
    rooms.play(session, live, Act("a", "say", {"text": "Once"}, name), NOW)
    with pytest.raises(Refused) as caught:
        rooms.play(session, live, Act(other.actor, other.type, other.data, name), NOW)
    assert caught.value.code == "conflict"


def test_an_act_that_waits_for_its_commit_is_not_played_twice(session, keys, pair):
    live = begun(session, keys, pair)
    act = Act("a", "say", {"text": "Once"}, str(uuid4()))
    pending = rooms.prepare(live, act, NOW)
    assert rooms.prepare(live, act, NOW) is pending
    assert live.room.seq == pending.before.seq
    following = rooms.prepare(live, Act("b", "say", {"text": "And"}), NOW)
    assert following.entry.event.seq == pending.entry.event.seq + 1
    rooms.append(session, [pending, following])
    assert rooms.settle(pending) is rooms.prepare(live, act, NOW)
    rooms.settle(following)
    assert live.room == live.tip


def test_a_refused_act_leaves_nothing(session, keys, pair):
    live = begun(session, keys, pair)
    before = (live.room, live.tip, len(live.log))
    for act in (
        Act("a", "say", {}),
        Act("a", "tell", {"text": "x"}),
        Act("a", "confirm", {"of": 1}),
    ):
        with pytest.raises(Refused):
            rooms.play(session, live, act, NOW)
        with pytest.raises(Refused):
            rooms.check(live, act)
    assert (live.room, live.tip, len(live.log)) == before
    rooms.check(live, Act("a", "say", {"text": "x"}))


def test_time_never_runs_backwards_in_a_log(session, keys, pair):
    live = begun(session, keys, pair)
    rooms.play(session, live, Act("a", "say", {"text": "x"}), NOW + timedelta(seconds=9))
    entry = rooms.play(session, live, Act("b", "say", {"text": "y"}), NOW)
    assert entry.event.at == NOW + timedelta(seconds=9)


def test_what_belongs_to_an_act_is_stored_with_it(session, keys, pair):
    live = begun(session, keys, pair)
    stored = []
    rooms.play(session, live, Act("a", "say", {"text": "x"}), NOW, stored.append)
    assert stored == [session]


def test_a_page_catches_up_from_the_number_it_has(session, keys, pair):
    live = begun(session, keys, pair)
    assert [entry.event.seq for entry in recall.entries_after(live, 1)] == [2, 3]
    assert len(recall.entries_after(live, -5)) == 3
    assert recall.entries_after(live, 99) == []


def test_the_state_tells_the_room_the_guide_and_the_names(session, keys, pair):
    live = begun(session, keys, pair)
    state = messages.state(live, "b")
    assert state["seq"] == 3
    assert state["room"]["seat"] == "b"
    assert state["names"] == live.names
    assert len(state["guide"]["steps"]) == 6


def test_an_event_message_is_ones_own_or_the_others(session, keys, pair):
    live = begun(session, keys, pair)
    before = live.room
    entry = rooms.play(session, live, Act("a", "ready", {}, "name"), NOW)
    mine = messages.event(entry, "a", (before, live.room))
    assert mine == {
        "seq": 4,
        "at": NOW.isoformat(),
        "type": "ready",
        "actor": "a",
        "data": {},
        "effects": [],
        "room": mine["room"],
        "id": "name",
    }
    assert mine["room"]["ready"] == ["a"]
    theirs = messages.event(entry, "b")
    assert "id" not in theirs
    assert "room" not in theirs


def test_effects_travel_with_the_event(session, keys, pair):
    live = begun(session, keys, pair)
    assert messages.event(live.log[2], "a")["effects"] == [{"type": "began", "data": {}}]


def test_a_hash_tells_acts_apart_and_not_the_order_of_keys():
    key = b"k" * 32
    one = logs.hash_act(key, "a", "reflect", {"line": "x", "again": True})
    assert one == logs.hash_act(key, "a", "reflect", {"again": True, "line": "x"})
    assert one != logs.hash_act(b"l" * 32, "a", "reflect", {"line": "x", "again": True})


def test_a_row_holds_no_plain_words():
    event = Event(1, NOW, "say", "a", {"text": "canary"})
    row = logs.to_row(7, crypto.Cipher(b"k" * 32), event, None, None)
    assert b"canary" not in row.sealed


def test_an_act_whose_sender_is_signed_out_meanwhile_is_found(session, keys, pair):
    live = begun(session, keys, pair)
    account = session.get(models.Account, pair.accounts["a"])
    sender = (account.id, account.fs_uniquifier)
    acts = [
        Act("a", "say", {"text": "Hello"}, str(uuid4()), sender),
        Act("a", "say", {"text": "Again"}, str(uuid4()), (account.id, "an older login")),
        Act("system", "dropped", {"seat": "b"}),
    ]
    batch = [rooms.prepare(live, act, NOW) for act in acts]
    assert rooms.fallen(session, batch, NOW) == [batch[1]]
    assert rooms.fallen(session, batch[2:], NOW) == []
    account.active = False
    session.flush()
    assert rooms.fallen(session, batch, NOW) == batch[:2]


def test_what_is_said_is_written_once_for_both_and_names_the_act_to_its_sender(session, keys, pair):
    live = begun(session, keys, pair)
    rooms.play(session, live, Act("a", "say", {"text": "First"}), NOW)
    name = str(uuid4())
    for act in (
        Act("a", "say", {"text": "Second"}, name),
        Act("a", "say", {"text": "No id"}),
        Act("b", "ready", {}, str(uuid4())),
        Act("facilitator", "nudge", {"by": "Ruth", "text": "Take your time."}),
    ):
        pending = rooms.prepare(live, act, NOW)
        change = (pending.before, pending.after)
        for seat, said in messages.spoken(pending).items():
            assert orjson.loads(said) == messages.event(pending.entry, seat, change)
        rooms.append(session, [pending])
        rooms.settle(pending)
