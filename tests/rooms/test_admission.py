"""What happens when more people come than fit."""

import resource
from urllib.error import HTTPError

import pytest

from tests.rooms.conftest import _database
from tests.rooms.people import Hall, settings
from web import admission


@pytest.fixture
def small_hall(template, tmp_path, request):
    """A server with room for two."""
    made, secrets, keys, engine = settings(tmp_path, _database(tmp_path, template, request))
    hall = Hall(made, secrets, keys, EARSHOT_ROOM_MOST_PEOPLE="2")
    yield hall
    hall.close()
    engine.dispose()


def test_a_full_server_says_so_and_splits_no_pair(small_hall):
    hall = small_hall
    pair, later = hall.pair(), hall.pair()
    hall.both(pair)
    assert hall.visitor(later.accounts["a"], later.token).refusal() == "full"
    with pytest.raises(HTTPError) as caught:
        hall.page(f"/conversations/{later.token}/room", hall.cookie(later.accounts["a"]))
    assert (caught.value.code, caught.value.headers["Retry-After"]) == (503, "60")
    page = caught.value.read().decode()
    assert "Every room is taken just now" in page
    assert "kept" in page
    second_tab = hall.person(pair, "a")
    assert second_tab.act("say", text="Still here")["ok"]
    hall.page(f"/conversations/{pair.token}/room", hall.cookie(pair.accounts["a"])).close()
    hall.everybody_leaves()
    a, _ = hall.both(later)
    assert a.act("say", text="Now there is room")["ok"]


def test_the_limit_of_open_files_is_raised_or_named(monkeypatch):
    limits = {"now": (1024, 4096)}
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, made: limits.update(now=made))
    assert admission.places(100) == (100, None)
    assert limits["now"] == (1024, 4096)
    assert admission.places(2000) == (2000, None)
    assert limits["now"] == (2200, 4096)
    fit, warning = admission.places(10_000)
    assert fit == 3896
    assert "ulimit -n 10200" in warning
    limits["now"] = (100, resource.RLIM_INFINITY)
    assert admission.places(10_000) == (10_000, None)
    limits["now"] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert admission.places(10_000) == (10_000, None)
