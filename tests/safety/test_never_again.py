"""Rounds, drop-in arrivals, answers, blocks and reports at once: nobody kept apart meets again.

On PostgreSQL, whatever database the other tests use: on SQLite there is one writer at a time. The
same crowd, larger, is `bench/never_again.py`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import _command, _psycopg
from tests.safety.crowding import Crowd, Environment, Outcome, judged, prepared

_numbers = count(1)


@pytest.fixture
def environment(postgresql: str, tmp_path: Path) -> Iterator[Environment]:
    name = f"crowd_{next(_numbers)}"
    _command(postgresql, f"CREATE DATABASE {name}")
    yield prepared(str(tmp_path), _psycopg(postgresql, name))
    _command(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


def lived(environment: Environment, crowd: Crowd, *, guarded: bool = True) -> Outcome:
    with ThreadPoolExecutor(4) as executor:
        return judged(executor, environment, crowd, guarded=guarded)


def test_nobody_kept_apart_meets_again(environment):
    outcome = lived(environment, Crowd(towns=1, people=24, deeds=36, seed=3))
    assert outcome.problems == []
    assert outcome.done["deeds"] == 36
    wanted = ("round", "proposed", "paired on arrival", "block", "refused by the database")
    assert [name for name in wanted if not outcome.done[name]] == []


def test_without_the_guard_two_kept_apart_are_found(environment):
    """Planted: the database refuses nobody, and some ways ask nobody."""
    outcome = lived(environment, Crowd(towns=1, people=24, deeds=36, seed=3), guarded=False)
    assert outcome.again != []


def test_a_block_that_is_not_kept_is_found(environment):
    """Planted: what a block has noted is lost, so that rounds and lobbies pair the two again."""
    crowd = Crowd(towns=1, people=12, deeds=36, seed=3, forgetful=True)
    assert lived(environment, crowd).again != []


def test_a_deed_that_fails_ends_the_run(environment):
    """Planted: nobody is in the town, so that whoever looks for people finds none."""
    with pytest.raises(ValueError, match=r"Sample larger than population"):
        lived(environment, Crowd(towns=1, people=1, deeds=36, seed=3))
