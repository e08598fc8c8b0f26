"""What holds on to itself in a circle goes, and what no request made is not looked through."""

import gc
import weakref

import pytest
from gevent.event import Event

from web import garbage
from web.garbage import Looks


class Circle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def threshold():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture
def collected(monkeypatch) -> list[int]:
    """How much each look went through, without looking."""
    found: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: found.append(generation))
    return found


def test_a_look_at_all_frees_what_holds_on_to_itself():
    gone = weakref.ref(Circle())

    Looks().whole()

    assert gone() is None


def test_it_frees_also_what_was_set_aside():
    gone = weakref.ref(Circle())
    looks = Looks()

    looks.step()
    looks.whole()

    assert gone() is None


def test_what_a_request_left_is_freed_at_the_next_step():
    looks = Looks()
    gc.collect()  # so that what follows is new
    gone = weakref.ref(Circle())

    looks.requests += 1
    looks.step()

    assert gone() is None


def test_what_was_made_without_a_request_is_set_aside_unseen(collected):
    before = gc.get_freeze_count()
    kept = [Circle()]

    Looks().step()

    assert collected == []
    assert kept
    assert gc.get_freeze_count() > before


def test_every_tenth_look_goes_further(collected):
    looks = Looks()

    for _ in range(2 * garbage.STEPS):
        looks.requests = 1
        looks.step()

    assert collected == 2 * ([0] * 9 + [1])


def test_looking_at_all_costs_a_ten_thousandth_of_the_time_at_most(monkeypatch, collected):
    moments = iter([10.0, 10.5, 20.0, 20.001])
    monkeypatch.setattr(garbage, "perf_counter", lambda: next(moments))

    assert [Looks().whole(), Looks().whole()] == [5000.0, 60.0]


def test_it_looks_again_and_again(monkeypatch):
    looked = Event()
    waits = iter([0.0, 3600.0])

    def whole() -> float:
        wait = next(waits)
        if wait:
            looked.set()
        return wait

    monkeypatch.setattr(garbage.looks, "whole", whole)
    monkeypatch.setattr(garbage, "STEP_SECONDS", 0.0)
    monkeypatch.setattr(garbage, "SELDOM_SECONDS", 0.0)

    looking = garbage.tame()

    assert looked.wait(60)
    assert gc.get_threshold() == (garbage.MANY, garbage.STEPS, garbage.NEVER)
    assert gc.get_freeze_count() > 0
    looking.kill()
