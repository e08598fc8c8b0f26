"""The board weighs what changed, and never the rest."""

import pytest
from sqlalchemy.orm import Session

from services.conversations.rooms import Act
from services.safety import desk
from tests.rooms.people import make_pair
from web import live
from web.desk.board import Board, same
from web.rooms import attendance

ROOMS = 12


@pytest.fixture
def tokens(session: Session) -> list[str]:
    return [make_pair(session).token for _ in range(ROOMS)]


@pytest.fixture
def board(app, tokens, monkeypatch) -> Board:
    """The board of rooms whose people have no connection, which nobody finds out meanwhile."""
    monkeypatch.setattr(attendance, "DROP_SECONDS", 3600)
    made = Board(live.of(app), live.of(app).clock)
    live.of(app).listeners.append(lambda pending: made.note(pending.live.token))
    for token in tokens:
        room = live.of(app).get(token)
        assert room is not None
        for seat in "ab":
            live.of(app).play(token, Act("system", "returned", {"seat": seat}))
    made.news()
    return made


def test_an_event_costs_one_look_whatever_the_number_of_rooms(app, board, tokens):
    before = board.weighed
    live.of(app).play(tokens[3], Act("a", "say", {"text": "Hello there"}))
    told, gone = board.news()
    assert ([facts["id"] for facts in told], gone) == ([tokens[3]], [])
    assert board.weighed == before + 1
    assert board.news() == ([], [])
    assert board.weighed == before + 1


def test_a_board_that_looks_at_all_rooms_is_found(app, board, tokens):
    """Planted: noting every room for each event is more work, and the count says so."""
    before = board.weighed
    live.of(app).play(tokens[3], Act("a", "say", {"text": "Hello there"}))
    for token in tokens:
        board.note(token)
    board.news()
    assert board.weighed == before + ROOMS


def test_time_alone_costs_nothing_until_a_sign_may_appear(app, board, tokens, clock):
    before = board.weighed
    clock.forward(minutes=2)
    assert board.news() == ([], [])
    assert board.weighed == before
    clock.forward(minutes=2)
    told, _ = board.news()
    assert {facts["id"] for facts in told} == set(tokens)
    assert {facts["signals"][0]["name"] for facts in told} == {"silence"}


def test_a_closed_room_is_gone_once(app, board, tokens):
    live.of(app).play(tokens[0], Act("a", "leave", {}))
    assert board.news() == ([], [tokens[0]])
    board.note(tokens[0])
    assert board.news() == ([], [])
    assert tokens[0] not in board.facts


def test_rooms_nobody_holds_are_read_once_when_a_desk_opens(app, session, board):
    token = make_pair(session).token
    board.begin([token, *list(board.facts)])
    told, _ = board.news()
    assert [facts["id"] for facts in told] == [token]
    board.begin(["nothing"])
    assert board.news() == ([], [])


def test_what_is_shown_the_same_is_not_told_again(app, board, tokens, clock):
    facts = board.facts[tokens[0]]
    assert same({**facts, "seq": 99, "pace": [1], "pace_at": ""}, facts)
    assert not same({**facts, "minutes": 99}, facts)
    assert not same(facts, None)


def test_facts_hold_no_word_of_the_conversation(app, board, tokens):
    live.of(app).play(tokens[0], Act("a", "say", {"text": "canary sings; you always lie"}))
    board.news()
    assert "canary" not in repr(board.facts)


def test_words_are_read_only_from_when_both_agreed(app, session, board, tokens):
    rooms = live.of(app)
    token = tokens[0]
    room = rooms.get(token)
    rooms.play(token, Act("a", "say", {"text": "before"}))
    rooms.play(token, Act("facilitator", "join", {"by": "Ruth"}))
    rooms.play(token, Act("a", "allow", {"show": True}))
    rooms.play(token, Act("a", "say", {"text": "only one agreed"}))
    assert desk.words(room, rooms.entries(room, 0)) == []
    rooms.play(token, Act("b", "allow", {"show": True}))
    rooms.play(token, Act("b", "say", {"text": "from now on"}))
    assert [one["text"] for one in desk.words(room, rooms.entries(room, 0))] == ["from now on"]
    rooms.play(token, Act("b", "allow", {"show": False}))
    assert desk.words(room, rooms.entries(room, 0)) == []
