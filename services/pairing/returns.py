"""Looking again within minutes for whoever comes back into the pool, instead of at night.

Back comes who declined or was declined, whose invitation expired, whose conversation was cancelled
or missed, who ended a break, or gave more hours, languages or topics. Each of these sets
`returned_at`; a round for these people alone, among everybody who waits and under the same
constraints, empties it, and so does the night's round.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models import Participant, Programme


def due(session: Session, now: datetime) -> list[str]:
    """Return the slugs of the open programmes that somebody came back to."""
    closed = Programme.closed_at
    return list(
        session.scalars(
            select(Programme.slug)
            .where(
                Programme.opened_at <= now,
                closed.is_(None) | (closed > now),
                _somebody(now, Participant.programme_id == Programme.id),
            )
            .order_by(Programme.slug)
        )
    )


def turn(slug: str, now: datetime) -> Callable[[Session], bool]:
    """Return what takes the turn of a round as it is published: False once another was."""

    def take(session: Session) -> bool:
        programme = select(Programme.id).where(Programme.slug == slug).scalar_subquery()
        still = select(_somebody(now, Participant.programme_id == programme))
        return bool(session.scalar(still))

    return take


def _somebody(now: datetime, where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(where, Participant.returned_at <= now)


def seed(now: datetime) -> int:
    """Return the seed of the round of a minute."""
    return int(now.timestamp()) // 60


def note(person: Participant, now: datetime) -> None:
    """Note that somebody is to be looked for again; not while they take a break or have left."""
    if person.completed_at and person.paused_at is None and person.withdrawn_at is None:
        person.returned_at = now
