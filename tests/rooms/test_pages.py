"""The pages around a room, from the real server."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.error import HTTPError

import pytest

from tests import factories
from tests.rooms.people import Hall, Pair


@pytest.fixture
def pair(hall: Hall) -> Pair:
    return hall.pair()


def read(hall: Hall, pair: Pair, seat: str, rest: str = "") -> tuple[str, str]:
    """Where an address of the conversation leads, and its page."""
    address = f"/conversations/{pair.token}{rest}"
    with hall.page(address, hall.cookie(pair.accounts[seat])) as answer:
        return answer.url.removeprefix(hall.server.url), answer.read().decode()


def leave(hall: Hall, pair: Pair, seat: str) -> str:
    cookie = hall.cookie(pair.accounts[seat])
    with hall.page(f"/conversations/{pair.token}/room", cookie) as answer:
        cookie = (answer.headers["Set-Cookie"] or cookie).partition(";")[0]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())[1]
    with hall.page(f"/conversations/{pair.token}/leave", cookie, csrf_token=token) as answer:
        return answer.url.removeprefix(hall.server.url)


def test_the_door_tells_the_pause_word_and_the_way_in(hall, pair):
    where, page = read(hall, pair, "a")
    a = hall.person(pair, "a")
    state = a.wait("state")
    assert where == f"/conversations/{pair.token}"
    assert state["room"]["pause_word"] in page
    assert f"/conversations/{pair.token}/room" in page


def test_the_room_page_holds_the_room_as_its_seat_sees_it(hall, pair):
    _, page = read(hall, pair, "b", "/room")
    found = re.search(r"data-page='([^']+)'", page)
    data = json.loads(unescape(found[1]))
    assert data["conversation"] == pair.token
    assert data["view"]["seat"] == "b"
    assert data["view"]["pause_word"]
    assert data["view"]["difference"] is None
    assert len(data["guide"]["steps"]) == 6


def waited(hall: Hall, pair: Pair) -> float:
    _, page = read(hall, pair, "a", "/room")
    return json.loads(unescape(re.search(r"data-page='([^']+)'", page)[1]))["waited"]


def test_how_long_somebody_waits_is_counted_from_coming_and_goes_on_over_a_reload(hall, pair):
    assert waited(hall, pair) == 0
    hall.person(pair, "a").wait_event("returned")
    first = waited(hall, pair)
    assert 0 < first < waited(hall, pair)


def test_before_the_hour_nobody_waits_yet(hall):
    soon = datetime.now(UTC) + timedelta(minutes=4)
    assert -240 < waited(hall, hall.pair(scheduled_at=soon)) < 0


def test_before_its_time_a_room_leads_to_the_door(hall):
    pair = hall.pair(scheduled_at=factories.NOW + timedelta(days=36500))
    for rest in ("/room", "/missing"):
        where, _ = read(hall, pair, "a", rest)
        assert where == f"/conversations/{pair.token}"


def test_who_waits_alone_is_offered_a_choice_until_the_other_comes(hall, pair):
    hall.person(pair, "a").wait_event("returned")
    where, page = read(hall, pair, "a", "/missing")
    assert where.endswith("/missing")
    assert "What would you like to do?" in page
    b = hall.person(pair, "b")
    b.wait_status("talking")
    where, _ = read(hall, pair, "a", "/missing")
    assert where == f"/conversations/{pair.token}"


def test_leaving_works_without_a_script_and_only_once(hall, pair):
    a, b = hall.both(pair)
    leave(hall, pair, "a")
    b.wait_status("closed")
    assert b.view["closed"]["by"] == "a"
    for rest in ("", "/room", "/missing"):
        where, _ = read(hall, pair, "b", rest)
        assert where != f"/conversations/{pair.token}{rest}"
    assert a.wait_event("leave")


@pytest.mark.parametrize("rest", ["", "/room", "/missing", "/after"])
def test_a_stranger_gets_the_page_of_an_address_that_does_not_exist(hall, pair, rest):
    stranger = hall.pair()
    with pytest.raises(HTTPError) as caught:
        hall.page(f"/conversations/{pair.token}{rest}", hall.cookie(stranger.accounts["a"]))
    assert caught.value.code == 404
    caught.value.close()
