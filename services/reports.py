"""Reports of harm: the evidence is sealed first, under a key of its own."""

import hashlib
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import orjson
from sqlalchemy.orm import Session

import models
from services import crypto
from services.crypto import KeyStore
from services.rooms import Also, Live

URGENT = frozenset({"threat", "minor"})
URGENT_HOURS = 1
HOURS = 24


def subject(token: str) -> str:
    """Return the name under which the key store knows a report's key."""
    return f"report:{token}"


def seal(keys: KeyStore, live: Live, seat: str, data: dict[str, Any], now: datetime) -> Also:
    """Seal the room's log as evidence; return what stores the report beside its own event.

    *data* is the act's: the reason, the sequence numbers the reporter attached, and their words.
    """
    token = token_urlsafe(24)
    key = crypto.create_key(keys, subject(token), now)
    evidence = orjson.dumps(
        {
            "reporter": seat,
            "attached": sorted(data["attach"]),
            "words": data.get("text", ""),
            "log": [
                [one.event.seq, one.event.at, one.event.actor, one.event.type, one.event.data]
                for one in live.log
            ],
        }
    )
    hours = URGENT_HOURS if data["reason"] in URGENT else HOURS
    report = models.Report(
        token=token,
        conversation_id=live.conversation_id,
        reporter_id=live.participants[seat],
        reason=data["reason"],
        at=now,
        due_at=now + timedelta(hours=hours),
        last_seq=live.room.seq,
        digest=hashlib.sha256(evidence).digest(),
        evidence=crypto.seal(key, evidence, subject(token)),
    )

    def store(session: Session) -> None:
        session.add(report)
        _exclude(session, live, now)

    return store


def _exclude(session: Session, live: Live, now: datetime) -> None:
    """Mark the pair's exclusion as reported; proposing them has already made it."""
    people = [session.get_one(models.Participant, number) for number in live.participants.values()]
    low, high = sorted(person.account.key for person in people)
    marked = session.get(models.Exclusion, (low, high))
    if marked is None:
        session.add(models.Exclusion(low=low, high=high, reason="reported", at=now))
    else:
        marked.reason = "reported"
