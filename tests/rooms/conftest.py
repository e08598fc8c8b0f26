"""People in rooms on a real server, whose database the tests share."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.conftest import _command, _psycopg
from tests.rooms.forge import Forge
from tests.rooms.people import Hall, Pair, Town, make_pair, settings
from tests.rooms.storm import Storm

Made = Callable[..., Storm]


@pytest.fixture
def pair(session: Session) -> Pair:
    """Two people whose conversation may begin."""
    return make_pair(session)


def _database(folder: Path, template: str, request: pytest.FixtureRequest) -> str:
    if template.startswith("sqlite"):
        path = folder / "earshot.sqlite3"
        shutil.copy(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    uri = request.getfixturevalue("postgresql")
    name = f"hall_{folder.name.replace('-', '_')}"
    _command(uri, f"CREATE DATABASE {name} TEMPLATE template_earshot")
    return _psycopg(uri, name)


def _hall(folder: Path, template: str, request: pytest.FixtureRequest) -> Iterator[Hall]:
    config, secrets, keys, keys_engine = settings(folder, _database(folder, template, request))
    made = Hall(config, secrets, keys)
    yield made
    made.close()
    keys_engine.dispose()


@pytest.fixture(scope="module")
def server_for_all(
    template: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    """One server for the tests of a module: starting it costs more than they do."""
    yield from _hall(tmp_path_factory.mktemp("hall"), template, request)


@pytest.fixture
def hall(server_for_all: Hall) -> Iterator[Hall]:
    """The server; whoever came is gone after the test."""
    yield server_for_all
    server_for_all.everybody_leaves()


@pytest.fixture
def own_hall(
    template: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    """A server for one test alone, which may end it."""
    yield from _hall(tmp_path_factory.mktemp("own"), template, request)


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    made = Forge(tmp_path_factory.mktemp("forge") / "log")
    yield made
    made.close()


@pytest.fixture
def storm(forge: Forge, tmp_path: Path, template: str, request) -> Iterator[Made]:
    """`storm(bug="…")` is a storm over a fresh database."""
    config, secrets, keys, keys_engine = settings(tmp_path, _database(tmp_path, template, request))
    town = Town(config, secrets, keys)
    yield lambda **given: Storm(town, forge, **given)
    town.leave()
    keys_engine.dispose()
    shutil.rmtree(tmp_path)
