"""A closed room that nobody is in leaves memory, and is not read again for its own sake."""

import gevent
import pytest
from flask import Flask

from services.conversations import rooms
from services.conversations.rooms import Act
from tests.factories import NOW
from tests.rooms.test_rooms import begun
from web import live
from web.rooms import attendance

MOMENT = 0.02


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "DROP_SECONDS", MOMENT)


@pytest.mark.usefixtures("quick")
def test_a_closed_empty_room_is_read_once_and_let_go_of(app: Flask, session, keys, pair):
    room = begun(session, keys, pair)
    rooms.play(session, room, Act("a", "leave", {}), NOW)
    session.commit()
    held, read = live.of(app), []
    held.loaded.append(lambda loaded: read.append(loaded.token))

    with app.app_context():
        held.get(pair.token)
        for _ in range(20):
            gevent.sleep(MOMENT)  # the corrections come due in this time, several times over

    assert read == [pair.token]
    assert held.all() == []


@pytest.mark.usefixtures("quick")
def test_a_room_both_vanished_from_is_told_so_and_stays(app: Flask, session, keys, pair):
    begun(session, keys, pair)
    held = live.of(app)

    with app.app_context():
        held.get(pair.token)
        for _ in range(20):
            gevent.sleep(MOMENT)

    assert [one.room.present for one in held.all()] == [frozenset()]


def test_whoever_cannot_be_answered_does_not_stop_the_queue(app: Flask, session, keys, pair):
    begun(session, keys, pair)
    held = live.of(app)

    def gone(_outcome: object) -> None:
        raise OSError("nobody hears")

    with app.app_context():
        held.submit(pair.token, Act("a", "say", {"text": "One"}), gone)
        stored = held.play(pair.token, Act("b", "say", {"text": "Two"}))
        held.submit(pair.token, Act("a", "say", {"text": "Three"}), gone)
        held.writer.finish()

    assert stored.event.seq == 5
    assert [one.event.data.get("text") for one in held.all()[0].log[3:]] == ["One", "Two", "Three"]
