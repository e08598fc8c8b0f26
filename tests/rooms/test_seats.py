"""A socket that has no seat yet, or none any more, ends nobody's sign-in."""

from web.rooms.sockets import UNAVAILABLE, RoomSockets


def test_who_has_no_seat_is_asked_to_send_again():
    sockets = object.__new__(RoomSockets)  # nobody is seated
    sockets.chairs = {}
    told = []

    sockets.play("nobody", {"id": "1", "type": "say", "data": {"text": "Hello"}}, told.append)
    sockets.typing("nobody", {"on": True})

    assert told == [UNAVAILABLE]
