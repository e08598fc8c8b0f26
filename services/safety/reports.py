"""Reports of harm: the evidence is sealed first, under a key of its own."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import orjson
from sqlalchemy.orm import Session

import models
from conversation.events import other
from services.conversations import rooms
from services.conversations.rooms import Also, Entry, Live
from services.safety import apart, duty
from services.site import crypto
from services.site.crypto import KeyStore, Unreadable

URGENT = frozenset({"threat", "minor"})
URGENT_HOURS = 1  # of staffed time
HOURS = 24
DAYS_AFTER = 30  # how long after a conversation it can be reported


def subject(token: str) -> str:
    """Return the name under which the key store knows a report's key."""
    return f"report:{token}"


def due_at(session: Session, reason: str, now: datetime) -> datetime:
    """Return when a report has to be decided.

    What is urgent: an hour from now, or from when somebody is next on duty; at the latest, as
    everything else, in a day.
    """
    latest = now + timedelta(hours=HOURS)
    begins = duty.next_start(session, now) if reason in URGENT else None
    return latest if begins is None else min(latest, begins + timedelta(hours=URGENT_HOURS))


def seal(
    keys: KeyStore,
    live: Live,
    log: Sequence[Entry],
    *,
    seat: str,
    data: dict[str, Any],
    now: datetime,
) -> Also:
    """Seal a room's whole *log* as evidence; return what stores the report beside its own event.

    *data* is the act's: the reason, the sequence numbers the reporter attached, and their words.
    """
    make = _sealed(keys, log, seat, data, now)

    def store(session: Session) -> None:
        conversation = session.get_one(models.Conversation, live.conversation_id)
        _store(session, make(conversation, live.room.seq), now)

    return store


def can_report(conversation: models.Conversation, now: datetime) -> bool:
    """Whether one of the two can still report what happened."""
    ended = conversation.closed_at
    return ended is not None and now <= ended + timedelta(days=DAYS_AFTER)


def after(
    session: Session,
    keys: KeyStore,
    conversation: models.Conversation,
    *,
    seat: str,
    data: dict[str, Any],
    now: datetime,
) -> models.Report:
    """Report a conversation that is over; its log is sealed as far as it can still be read."""
    log: list[Entry] = []
    last_seq = 0
    try:
        live = rooms.load(session, keys, conversation, now, whole=True)
        log, last_seq = live.log, live.room.seq
    except Unreadable:
        pass  # the log is gone for good; the words of the report stand alone
    return _store(session, _sealed(keys, log, seat, data, now)(conversation, last_seq), now)


def _sealed(
    keys: KeyStore, log: Sequence[Entry], seat: str, data: dict[str, Any], now: datetime
) -> Callable[[models.Conversation, int], models.Report]:
    token = token_urlsafe(24)
    key = crypto.create_key(keys, subject(token), now)
    evidence = orjson.dumps(
        {
            "reporter": seat,
            "attached": sorted(data["attach"]),
            "words": data.get("text", ""),
            "log": [[one.seq, one.at, one.actor, one.type, one.data] for one, *_ in log],
        }
    )
    sealed = crypto.seal(key, evidence, subject(token))

    def make(conversation: models.Conversation, last_seq: int) -> models.Report:
        pair = conversation.pair
        ids = {"a": pair.first_id, "b": pair.second_id}
        return models.Report(
            token=token,
            conversation_id=conversation.id,
            reporter_id=ids[seat],
            reported_id=ids[other(seat)],
            reason=data["reason"],
            at=now,
            last_seq=last_seq,
            digest=hashlib.sha256(evidence).digest(),
            evidence=sealed,
        )

    return make


def _store(session: Session, report: models.Report, now: datetime) -> models.Report:
    report.due_at = due_at(session, report.reason, now)
    conversation = session.get_one(models.Conversation, report.conversation_id)
    apart.mark(session, conversation.pair, "reported", now)
    session.add(report)
    session.flush()
    return report
