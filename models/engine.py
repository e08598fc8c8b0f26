"""Engines as Earshot needs them: durable SQLite or PostgreSQL, one writer at a time.

SQLite runs in WAL mode with `synchronous=FULL`. A transaction begins at the first statement that
writes (the standard library's `isolation_level`), and takes the write lock at once; what is read
before that sees committed rows, as with PostgreSQL's READ COMMITTED. Within one process writers
wait for each other on a lock that knows about greenlets, because SQLite's own waiting would stop
the whole event loop, and with it the greenlet that holds the database.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from models.base import Base

Aside = Callable[[Callable[[], None]], None]

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "BEGIN")
BUSY_SECONDS = 10
CHECKPOINT_PAGES = 2000  # 8 MB of log before it is written back: the same pages change many times
CACHE_KB = 65_536  # at most, of pages a connection keeps
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    f"cache_size=-{CACHE_KB}",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)


def create(url: str) -> Engine:
    """Return an engine for *url*; foreign keys are enforced on both databases."""
    return prepare(create_engine(url, **options(url)))


def options(url: str) -> dict[str, Any]:
    """Return what `create_engine` is to be given for *url*; errors never show what was stored."""
    if url.startswith("sqlite"):
        connect = {"isolation_level": "IMMEDIATE", "timeout": BUSY_SECONDS}
        return {"hide_parameters": True, "connect_args": connect, "pool_use_lifo": True}
    pool = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}
    return {"hide_parameters": True, **pool}


def prepare(engine: Engine) -> Engine:
    """Set *engine* up, before its first connection, and return it."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        _serialise_writers(engine)
    return engine


def write_lock(session: Session) -> None:
    """Make what *session* reads next safe to decide on until it commits.

    On SQLite this takes the write lock; on PostgreSQL lock the rows with `with_for_update`.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite" and not _in_transaction(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def lock_out(session: Session, table: type[Base]) -> None:
    """Let nobody else write to *table* until *session* commits, and wait for those who are at it.

    For what is done seldom and takes a moment. On SQLite this takes the write lock.
    """
    write_lock(session)
    if session.connection().dialect.name == "postgresql":
        name = table.__tablename__
        session.connection().exec_driver_sql(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


def insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT into *table* that can say what happens where another was first."""
    on_postgresql = session.connection().dialect.name == "postgresql"
    return postgresql.insert(table) if on_postgresql else sqlite.insert(table)


def commit(session: Session, aside: Aside) -> None:
    """Commit; where SQLite waits for the disk, *aside* has it waited for.

    *aside* calls what it is given, on a thread of its own if it likes, and returns when that is
    done. Others who want to write wait until then.
    """
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        aside(partial(connection.dialect.do_commit, connection.connection))
    session.commit()


def here(work: Callable[[], None]) -> None:
    """Wait for the disk where one is."""
    work()


def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _in_transaction(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)


def _serialise_writers(engine: Engine) -> None:
    lock = threading.Lock()

    def wait(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        info = connection.info
        writes = statement.lstrip()[:7].upper().startswith(WRITES)
        if writes and not info.get("writing"):
            lock.acquire()
            info["writing"] = True

    def release(connection: Connection) -> None:
        if connection.info.pop("writing", False):
            lock.release()

    event.listen(engine, "before_cursor_execute", wait)
    event.listen(engine, "commit", release)
    event.listen(engine, "rollback", release)
