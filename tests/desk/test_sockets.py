"""The desk's protocol, spoken to the real server."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import models
from services.safety import duty
from tests.rooms.people import Hall, Pair, Person


@pytest.fixture
def pair(hall: Hall) -> Pair:
    return hall.pair()


@pytest.fixture(scope="module")
def ruth(server_for_all: Hall) -> int:
    return server_for_all.account("facilitator", first_name="Ruth")


@pytest.fixture
def desk(hall: Hall, ruth: int) -> Person:
    return hall.somebody(ruth, "", namespace="/desk")


def act(desk: Person, pair: Pair, type: str, **data: object) -> dict[str, object]:
    message = {"conversation": pair.token, "id": str(uuid4()), "type": type, "data": data}
    return desk.send(message)


def test_the_desk_sees_rooms_change_and_not_a_word(hall, pair, desk):
    a, b = hall.both(pair)
    a.act("say", text="canary words of ours")
    summary = desk.wait("room", lambda s: s["id"] == pair.token and s["words"]["a"] == 4)
    assert summary["status"] == "talking"
    assert summary["present"] == ["a", "b"]
    b.act("help", show=False)
    helped = desk.wait("room", lambda s: s["id"] == pair.token and s["level"] == "now")
    assert helped["reasons"][0]["name"] == "help"
    a.act("leave")
    desk.wait("gone", lambda gone: gone["id"] == pair.token)
    assert "canary" not in json.dumps([summary, helped])


def test_a_new_desk_gets_every_open_room(hall, pair):
    hall.both(pair)
    staff = hall.somebody(hall.account("staff"), "", namespace="/desk")
    listed = staff.wait("rooms")["rooms"]
    assert pair.token in {room["id"] for room in listed}


def test_a_nudge_is_seen_by_both_and_written_down(hall, pair, desk):
    a, b = hall.both(pair)
    assert act(desk, pair, "nudge", text="Take your time.", by="Somebody")["ok"]
    for person in (a, b):
        told = person.wait_event("nudge")
        assert told["data"] == {"text": "Take your time.", "by": "Ruth"}
    with Session(hall.engine) as session:
        subject = f"conversation:{pair.conversation_id}"
        wanted = select(models.AuditEntry).where(models.AuditEntry.subject == subject)
        assert [entry.action for entry in session.scalars(wanted)] == ["room.nudge"]


def test_a_note_is_for_one_and_a_place_in_the_log_for_the_other(hall, pair, desk):
    a, b = hall.both(pair)
    seq = act(desk, pair, "note", text="Ask once more.", to="a")["seq"]
    assert a.wait_event("note")["data"]["text"] == "Ask once more."
    hidden = b.wait("event", lambda event: event["seq"] == seq)
    assert (hidden["type"], hidden["data"]) == ("hidden", {})


def test_a_facilitator_joins_extends_and_ends(hall, pair, desk):
    a, _ = hall.both(pair)
    minutes = a.view["minutes"]
    for kind, data in (("join", {}), ("extend", {"minutes": 5}), ("end", {})):
        assert act(desk, pair, kind, **data)["ok"]
    a.wait_status("closed")
    assert a.view["facilitator"] == "Ruth"
    assert a.view["minutes"] == minutes + 5
    assert a.view["closed"]["why"] == "ended"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "say", "data": {"text": "x"}}, "unknown_type"),
        ({"type": "nudge", "data": {}}, "missing_key"),
        ({"type": "nudge", "data": []}, "wrong_type"),
        ({"type": "resume", "data": {}}, "not_now"),
        ({"type": 3, "data": {}}, "wrong_type"),
    ],
)
def test_a_wrong_act_is_refused(hall, pair, desk, body, code):
    hall.both(pair)
    message = {"conversation": pair.token, "id": "0" * 32, **body}
    assert desk.send(message)["error"]["code"] == code


def test_no_act_without_a_room_or_keys(desk):
    message = {"conversation": "none", "id": "0" * 32, "type": "join", "data": {}}
    assert desk.send(message)["error"]["code"] == "not_found"
    assert desk.send({})["error"]["code"] == "wrong_type"


def test_only_facilitators_and_staff_come_to_the_desk(hall, pair):
    visitor = hall.visitor(pair.accounts["a"], "", namespace="/desk")
    assert visitor.refusal() == "not_found"


def test_a_role_that_is_taken_away_bites_on_the_next_act(hall, pair):
    account = hall.account("facilitator")
    desk = hall.somebody(account, "", namespace="/desk")
    with Session(hall.engine) as session, session.begin():
        session.execute(delete(models.AccountRole).where(models.AccountRole.account_id == account))
    assert act(desk, pair, "join")["error"]["code"] == "signed_out"
    desk.wait("disconnect")


def allow(desk: Person, pair: Pair, a: Person, b: Person) -> None:
    """The facilitator is there, and both let them read."""
    assert act(desk, pair, "join")["ok"]
    for person in (a, b):
        assert person.act("allow", show=True)["ok"]


def test_words_come_with_both_yeses_and_a_look_that_is_told(hall, pair, desk):
    a, b = hall.both(pair)
    a.act("say", text="before anybody agreed")
    assert act(desk, pair, "look")["error"]["code"] == "not_now"
    allow(desk, pair, a, b)
    a.act("say", text="after both agreed")
    assert act(desk, pair, "look")["ok"]
    assert [one["text"] for one in desk.wait("words")["words"]] == ["after both agreed"]
    assert b.wait_event("look")["data"] == {"by": "Ruth"}
    b.act("say", text="one more")
    assert [one["text"] for one in desk.wait("words")["words"]] == ["one more"]
    b.act("allow", show=False)
    assert desk.wait("words") == {"id": pair.token, "words": None}
    b.act("say", text="not for the desk")
    desk.wait("room", lambda said: said["id"] == pair.token and not said["readable"])
    with Session(hall.engine) as session:
        wanted = select(models.AuditEntry.action).where(
            models.AuditEntry.subject == f"conversation:{pair.conversation_id}"
        )
        assert list(session.scalars(wanted)) == ["room.join", "room.look"]


def test_a_yes_is_taken_back_also_by_who_did_too_much_else(hall, pair, desk):
    a, b = hall.both(pair)
    allow(desk, pair, a, b)
    done = [a.act("unready") for _ in range(61)]
    assert done[-1]["error"]["code"] == "rate"
    assert a.act("allow", show=False)["ok"]


def test_who_stops_reading_gets_no_more_words(hall, pair, desk):
    a, b = hall.both(pair)
    allow(desk, pair, a, b)
    assert act(desk, pair, "look")["ok"]
    assert desk.client.call("stop", pair.token, namespace="/desk") == {"ok": True}
    assert desk.client.call("stop", [], namespace="/desk") == {"ok": True}
    a.act("say", text="one two three four five six seven")
    told = []
    while not told or told[-1][0] != "room" or told[-1][1]["words"]["a"] != 7:
        told.append(desk.heard.get(timeout=60))
    assert "words" not in {name for name, _ in told}


def test_another_facilitator_sees_who_claimed_and_who_let_go(hall, pair, desk):
    hall.both(pair)
    omar = hall.somebody(hall.account("facilitator", first_name="Omar"), "", namespace="/desk")
    assert act(desk, pair, "claim")["ok"]
    omar.wait("room", lambda said: said["id"] == pair.token and said["claimed"] == "Ruth")
    assert act(omar, pair, "claim")["error"]["code"] == "not_now"
    assert act(omar, pair, "release")["error"]["code"] == "not_now"
    assert act(desk, pair, "release")["ok"]
    omar.wait("room", lambda said: said["id"] == pair.token and said["claimed"] is None)
    assert act(omar, pair, "claim")["ok"]
    desk.wait("room", lambda said: said["id"] == pair.token and said["claimed"] == "Omar")


def test_who_asks_for_help_hears_who_is_on_duty(hall, pair):
    a, b = hall.both(pair)
    a.act("help", show=False)
    assert b.wait_event("duty")["data"] == {}
    account = hall.account("facilitator", first_name="Noor")
    now = datetime.now(UTC)
    with Session(hall.engine) as session, session.begin():
        duty.add(session, account, now - timedelta(hours=1), now + timedelta(hours=1))
    b.act("help", show=False)
    for person in (a, b):
        told = person.wait("event", lambda said: said["type"] == "duty" and said["data"])
        assert told["data"] == {"by": "Noor"}
    with Session(hall.engine) as session, session.begin():
        kinds = session.scalars(select(models.Mail.kind).where(models.Mail.kind == "help_asked"))
        assert len(kinds.all()) == 1
        session.execute(delete(models.Shift))
