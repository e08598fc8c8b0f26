"""The room's protocol, spoken to the real server."""

import json
from collections import deque
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import models
from conversation import guide
from services.conversations import logs
from services.safety import reports
from services.site import crypto
from tests import factories
from tests.rooms.people import GUIDE, Hall, Pair, Person


@pytest.fixture
def pair(hall: Hall) -> Pair:
    return hall.pair()


def stored(hall: Hall, pair: Pair) -> list[tuple[int, str, str]]:
    """What the database has of a room."""
    with Session(hall.engine) as session:
        wanted = select(models.RoomEvent).where(
            models.RoomEvent.conversation_id == pair.conversation_id
        )
        rows = session.scalars(wanted.order_by(models.RoomEvent.seq))
        return [(row.seq, row.type, row.actor) for row in rows]


def refused(hall: Hall, account_id: int, token: str, **given: object) -> str:
    return hall.visitor(account_id, token, **given).refusal()


def test_two_people_walk_a_whole_conversation(hall, pair):
    a, b = hall.both(pair)
    people = {"a": a, "b": b}
    assert a.act("ready")["ok"]
    both_have(people, b.act("ready")["seq"])
    for _ in range(2):
        step_of_telling(people)
    for turn in range(4):
        seat = a.view["activity"]["turn"]
        answer = people[seat].act("tell", text=f"By the river, {turn}")
        both_have(people, answer["seq"])
        if a.view["step"] == 2:
            continue
    assert a.view["difference"] == b.view["difference"] == []
    for _ in range(2):
        step_of_telling(people)
    assert a.act("tick", values=[0, 1, 5])["ok"]
    both_have(people, b.act("tick", values=[5, 1])["seq"])
    assert a.view["overlap"] == b.view["overlap"] == [1, 5]
    assert a.act("reflect", line="The river", again=True)["ok"]
    last = b.act("reflect", line="The rain", again=True)["seq"]
    both_have(people, last)
    for person in (a, b):
        assert person.view["closed"]["why"] == "finished"
        assert person.view["again"]
        assert [event["seq"] for event in person.log] == list(range(1, last + 1))
    assert "The rain" not in json.dumps([a.log, a.view])
    assert [event["seq"] for event in a.log] == [seq for seq, *_ in stored(hall, pair)]


def step_of_telling(people: dict[str, Person]) -> None:
    teller = people["a"].view["activity"]["teller"]
    listener = "b" if teller == "a" else "a"
    both_have(people, people[teller].act("tell", text="I was nine.")["seq"])
    said = people[listener].act("say_back", text="You were nine.")["seq"]
    both_have(people, said)
    both_have(people, people[teller].act("confirm", of=said)["seq"])


def both_have(people: dict[str, Person], seq: int) -> None:
    for person in people.values():
        if person.after < seq:
            person.wait("event", lambda event: event["seq"] == seq)


def test_an_act_is_given_back_with_its_place_in_the_log(hall, pair):
    a = hall.person(pair, "a")
    name = str(uuid4())
    answer = a.act("say", id=name, text="Anybody?")
    event = a.wait_event("say")
    assert answer == {"ok": True, "seq": event["seq"], "at": event["at"]}
    assert event["id"] == name


def test_what_is_acknowledged_is_stored(hall, pair):
    a, _ = hall.both(pair)
    for number in range(10):
        answer = a.act("say", text=f"Message {number}")
        assert (answer["seq"], "say", "a") in stored(hall, pair)


def test_a_resent_act_gets_the_first_answer_and_is_there_once(hall, pair):
    a, b = hall.both(pair)
    name = str(uuid4())
    first = a.act("say", id=name, text="Once")
    assert a.act("say", id=name, text="Once") == first
    assert a.act("say", id=name.upper(), text="Once") == first
    assert a.act("say", id=name, text="Twice")["error"]["code"] == "conflict"
    assert b.act("say", id=name, text="Once")["error"]["code"] == "conflict"
    last = b.act("say", text="End")["seq"]
    b.wait("event", lambda event: event["seq"] == last)
    assert [event["data"]["text"] for event in b.log if event["type"] == "say"] == ["Once", "End"]


def test_who_comes_back_gets_what_was_missed_and_nothing_twice(hall, pair):
    a, b = hall.both(pair)
    b.leave()
    for number in range(5):
        a.act("say", text=f"While away {number}")
    last = a.act("say", text="The last")["seq"]
    b.connect()
    b.wait("event", lambda event: event["seq"] == last)
    assert [event["seq"] for event in b.log] == list(range(1, last + 1))
    assert b.view["seq"] >= last


def test_two_tabs_of_one_person_hear_the_same(hall, pair):
    a, second = hall.person(pair, "a"), hall.person(pair, "a")
    answer = a.act("say", text="From the first tab")
    event = second.wait_event("say")
    assert (event["seq"], "id" in event) == (answer["seq"], True)
    a.leave()
    assert second.act("say", text="Still here")["ok"]


def test_a_reload_is_no_absence_and_presence_is_told_at_once(hall, pair):
    a, b = hall.both(pair)
    a.leave()
    b.wait("presence", lambda here: here == {"a": "away", "b": "here"})
    a.connect()
    b.wait("presence", lambda here: here == {"a": "here", "b": "here"})
    b.act("say", text="Back")
    b.wait_event("say")
    assert "dropped" not in [event["type"] for event in b.log]


def test_typing_is_told_to_the_other_and_not_stored(hall, pair):
    a, b = hall.both(pair)
    a.client.emit("typing", {"on": True}, namespace="/room")
    assert b.wait("typing") == {"seat": "a", "on": True}
    assert a.act("typing", on=False) == {"ok": True}
    assert b.wait("typing") == {"seat": "a", "on": False}
    assert "typing" not in [kind for _, kind, _ in stored(hall, pair)]


def test_private_parts_of_the_log_stay_apart(hall):
    steps = GUIDE.partition("[[steps]]")
    tick = '\nname = "values"\ntitle = "V"\npurpose = "P"\nminutes = 2\nactivity = "tick"\n'
    text = f'{steps[0]}[[steps]]{tick}prompts = ["Family", "Home"]\n'
    pair = hall.pair(text=text)
    a, b = hall.both(pair)
    a.act("tick", values=[1])
    assert a.wait_event("tick")["data"] == {"values": [1]}
    told = b.wait_event("tick")
    assert told["data"] == {}
    assert told["room"]["activity"] == {"kind": "tick", "ticked": ["a"], "mine": None}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (None, "wrong_type"),
        ("say", "wrong_type"),
        ({"type": "say", "data": {"text": "x"}}, "wrong_type"),
        ({"id": "1", "type": "say", "data": {"text": "x"}}, "wrong_type"),
        ({"id": 7, "type": "say", "data": {"text": "x"}}, "wrong_type"),
        ({"id": str(uuid4()), "type": ["say"], "data": {}}, "unknown_type"),
        ({"id": str(uuid4()), "type": "opened", "data": {}}, "unknown_type"),
        ({"id": str(uuid4()), "type": "say", "data": {"text": "x" * 2001}}, "too_long"),
        ({"id": str(uuid4()), "type": "say", "data": {"text": "x", "seat": "b"}}, "unknown_key"),
        ({"id": str(uuid4()), "type": "say", "data": {"text": "x"}, "seat": "b"}, "wrong_type"),
        ({"id": str(uuid4()), "type": "tell", "data": {"text": "x"}}, "not_now"),
    ],
)
def test_a_wrong_act_is_refused_and_nothing_is_stored(hall, pair, message, code):
    a, _ = hall.both(pair)
    before = stored(hall, pair)
    answer = a.send(message)
    assert (answer["ok"], answer["error"]["code"]) == (False, code)
    assert answer["error"]["message"]
    assert stored(hall, pair) == before
    assert a.act("say", text="Still well")["ok"]


def test_a_frame_above_16_kb_ends_the_connection_and_nothing_else(hall, pair):
    a, b = hall.both(pair)
    a.client.emit("act", {"id": "x" * 20_000}, namespace="/room")
    a.wait("disconnect")
    assert b.act("say", text="Still here")["ok"]


def test_messages_are_limited_also_over_reconnects(hall, pair):
    a, b = hall.both(pair)
    answers = [a.act("say", text=f"Message {number}") for number in range(20)]
    assert all(answer["ok"] for answer in answers)
    assert a.act("say", text="Too many")["error"]["code"] == "rate"
    a.leave()
    a.connect()
    a.wait("state")
    assert a.act("say", text="Too many")["error"]["code"] == "rate"
    assert b.act("say", text="Not limited by the other")["ok"]
    assert a.act("pause")["ok"]
    assert a.act("leave")["ok"]


def test_others_are_refused_as_if_there_were_no_such_room(hall, pair):
    stranger = hall.pair()
    early = hall.pair(scheduled_at=factories.NOW + timedelta(days=36500))
    cancelled = hall.pair(state="cancelled")
    assert refused(hall, stranger.accounts["a"], pair.token) == "not_found"
    assert refused(hall, pair.accounts["a"], "no-such-room") == "not_found"
    assert refused(hall, early.accounts["a"], early.token) == "not_found"
    assert refused(hall, cancelled.accounts["a"], cancelled.token) == "not_found"
    assert refused(hall, pair.accounts["a"], pair.token, after=-1) == "not_found"
    facilitator = hall.account("facilitator")
    assert refused(hall, facilitator, pair.token) == "not_found"


def test_nobody_comes_in_without_a_sign_in(hall, pair):
    nobody = Person(hall.server, "earshot=forged", pair.token)
    hall.people.append(nobody)
    assert nobody.refusal() == "signed_out"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_another_origin_is_refused(hall, pair, origin):
    assert refused(hall, pair.accounts["a"], pair.token, origin=origin)


@pytest.mark.parametrize(
    "change",
    [
        {"active": False},
        {"suspended_until": factories.NOW + timedelta(days=36500)},
        {"fs_uniquifier": "all sessions ended"},
    ],
)
def test_a_ban_bites_on_the_next_act(hall, pair, change):
    a, b = hall.both(pair)
    hall.change(models.Account, pair.accounts["a"], **({**change, **fresh(change)}))
    assert a.act("say", text="Me again")["error"]["code"] == "signed_out"
    assert a.wait("closed") == {"code": "signed_out"}
    a.wait("disconnect")
    assert b.act("say", text="Hello?")["ok"]
    assert a.refusal() == "signed_out"


def fresh(change: dict[str, object]) -> dict[str, object]:
    return {"fs_uniquifier": str(uuid4())} if "fs_uniquifier" in change else {}


def test_a_ban_ends_the_socket_of_whoever_says_nothing(hall, pair):
    a, b = hall.both(pair)
    hall.change(models.Account, pair.accounts["a"], active=False)
    assert a.wait("closed") == {"code": "signed_out"}
    a.wait("disconnect")
    b.wait("presence", lambda here: here["a"] == "away")
    assert b.act("say", text="Hello?")["ok"]


@pytest.mark.parametrize("state", ["missed", "cancelled"])
def test_a_conversation_that_will_not_come_about_ends_its_room(hall, pair, state):
    """A job, or the other's cancelling, writes to the database only; what has begun goes on."""
    begun = hall.pair()
    c, d = hall.both(begun)
    a = hall.person(pair, "a")
    for one in (begun, pair):
        hall.change(models.Conversation, one.conversation_id, state=state)
    assert a.wait("closed") == {"code": "lapsed"}
    a.wait("disconnect")
    assert hall.visitor(pair.accounts["b"], pair.token).refusal() == "not_found"
    assert c.act("say", text="Still here")["ok"]
    assert d.wait_event("say")["data"]["text"] == "Still here"


def test_an_act_finds_at_once_that_the_conversation_is_over(hall, pair):
    """Both tabs of who waits are told; nothing of it is stored."""
    a, second = hall.person(pair, "a"), hall.person(pair, "a")
    a.wait_event("returned")
    hall.change(models.Conversation, pair.conversation_id, state="cancelled")
    before = stored(hall, pair)
    assert a.act("say", text="Anybody?")["error"]["code"] == "lapsed"
    for tab in (a, second):
        assert tab.wait("closed") == {"code": "lapsed"}
        tab.wait("disconnect")
    assert stored(hall, pair) == before


def test_a_connection_open_at_one_end_only_is_ended_and_the_other_told(hall, pair):
    """Its TCP connection stands and takes what is sent, but no ping is answered."""
    b = hall.person(pair, "b")
    address = f"{hall.server.url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    headers = {"Cookie": hall.cookie(pair.accounts["a"])}
    with connect(address, origin=hall.config.site.url, additional_headers=headers) as silent:
        silent.recv()
        silent.send("40/room," + json.dumps({"conversation": pair.token, "after": 0}))
        b.wait("presence", lambda here: here == {"a": "here", "b": "here"})
        b.wait("presence", lambda here: here == {"a": "away", "b": "here"})
        assert b.act("say", text="Are you there?")["ok"]
        with pytest.raises(ConnectionClosed):
            deque(iter(partial(silent.recv, 60), None), maxlen=0)


def test_a_sign_out_ends_the_socket(hall, pair):
    a, b = hall.both(pair)
    hall.sign_out(a.cookie)
    a.wait("disconnect")
    b.wait("presence", lambda here: here["a"] == "away")


@pytest.mark.parametrize("blocker", ["a", "b"])
def test_a_block_ends_the_running_room_for_both_and_names_nobody(hall, pair, blocker):
    a, b = hall.both(pair)
    by = {"a": a, "b": b}[blocker]
    hall.send_form(f"/conversations/{pair.token}/block", by.cookie).close()
    for person in (a, b):
        person.wait_status("closed")
        mark = person.view["closed"]
        assert (mark["why"], mark["by"]) == ("ended", "system")
        assert (person.log[-1]["type"], person.log[-1]["data"]) == ("end", {})
    assert by.act("say", text="Hello?")["error"]["code"] == "closed"
    assert [one for one in a.log if one["actor"] == blocker] == []


def test_the_pause_word_stops_both(hall, pair):
    a, b = hall.both(pair)
    a.act("say", text=f"I need a moment, {a.view['pause_word']}")
    b.wait_status("paused")
    assert b.act("ready")["error"]["code"] == "not_now"
    assert b.act("say", text="Take your time")["ok"]
    assert a.act("resume")["ok"]
    b.wait_status("talking")


def test_leaving_closes_the_room_for_both(hall, pair):
    a, b = hall.both(pair)
    assert a.act("leave")["ok"]
    b.wait_status("closed")
    assert b.view["closed"]["why"] == "left"
    assert b.act("say", text="Hello?")["error"]["code"] == "closed"
    b.leave()
    b.connect()
    b.wait("state", lambda state: state["room"]["status"] == "closed")


def test_a_report_is_sealed_and_looks_like_leaving(hall, pair):
    a, b = hall.both(pair)
    said = a.act("say", text="canary words")["seq"]
    name = str(uuid4())
    answer = b.act("report", id=name, reason="threat", attach=[said])
    assert answer["ok"]
    assert b.act("report", id=name, reason="threat", attach=[said]) == answer
    told = a.wait("event", lambda event: event["seq"] == answer["seq"])
    assert (told["type"], told["actor"], told["data"]) == ("leave", "b", {})
    assert "report" not in {event["type"] for event in a.log}
    assert "threat" not in json.dumps([a.log, a.view])
    with Session(hall.engine) as session:
        made = session.scalars(
            select(models.Report).where(models.Report.conversation_id == pair.conversation_id)
        ).one()
        key = crypto.open_key(hall.keys, reports.subject(made.token))
        plain = crypto.unseal(key, made.evidence, reports.subject(made.token))
    assert b"canary words" in plain
    assert made.reporter_id == pair.participants["b"]


def test_a_wrong_report_seals_nothing(hall, pair):
    _, b = hall.both(pair)
    assert b.act("report", reason="rude", attach=[])["error"]["code"] == "unknown_value"
    with Session(hall.engine) as session:
        wanted = models.Report.conversation_id == pair.conversation_id
        assert not session.scalars(select(models.Report).where(wanted)).all()


def test_a_destroyed_key_closes_the_room_for_good(hall, pair):
    hall.change(models.Conversation, pair.conversation_id, state="open")
    crypto.destroy_key(hall.keys, logs.subject(pair.conversation_id))
    assert refused(hall, pair.accounts["a"], pair.token) == "not_found"


def test_the_guide_of_a_room_is_the_one_it_was_made_with(hall):
    text = GUIDE.replace("A first conversation, short", "An older edition")
    pair = hall.pair(text=text)
    a = hall.person(pair, "a")
    state = a.wait("state")
    assert state["guide"]["title"] == "An older edition"
    assert state["guide"]["digest"] == guide.parse(text, "old").digest
