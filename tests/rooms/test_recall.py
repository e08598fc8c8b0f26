"""A room keeps its newest entries in memory and finds the others in its log."""

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest

from conversation.fields import Refused
from services.conversations import recall, rooms
from services.conversations.rooms import Act
from services.safety import reports
from tests.factories import NOW
from tests.rooms.test_rooms import begun, load
from tests.rooms.test_sockets import stored
from web import live

MANY = 4 * recall.KEPT
HOUR = timedelta(hours=1)


@pytest.fixture
def acts() -> list[Act]:
    return [Act("ab"[n % 2], "say", {"text": f"Message {n}"}, str(uuid4())) for n in range(MANY)]


@pytest.fixture
def talked(session, keys, pair, acts):
    """A room in which much was said."""
    room = begun(session, keys, pair)
    for act in acts:
        rooms.play(session, room, act, NOW)
    session.commit()
    return room


def test_memory_holds_the_newest_entries_and_their_acts_only(talked):
    assert len(talked.log) == recall.KEPT
    assert [one.event.seq for one in talked.log][-1] == talked.room.seq
    assert talked.acts.keys() == {one.act_id for one in talked.log}
    assert len(talked.older) == MANY - len(talked.log)
    assert rooms.waits_since(talked, "a", NOW + HOUR) == max(talked.scheduled_at, NOW)


def test_a_whole_room_holds_everything(session, keys, pair, talked):
    whole = rooms.load(session, keys, rooms.find(session, pair.token), NOW, whole=True)
    assert [one.event.seq for one in whole.log] == list(range(1, talked.room.seq + 1))
    assert not whole.older
    assert load(session, keys, pair).older


@pytest.mark.parametrize("after", [-1, 0, 1, 40, MANY - 1, MANY, MANY + 2, MANY + 3, MANY + 9])
@pytest.mark.usefixtures("talked")
def test_whoever_comes_back_gets_all_of_it_from_wherever_they_were(app, session, keys, pair, after):
    whole = rooms.load(session, keys, rooms.find(session, pair.token), NOW, whole=True)
    held = live.of(app)
    with app.app_context():
        found = held.entries(held.get(pair.token), after)
    assert found == whole.log[max(after, 0) :]


def test_an_old_act_again_gets_the_first_answer(app, session, pair, talked, acts):
    held = live.of(app)
    with app.app_context():
        for seq in (4, 5, MANY):
            known = held.play(pair.token, acts[seq - 4])
            assert (known.event.seq, known.event.at) == (seq, NOW)
        assert held.get(pair.token).room.seq == talked.room.seq
        with pytest.raises(Refused) as caught:
            held.play(pair.token, acts[0]._replace(data={"text": "Another"}))
        assert caught.value.code == "conflict"
        assert held.play(pair.token, acts[0]._replace(id=str(uuid4()))).event.seq == MANY + 4


def test_a_number_that_is_only_like_an_old_one_keeps_nobody_from_acting(app, pair, talked):
    held, name = live.of(app), str(uuid4())
    with app.app_context():
        held.get(pair.token).older.add(hash(name))
        said = held.play(pair.token, Act("a", "say", {"text": "New"}, name))
    assert said.event.seq == talked.room.seq + 1


def test_over_a_socket_nothing_of_a_long_talk_is_lost_or_doubled(hall):
    pair = hall.pair()
    a, b = hall.both(pair)
    names = [str(uuid4()) for _ in range(3)]
    answers = [a.act("say", id=name, text=f"Line {n}") for n, name in enumerate(names)]
    for n in range(recall.KEPT):
        assert a.act("unready" if n % 2 else "ready")["ok"]
        last = b.act("allow", show=n % 2 == 0)["seq"]
    assert a.act("say", id=names[0], text="Line 0") == answers[0]
    assert a.act("say", id=names[1].upper(), text="Line 1") == answers[1]
    assert a.act("say", id=names[2], text="Another")["error"]["code"] == "conflict"
    assert a.act("say", id=["x"], text="Another")["error"]["code"] == "wrong_type"
    late = hall.person(pair, "b")
    late.wait("event", lambda event: event["seq"] == last)
    assert [event["seq"] for event in late.log] == list(range(1, last + 1))
    assert [one["type"] for event in late.log[:4] for one in event["effects"]] == ["began"]
    assert [seq for seq, *_ in stored(hall, pair)] == list(range(1, last + 1))


def test_the_evidence_of_a_report_is_the_whole_log(app, session, keys, pair, talked):
    held = live.of(app)
    with app.app_context():
        log = held.entries(held.get(pair.token), 0)
    also = reports.seal(
        keys, talked, log, seat="b", data={"reason": "other", "attach": []}, now=NOW
    )
    rooms.play(session, talked, Act("b", "report", {"reason": "other", "attach": []}), NOW, also)
    session.commit()
    made = session.query(reports.models.Report).one()
    plain = reports.crypto.unseal(
        reports.crypto.open_key(keys, reports.subject(made.token)),
        made.evidence,
        reports.subject(made.token),
    )
    assert [one[0] for one in orjson.loads(plain)["log"]] == list(range(1, MANY + 4))
