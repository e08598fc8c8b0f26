"""What a crash of the server may cost: nothing that was acknowledged."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

import models


def test_after_a_crash_both_go_on_where_they_were(own_hall):
    hall = own_hall
    pair = hall.pair()
    a, b = hall.both(pair)
    acknowledged = [a.act("say", text=f"Before {number}")["seq"] for number in range(5)]
    hall.server.kill()
    a.wait("disconnect")
    name, text = str(uuid4()), "Was this lost?"
    unsent = {"id": name, "type": "say", "data": {"text": text}}
    hall.server.start()
    for person in (a, b):
        person.server = hall.server
        person.connect()
        person.wait("state")
    answer = a.send(unsent)
    assert a.send(unsent) == answer
    b.wait("event", lambda event: event["seq"] == answer["seq"])
    assert {event["seq"] for event in b.log} >= set(acknowledged)
    assert [event["seq"] for event in b.log] == list(range(1, b.log[-1]["seq"] + 1))
    assert [event["data"].get("text") for event in b.log].count(text) == 1


def test_an_act_that_cannot_be_stored_is_not_acknowledged_and_can_be_sent_again(own_hall):
    hall = own_hall
    pair = hall.pair()
    a, b = hall.both(pair)
    seq = a.act("say", text="First")["seq"]
    b.wait("event", lambda event: event["seq"] == seq)
    # Somebody else writes the next place of this log: the room in memory is behind its log.
    with Session(hall.engine) as session:
        taken = models.RoomEvent(
            conversation_id=pair.conversation_id,
            seq=seq + 1,
            at=datetime.now(UTC),
            type="say",
            actor="b",
            sealed=b"x" * 40,
        )
        session.add(taken)
        session.commit()
        message = {"id": str(uuid4()), "type": "say", "data": {"text": "Second"}}
        assert a.send(message)["error"]["code"] == "unavailable"
        mine = models.RoomEvent.conversation_id == pair.conversation_id
        session.execute(delete(models.RoomEvent).where(mine, models.RoomEvent.seq == seq + 1))
        session.commit()
    answer = a.send(message)
    assert answer["seq"] == seq + 1
    told = b.wait("event", lambda event: event["seq"] == seq + 1)
    assert told["data"] == {"text": "Second"}


def test_acts_sent_at_once_keep_their_order_and_have_no_gap(own_hall):
    hall = own_hall
    pairs = [hall.pair() for _ in range(4)]
    rooms = [hall.both(pair) for pair in pairs]
    for number in range(8):
        for a, b in rooms:
            for person in (a, b):
                message = {"id": str(uuid4()), "type": "say", "data": {"text": str(number)}}
                person.client.emit("act", message, namespace="/room")
    for a, b in rooms:
        for person in (a, b):
            last = [-1, -1]
            while min(last) < 7:
                event = person.wait_event("say")
                seat = "ab".index(event["actor"])
                assert int(event["data"]["text"]) == last[seat] + 1
                last[seat] += 1
            assert [event["seq"] for event in person.log] == list(range(1, len(person.log) + 1))
