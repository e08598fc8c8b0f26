"""What holds on to itself in a circle goes, and the wait until the next look is long enough."""

import gc
import weakref

import pytest
from gevent.event import Event

from web import garbage


class Circle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def threshold():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_a_look_frees_what_holds_on_to_itself():
    gone = weakref.ref(Circle())

    garbage.look()

    assert gone() is None


def test_a_look_costs_a_thousandth_of_the_time_at_most(monkeypatch):
    moments = iter([10.0, 10.5, 20.0, 20.001])
    monkeypatch.setattr(garbage, "perf_counter", lambda: next(moments))

    assert [garbage.look(), garbage.look()] == [500.0, 60.0]


def test_it_looks_again_and_again_in_small_steps(threshold, monkeypatch):
    looked = Event()
    waits = iter([0.0, 3600.0])

    def look() -> float:
        wait = next(waits)
        if wait:
            looked.set()
        return wait

    monkeypatch.setattr(garbage, "look", look)
    monkeypatch.setattr(garbage, "SELDOM_SECONDS", 0.0)

    looking = garbage.tame()

    assert looked.wait(60)
    assert gc.get_threshold() == (garbage.YOUNG, garbage.STEPS, garbage.NEVER)
    assert gc.get_freeze_count() > 0
    looking.kill()
