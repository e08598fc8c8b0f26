"""A conversation over by its row alone, by a job or by cancelling: never brought back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import gevent
import pytest
from gevent.event import AsyncResult
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

import models
from conversation.fields import Refused
from services.conversations import following, rooms
from services.conversations.rooms import Act
from services.pairing import arrangements, reminders
from services.pairing.arrangements import TooLate
from tests.factories import NOW
from tests.rooms.test_rooms import begun, load
from web.writing import Writer

LATER = NOW + timedelta(hours=7)
COMES = Act("system", "returned", {"seat": "b"})


def waiting(session, keys, pair):
    """A room in which one of the two is."""
    live = load(session, keys, pair)
    opening = rooms.opening(session, rooms.find(session, pair.token))
    for act in (opening, Act("system", "returned", {"seat": "a"})):
        rooms.play(session, live, act, NOW)
    session.commit()
    return live


def miss(session, pair, config):
    return reminders.miss_due(session, LATER, config)


def cancel(session, pair, config):
    conversation = session.get_one(models.Conversation, pair.conversation_id)
    try:
        arrangements.cancel(session, conversation, conversation.pair.first, NOW, config)
    except TooLate:
        return 0
    return 1


def close(session, pair, config):
    reminders.close_due(session, LATER)
    return int(row(session, pair).ending == "abandoned")


WAYS = {"missed": (waiting, miss), "cancelled": (waiting, cancel), "closed": (begun, close)}


@pytest.fixture(params=WAYS)
def way(request):
    """How a conversation comes to be over, and the state it then has."""
    return (request.param, *WAYS[request.param])


def row(session, pair) -> models.Conversation:
    session.expire_all()
    return session.get_one(models.Conversation, pair.conversation_id)


def writer_of(session, live) -> Writer:
    return Writer(sessionmaker(session.get_bind()), {live.token: live}, lambda: LATER)


def outcome(writer, live, act):
    answer: AsyncResult = AsyncResult()
    writer.submit(live, act, answer.set)
    return answer.get(timeout=30)


def acts(live) -> list[Act]:
    """What brings a room on: somebody comes, who says something, and both are done."""
    return [] if live.room.since else [COMES]


def test_what_is_marked_over_takes_no_act_and_stays_so(session, keys, pair, config, way):
    state, make, mark = way
    live = make(session, keys, pair)
    assert mark(session, pair, config) == 1
    session.commit()
    writer, told = writer_of(session, live), []
    writer.lapsed.append(told.append)
    before = live.room
    for act in (*acts(live), Act("a", "say", {"text": "Anybody?"}, "one"), Act("a", "leave", {})):
        found = outcome(writer, live, act)
        assert isinstance(found, Refused)
        assert found.code == "lapsed"
    assert set(told) == {live}
    assert live.room == live.tip == before
    left = row(session, pair)
    assert left.state == state
    assert left.ending in (None, "abandoned")
    assert load(session, keys, pair).room == before


def test_what_has_an_act_first_is_not_marked_over(session, main_engine, keys, pair, config, way):
    """The job, or who cancels, waits for the act that is being stored, and then finds it."""
    _, make, mark = way
    live = make(session, keys, pair)
    act = COMES if live.room.since is None else Act("a", "say", {"text": "I am back."}, "one")
    assert not following.lapsed(session, [live], LATER, lock=True)
    rooms.play(session, live, act, LATER)

    def job() -> int:
        with Session(main_engine) as other:
            done = mark(other, pair, config)
            other.commit()
            return int(done)

    with ThreadPoolExecutor(1) as one:
        marked = one.submit(job)
        until_waiting(main_engine, marked.done)
        session.commit()
        assert marked.result() == 0
    left = row(session, pair)
    assert left.state == "open"
    assert left.started_at is not None
    assert load(session, keys, pair).room == live.room


def until_waiting(engine, over: Callable[[], bool]) -> None:
    """Return once another transaction waits for a lock, or *over*; SQLite has one writer."""
    if engine.dialect.name != "postgresql":
        return
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not over():
        with engine.connect() as connection:
            if connection.scalar(waits):
                return
        sleep(0.01)


def test_a_room_that_goes_on_asks_nothing_more(session, keys, pair):
    """Only what a job may mark is asked about: a running room's row may say what it likes."""
    live = begun(session, keys, pair)
    row(session, pair).state = "missed"
    session.commit()
    assert following.lapsed(session, [live], NOW) == set()
    assert following.lapsed(session, [live], NOW + timedelta(hours=2)) == {live}


def test_a_room_in_memory_hears_that_its_conversation_is_over(session, keys, pair, config, way):
    _, make, mark = way
    live = make(session, keys, pair)
    assert following.lapsed(session, [live], LATER) == set()
    assert mark(session, pair, config) == 1
    session.commit()
    assert following.lapsed(session, [live], LATER) == {live}


def test_who_waits_in_the_queue_hears_it_too(session, keys, pair, config):
    live = waiting(session, keys, pair)
    writer = writer_of(session, live)
    miss(session, pair, config)
    session.commit()
    answers = [AsyncResult() for _ in range(3)]
    for number, answer in enumerate(answers):
        writer.submit(live, Act("a", "say", {"text": "Hello"}, str(number)), answer.set)
    found = [answer.get(timeout=30) for answer in answers]
    assert [one.code for one in found] == ["lapsed"] * 3
    gevent.sleep(0)
    assert rooms.find(session, pair.token).started_at is None
