"""No word of a conversation reaches the desk or a log; one the product lets through is found."""

import json

import pytest
import structlog
from structlog.testing import capture_logs

from services.conversations.rooms import Act
from services.safety import desk
from tests.browser.fifty import leaks
from tests.rooms.people import make_pair
from web import live
from web.desk import board as boards
from web.desk.board import Board

SAID = ["my brother came home at dawn", "you never listen to the harbour"]


@pytest.fixture
def token(session) -> str:
    return make_pair(session).token


def searched(app, token: str) -> tuple[list[str], list[str]]:
    """Let both talk before an open desk; return what leaks on its wire, and into the log."""
    rooms = live.of(app)
    made = Board(rooms, rooms.clock)
    made.begin([token])
    for seat in "ab":
        rooms.play(token, Act("system", "returned", {"seat": seat}))
    with capture_logs() as logged:
        for seat, text in zip("ab", SAID, strict=True):
            rooms.play(token, Act(seat, "say", {"text": text}))
    made.note(token)
    told, _ = made.news()
    assert [facts["words"] for facts in told] == [{"a": 6, "b": 6}]
    wire = json.dumps([desk.worded(facts, str) for facts in told])
    return leaks(wire, SAID), leaks(json.dumps(logged, default=str), SAID)


def test_no_word_is_on_the_wire_or_in_a_log(app, token):
    assert searched(app, token) == ([], [])


def test_a_desk_that_lets_words_through_is_found(app, token, monkeypatch):
    """Planted: the summary of a room takes the last thing that was said along."""
    facts = boards.desk.facts

    def careless(room, now):
        said = [entry.event.data.get("text") for entry in live.of(app).entries(room, 0)]
        return {**facts(room, now), "last": said[-1]}

    monkeypatch.setattr(boards.desk, "facts", careless)

    assert searched(app, token) == (SAID[1:], [])


def test_a_log_that_is_told_words_is_found(app, token):
    """Planted: whoever hears of an event writes all of it into the log."""
    log = structlog.get_logger("planted")
    live.of(app).listeners.append(lambda pending: log.info("acted", event_of=pending.entry.event))

    assert searched(app, token) == ([], SAID)
