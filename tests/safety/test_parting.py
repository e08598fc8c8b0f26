"""A block ends every running room of the two in its own transaction, or is not stored."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import models
from services.conversations import logs, rooms
from services.conversations.rooms import Act
from services.safety import apart, parting
from services.site import crypto
from tests.factories import NOW
from tests.rooms.people import make_pair
from tests.rooms.test_rooms import begun, load
from tests.visitors import Visitor
from web.safety import views


def talking(session, keys) -> models.Conversation:
    return rooms.find(session, begun(session, keys, make_pair(session)).token)


def test_the_room_ends_with_the_block(session, keys, config):
    conversation = talking(session, keys)
    apart.block(session, conversation.pair, conversation.pair.first.account_id, NOW, config)
    assert parting.end(session, keys, conversation.pair, NOW) == [(conversation.token, 4)]
    session.commit()
    session.expire_all()
    assert (conversation.state, conversation.ending) == ("closed", "ended")


def test_who_is_not_kept_apart_talks_on(session, keys):
    conversation = talking(session, keys)
    assert parting.end(session, keys, conversation.pair, NOW) == []


@pytest.mark.parametrize("way", ["closed by its log", "abandoned by its row", "unreadable"])
def test_what_is_over_already_does_not_stop_a_block(session, keys, config, way):
    conversation = talking(session, keys)
    if way == "closed by its log":
        live = load(session, keys, conversation)
        rooms.play(session, live, Act("a", "leave", {}), NOW)
    elif way == "unreadable":
        crypto.destroy_key(keys, logs.subject(conversation.id))
    session.flush()
    session.expire_all()
    conversation.state = "open"  # as it was read a moment ago
    conversation.ending = "abandoned" if way == "abandoned by its row" else None
    session.flush()
    apart.block(session, conversation.pair, conversation.pair.first.account_id, NOW, config)
    later = NOW + timedelta(hours=2)
    assert parting.end(session, keys, conversation.pair, later) == []


@pytest.mark.parametrize("times", [1, views.TRIES])
def test_an_act_at_the_place_of_the_end_lets_it_be_tried_again(
    app, session, keys, monkeypatch, times
):
    conversation = talking(session, keys)
    inside, left = parting.end, times

    def end(*given):
        nonlocal left
        ends = inside(*given)
        left -= 1
        if left >= 0:
            raise IntegrityError("INSERT", {}, Exception("taken"))
        return ends

    monkeypatch.setattr(parting, "end", end)
    visitor = Visitor(app, conversation.pair.first.account)
    if times == views.TRIES:
        with pytest.raises(IntegrityError):
            visitor.post(f"/conversations/{conversation.token}/block")
    else:
        visitor.post(f"/conversations/{conversation.token}/block")
    session.expire_all()
    blocked = len(session.scalars(select(models.Block)).all())
    assert (blocked, conversation.state) == ((0, "open") if left == 0 else (1, "closed"))
