"""The nightly round: which programmes have one due, each once a night."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import Programme, Round
from services.site import jobs

DAY = timedelta(days=1)


def latest(now: datetime, hour: int) -> datetime:
    """Return the last nightly hour (UTC) that is not after *now*."""
    tonight = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - DAY


def due(session: Session, night: datetime, now: datetime) -> list[str]:
    """Return the slugs of the programmes that were open at *night* and had no round since.

    A round run by hand since then counts as that night's.
    """
    held = exists().where(
        Round.programme_id == Programme.id, Round.at >= night, Round.scope == "pool"
    )
    return list(
        session.scalars(
            select(Programme.slug)
            .where(
                Programme.opened_at <= night,
                Programme.closed_at.is_(None) | (Programme.closed_at > now),
                ~held,
            )
            .order_by(Programme.slug)
        )
    )


def turn(slug: str, night: datetime, now: datetime) -> Callable[[Session], bool]:
    """Return what takes the turn of *slug* at *night* in the transaction of its round."""

    def take(session: Session) -> bool:
        return jobs.claim(session, f"round:{slug}", night, now)

    return take


def seed(night: datetime) -> int:
    """Return the seed of a night: the same in every process, another one every night."""
    return night.toordinal()
