"""The desk's protocol, spoken to the real server."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from tests.rooms.people import Hall, Pair, Person


@pytest.fixture
def pair(hall: Hall) -> Pair:
    return hall.pair()


@pytest.fixture
def desk(hall: Hall) -> Person:
    account = hall.account("facilitator", first_name="Ruth")
    return hall.somebody(account, "", namespace="/desk")


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


def test_a_role_that_is_taken_away_bites_on_the_next_act(hall, pair, desk):
    with Session(hall.engine) as session:
        role = select(models.Role.id).where(models.Role.name == "facilitator").scalar_subquery()
        session.execute(
            models.AccountRole.__table__.delete().where(models.AccountRole.role_id == role)
        )
        session.commit()
    assert act(desk, pair, "join")["error"]["code"] == "signed_out"
    desk.wait("disconnect")
