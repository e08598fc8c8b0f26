"""A conversation that is over, its two people, and somebody who decides."""

from datetime import timedelta

import pytest

import models
from services.conversations import rooms
from services.conversations.rooms import Act
from services.safety import reports
from tests import factories
from tests.factories import NOW
from tests.rooms.people import make_pair
from tests.rooms.test_rooms import begun


@pytest.fixture
def held(session, keys) -> models.Conversation:
    """They talked; seat b wrote two messages; a left."""
    live = begun(session, keys, make_pair(session))
    for seat, text in (("b", "canary one"), ("a", "mine"), ("b", "canary two")):
        rooms.play(session, live, Act(seat, "say", {"text": text}), NOW)
    rooms.play(session, live, Act("a", "leave", {}), NOW)
    session.commit()
    return rooms.find(session, live.token)


@pytest.fixture
def judge(session) -> models.Account:
    account = factories.account(session, "facilitator")
    factories.participant(session, factories.programme(session), account, first_name="Ruth")
    session.commit()
    return account


@pytest.fixture
def case(session, keys, held) -> models.Report:
    """Seat a reported seat b, and shows the second message."""
    data = {"reason": "harassment", "attach": [6], "text": "This hurt."}
    made = reports.after(session, keys, held, seat="a", data=data, now=NOW + timedelta(hours=1))
    session.commit()
    return made
