"""A room that two processes hold: the log decides, and the one that is behind catches up."""

import pytest
from sqlalchemy.exc import IntegrityError

from services.conversations import following, rooms
from services.conversations.rooms import Act, Entry
from tests.factories import NOW
from tests.rooms.test_rooms import begun, load

WORDS = {"text": "I was first."}


def test_a_copy_learns_what_another_has_stored(session, keys, pair):
    mine = begun(session, keys, pair)
    theirs = load(session, keys, pair)
    assert following.behind(session, [mine]) == []
    stored = rooms.play(session, theirs, Act("a", "say", WORDS, "one"), NOW)
    session.commit()
    assert following.behind(session, [mine]) == [mine]
    taken = following.follow(mine, following.unread(session, mine))
    assert [pending.entry.event for pending in taken] == [stored.event]
    assert mine.room == theirs.room
    assert mine.tip == mine.room
    assert following.behind(session, [mine, theirs]) == []


def test_of_two_writers_of_one_place_the_second_writes_behind(session, keys, pair):
    mine = begun(session, keys, pair)
    theirs = load(session, keys, pair)
    act = Act("b", "say", {"text": "I was second."}, "two")
    pending = rooms.prepare(mine, act, NOW)
    rooms.play(session, theirs, Act("a", "say", WORDS, "one"), NOW)
    session.commit()
    with pytest.raises(IntegrityError):
        rooms.append(session, [pending])
    session.rollback()
    following.follow(mine, following.unread(session, mine))
    assert following.act_of(pending) == act
    again = rooms.play(session, mine, following.act_of(pending), NOW)
    assert again.event.seq == pending.entry.event.seq + 1
    assert load(session, keys, pair).room == mine.room


def test_an_act_stored_by_another_process_is_not_stored_again(session, keys, pair):
    mine = begun(session, keys, pair)
    theirs = load(session, keys, pair)
    act = Act("a", "say", WORDS, "one")
    rooms.prepare(mine, act, NOW)
    stored = rooms.play(session, theirs, act, NOW)
    session.commit()
    following.follow(mine, following.unread(session, mine))
    known = rooms.prepare(mine, act, NOW)
    assert isinstance(known, Entry)
    assert known == stored


def test_what_was_folded_and_not_stored_is_let_go_of(session, keys, pair):
    mine = begun(session, keys, pair)
    rooms.prepare(mine, Act("a", "say", WORDS, "one"), NOW)
    assert following.follow(mine, []) == []
    assert mine.tip == mine.room
    assert "one" not in mine.acts
