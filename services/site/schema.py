"""Bring databases to the tables of this version, and say what they are at."""

from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from models import KeyBase, guards

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(main: Engine, keys: Engine, to: str = "head") -> str | None:
    """Upgrade the main database and the key store; return the revision reached."""
    with main.begin() as connection:
        _hold_foreign_keys(connection)
        guards.drop(connection)
        command.upgrade(_alembic(connection), to)
        if to == "head":
            guards.create(connection)
    KeyBase.metadata.create_all(keys)  # one table that never changes
    return revision(main)


def downgrade(main: Engine, to: str) -> None:
    """Take the main database back to revision *to* (`base`: no tables)."""
    with main.begin() as connection:
        _hold_foreign_keys(connection)
        guards.drop(connection)
        command.downgrade(_alembic(connection), to)


def check(main: Engine) -> None:
    """Raise alembic's CommandError where the models have moved on from the migrations."""
    with main.begin() as connection:
        command.check(_alembic(connection))


def revision(main: Engine) -> str | None:
    """Return the revision the main database is at, None before the first."""
    with main.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(main: Engine) -> bool:
    """Whether the main database is at the newest revision."""
    return revision(main) == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _alembic(connection: Connection) -> Alembic:
    config = Alembic(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _hold_foreign_keys(connection: Connection) -> None:
    """Begin the transaction ourselves on SQLite: all tables change, or none."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
