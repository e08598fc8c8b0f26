"""The stored log of a room: each event's data encrypted and bound to its place."""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation.events import Event
from services import crypto


def subject(conversation_id: int) -> str:
    """Return the name under which the key store knows a conversation's key."""
    return f"conversation:{conversation_id}"


def to_row(
    conversation_id: int, key: bytes, event: Event, act_id: str | None, act_hash: bytes | None
) -> dict[str, Any]:
    """Return the row of `models.RoomEvent` that keeps *event*, its data sealed."""
    sealed = crypto.seal(key, orjson.dumps(event.data), *_place(conversation_id, event))
    return {
        "conversation_id": conversation_id,
        "seq": event.seq,
        "at": event.at,
        "type": event.type,
        "actor": event.actor,
        "act_id": act_id,
        "act_hash": act_hash,
        "sealed": sealed,
    }


def read(
    session: Session, conversation_id: int, key: bytes
) -> Iterator[tuple[Event, str | None, bytes | None]]:
    """Yield each event of a room in order, with the id and hash of the act it came from.

    Raises `crypto.Unreadable` where a row was moved, changed, or its key destroyed.
    """
    rows = session.execute(
        select(models.RoomEvent.__table__)
        .where(models.RoomEvent.conversation_id == conversation_id)
        .order_by(models.RoomEvent.seq)
    )
    for row in rows:
        bare = Event(row.seq, row.at, row.type, row.actor, {})
        plain = crypto.unseal(key, row.sealed, *_place(conversation_id, bare))
        event = Event(row.seq, row.at, row.type, row.actor, orjson.loads(plain))
        yield event, row.act_id, row.act_hash


def hash_act(key: bytes, actor: str, kind: str, data: object) -> bytes:
    """Return what tells an act resent from another act with the same id; 32 bytes, keyed."""
    body = orjson.dumps([actor, kind, data], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(body, key=key, digest_size=32).digest()


def _place(conversation_id: int, event: Event) -> tuple[object, ...]:
    return conversation_id, event.seq, event.actor, event.type
