"""The audit log: a hash chain that shows every edit, removal and reordering."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

import models
from models import engine

START = "0" * 64
LOCK = 0x45415253  # any constant: the chain's name among PostgreSQL's advisory locks


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; what is empty does not narrow. Days are whole, in UTC."""

    actor: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """Return what a line has to fulfil, to be joined by and."""
        table = models.AuditEntry
        found: list[ColumnElement[bool]] = []
        if self.actor:
            found.append(table.actor == self.actor)
        if self.action:
            found.append(table.action == self.action)
        if self.since:
            found.append(table.at >= datetime.combine(self.since, time(), UTC))
        if self.until:
            found.append(table.at <= datetime.combine(self.until, time.max, UTC))
        return found


def actions(session: Session) -> list[str]:
    """Return the actions the log has lines of, sorted."""
    action = models.AuditEntry.action
    return list(session.scalars(select(action).distinct().order_by(action)))


def record(
    session: Session,
    *,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    **data: Any,
) -> models.AuditEntry:
    """Append one line; *actor* and *subject* are names such as `account:7`, never content."""
    _lock(session)
    head = last(session)
    entry = models.AuditEntry(
        seq=head.seq + 1 if head else 1,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        data=data,
        previous=head.hash if head else START,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def last(session: Session) -> models.AuditEntry | None:
    """Return the newest line: the head to anchor outside the database."""
    return session.scalars(
        select(models.AuditEntry).order_by(models.AuditEntry.seq.desc()).limit(1)
    ).one_or_none()


def problems(session: Session, anchor: tuple[int, str] | None = None) -> Iterator[str]:
    """Yield what is wrong with the chain, in words; *anchor* is a head noted earlier."""
    previous, expected = START, 1
    held = anchor is None
    for entry in session.scalars(select(models.AuditEntry).order_by(models.AuditEntry.seq)):
        if entry.seq != expected:
            yield f"line {expected} is missing"
        if entry.previous != previous:
            yield f"line {entry.seq} does not follow the line before it"
        if entry.hash != _hash(entry):
            yield f"line {entry.seq} was changed"
        held = held or (entry.seq, entry.hash) == anchor
        previous, expected = entry.hash, entry.seq + 1
    if not held and anchor is not None:
        yield f"the log no longer holds line {anchor[0]} as it was anchored"


def _lock(session: Session) -> None:
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    else:
        engine.write_lock(session)


def _hash(entry: models.AuditEntry) -> str:
    line = [
        entry.seq,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.data,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()
