"""The stored log of a room: each event's data encrypted and bound to its place."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import models
from conversation.events import Event
from services.site import crypto
from services.site.crypto import Cipher

_NAMES = ", ".join(column.name for column in models.RoomEvent.__table__.columns)
_INSERT = f"INSERT INTO room_events ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_COPY = f"COPY room_events ({_NAMES}) FROM STDIN (FORMAT BINARY)"
_TYPES = ("int4", "int4", "timestamptz", "varchar", "varchar", "varchar", "bytea", "bytea")

COUNTS = "counts"  # no act has data of this name


def subject(conversation_id: int) -> str:
    """Return the name under which the key store knows a conversation's key."""
    return f"conversation:{conversation_id}"


class Row(NamedTuple):
    """One row of `models.RoomEvent`, in the order of its columns."""

    conversation_id: int
    seq: int
    at: datetime
    type: str
    actor: str
    act_id: str | None
    act_hash: bytes | None
    sealed: bytes


def to_row(
    conversation_id: int, key: Cipher, event: Event, act_id: str | None, act_hash: bytes | None
) -> Row:
    """Return the row that keeps *event*, its data and counts sealed."""
    kept = event.data if event.counts is None else {**event.data, COUNTS: event.counts}
    sealed = crypto.seal(key, orjson.dumps(kept), *_place(conversation_id, event))
    return Row(
        conversation_id, event.seq, event.at, event.type, event.actor, act_id, act_hash, sealed
    )


def store(session: Session, rows: Sequence[Row]) -> None:
    """Store rows in as few steps as the database allows; the caller commits.

    Raises SQLAlchemy's DBAPIError, an IntegrityError where another was first at a place.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
    else:
        texts = [(row[0], row[1], _as_stored(row.at), *row[3:]) for row in rows]
        connection.exec_driver_sql(_INSERT, texts)


def _as_stored(at: datetime) -> str:
    """Return a moment as `models.base.UTCDateTime` keeps it in SQLite."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:26]


def _copy(connection: Connection, rows: Sequence[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    library: Any = connection.dialect.loaded_dbapi
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(row)
    except library.Error as error:  # as SQLAlchemy tells what goes wrong in its own statements
        raise DBAPIError.instance(
            _COPY, None, error, library.Error, hide_parameters=True, dialect=connection.dialect
        ) from None


def read(
    session: Session, conversation_id: int, key: Cipher, after: int = 0
) -> Iterator[tuple[Event, str | None, bytes | None]]:
    """Yield each event of a room beyond *after*, in order, with the id and hash of its act.

    Raises `crypto.Unreadable` where a row was moved, changed, or its key destroyed.
    """
    rows = session.execute(
        select(models.RoomEvent.__table__)
        .where(models.RoomEvent.conversation_id == conversation_id, models.RoomEvent.seq > after)
        .order_by(models.RoomEvent.seq)
    )
    for row in rows:
        bare = Event(row.seq, row.at, row.type, row.actor, {})
        plain = crypto.unseal(key, row.sealed, *_place(conversation_id, bare))
        data = orjson.loads(plain)
        counts = data.pop(COUNTS, None)
        event = bare._replace(data=data, counts=None if counts is None else tuple(counts))
        yield event, row.act_id, row.act_hash


def hash_act(key: bytes, actor: str, kind: str, data: object) -> bytes:
    """Return what tells an act resent from another act with the same id; 32 bytes, keyed."""
    body = orjson.dumps([actor, kind, data], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(body, key=key, digest_size=32).digest()


def _place(conversation_id: int, event: Event) -> tuple[object, ...]:
    return conversation_id, event.seq, event.actor, event.type
