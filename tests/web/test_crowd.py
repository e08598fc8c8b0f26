"""Who leaves is gone from everywhere, and nobody else's room is looked into for it."""

import pytest
from socketio import Server

from web.crowd import Crowd

NAMESPACE = "/room"


class Closed(dict):
    """A room that nobody may look into."""

    def __contains__(self, _sid: object) -> bool:
        raise AssertionError("looked into")


@pytest.fixture
def crowd() -> Crowd:
    made = Crowd()
    Server(async_mode="gevent", client_manager=made)
    return made


def test_who_leaves_is_gone_from_everywhere(crowd):
    ada, bea = (crowd.connect(name, NAMESPACE) for name in ("ada", "bea"))
    for _ in range(2):
        crowd.enter_room(ada, NAMESPACE, "en")
    crowd.leave_room(ada, NAMESPACE, "en")
    crowd.enter_room(bea, NAMESPACE, "en")
    crowd._generate_ack_id(ada, print)

    for sid in (ada, bea):
        crowd.pre_disconnect(sid, NAMESPACE)
    crowd.disconnect(ada, NAMESPACE)

    assert not crowd.is_connected(ada, NAMESPACE)
    assert crowd.get_rooms(bea, NAMESPACE) == [bea, "en"]
    assert crowd.pending_disconnect == {NAMESPACE: [bea]}
    crowd.disconnect(bea, NAMESPACE)
    assert not any((crowd.rooms, crowd.callbacks, crowd.pending_disconnect, crowd._entered))


def test_who_was_not_let_in_is_gone_too(crowd):
    sid = crowd.connect("ada", NAMESPACE)
    crowd.pending_connect = {NAMESPACE: [sid]}

    crowd.disconnect(sid, NAMESPACE, ignore_queue=True)

    assert crowd.pending_connect == {}
    crowd.disconnect(sid, NAMESPACE)  # again: nothing to do


def test_nobody_elses_room_is_looked_into(crowd):
    ada, bea = (crowd.connect(name, NAMESPACE) for name in ("ada", "bea"))
    crowd.rooms[NAMESPACE][bea] = Closed()

    crowd.disconnect(ada, NAMESPACE)

    assert ada not in crowd.rooms[NAMESPACE]
