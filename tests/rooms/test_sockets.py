"""The room's protocol, spoken to the real server."""

from uuid import uuid4


def test_two_people_walk_the_first_step(people, pair):
    a, b = people(pair, "a"), people(pair, "b")
    a.wait_status("talking")
    assert a.act("say", text="Hello there")["ok"]
    told = b.wait_event("say")
    assert told["data"] == {"text": "Hello there"}
    assert b.act("ready")["ok"]
    assert a.act("ready")["ok"]
    moved = b.wait_event("ready", "a")
    assert moved["effects"] == [{"type": "moved", "data": {"step": 1}}]
    assert moved["room"]["step"] == 1


def test_an_act_is_given_back_with_its_place_in_the_log(people, pair):
    a = people(pair, "a")
    name = str(uuid4())
    answer = a.act("say", id=name, text="Anybody?")
    event = a.wait_event("say")
    assert answer == {"ok": True, "seq": event["seq"], "at": event["at"]}
    assert event["id"] == name
