"""The roster: who is on duty, and so who is called when somebody asks for help."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.letters import mail

LONGEST = timedelta(hours=16)
MOST_WEEKS = 12
AHEAD = timedelta(days=60)


class BadShift(ValueError):
    """The hours make no shift; the message says why, and nothing was kept."""


def add(
    session: Session, account_id: int, starts_at: datetime, ends_at: datetime, weeks: int = 1
) -> None:
    """Put somebody on duty, the same hours each of *weeks*; raise BadShift where that is wrong."""
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise BadShift("A shift ends after it begins, within 16 hours.")
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadShift(f"A shift repeats for 1 to {MOST_WEEKS} weeks.")
    for week in range(weeks):
        later = timedelta(weeks=week)
        session.add(
            models.Shift(
                account_id=account_id, starts_at=starts_at + later, ends_at=ends_at + later
            )
        )
    session.flush()


def remove(session: Session, shift_id: int, account_id: int) -> bool:
    """Take somebody's own shift off the roster; return whether there was one."""
    shift = session.get(models.Shift, shift_id)
    if shift is None or shift.account_id != account_id:
        return False
    session.delete(shift)
    return True


def coming(session: Session, now: datetime) -> Sequence[models.Shift]:
    """Return the shifts that are on or to come within two months, the first first."""
    return session.scalars(
        select(models.Shift)
        .where(models.Shift.ends_at > now, models.Shift.starts_at < now + AHEAD)
        .order_by(models.Shift.starts_at, models.Shift.id)
    ).all()


def on(session: Session, now: datetime) -> list[int]:
    """Return the accounts that are on duty at *now*."""
    wanted = select(models.Shift.account_id).where(
        models.Shift.starts_at <= now, models.Shift.ends_at > now
    )
    return sorted(set(session.scalars(wanted)))


def call(session: Session, token: str, now: datetime, url: str) -> None:
    """Write to everybody on duty that help is asked for in a room, once an hour of the clock.

    *url* is the desk's. Nothing of the room is written.
    """
    for number in on(session, now):
        mail.queue(
            session,
            to=session.get_one(models.Account, number),
            kind="help_asked",
            dedupe=f"help_asked:{token}:{number}:{now:%Y-%m-%dT%H}",
            context={"url": url},
            now=now,
        )


def next_start(session: Session, now: datetime) -> datetime | None:
    """Return *now* if somebody is on duty, else when the next shift begins, or None."""
    if on(session, now):
        return now
    return next((shift.starts_at for shift in coming(session, now)), None)
