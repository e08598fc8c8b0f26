"""Who is here, over how many sockets."""

from dataclasses import replace

import pytest

from conversation.state import begin
from services.conversations.presence import Presence, correction
from tests.conversation.logs import made_guide


def test_two_tabs_are_one_person():
    present = Presence()
    assert present.empty
    assert present.came("a", 1)
    assert not present.came("a", 2)
    assert not present.went("a", 1)
    assert present.here() == {"a": "here", "b": "away"}
    assert present.went("a", 2)
    assert present.went("a", 2)
    assert present.empty


@pytest.mark.parametrize(
    ("connected", "told", "status", "wanted"),
    [
        (True, False, "talking", "returned"),
        (False, True, "talking", "dropped"),
        (True, True, "paused", None),
        (False, False, "waiting", None),
        (False, True, "closed", None),
    ],
)
def test_the_log_is_corrected_where_it_differs(connected, told, status, wanted):
    present = Presence()
    if connected:
        present.came("b", 1)
    seats = frozenset({"b"} if told else ())
    room = replace(begin(made_guide("together")), status=status, present=seats)
    assert correction(room, present, "b") == wanted
