"""Drop-in hours: when the lobby of a programme is open."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

import models
from models import Opening, engine
from services.site import audit
from services.site.texts import N_

LONGEST = timedelta(hours=12)  # of one drop-in hour
DAY = timedelta(days=1)


class BadHours(ValueError):
    """These hours cannot be opened; the message says why. Nothing was changed."""


def open_hours(
    session: Session,
    programme: models.Programme,
    *,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    actor: str,
) -> Opening:
    """Open the programme's lobby from *opens_at* to *closes_at* (aware); raises BadHours.

    *actor* is who does it, for the audit log, as in `account:12`.
    """
    if not now < closes_at:
        raise BadHours(N_("The hours are over already."))
    if not timedelta(0) < closes_at - opens_at <= LONGEST:
        raise BadHours(N_("The end must come after the beginning, at most 12 hours later."))
    engine.write_lock(session)
    session.get_one(models.Programme, programme.id, with_for_update={"key_share": True})
    crossing = exists().where(
        Opening.programme_id == programme.id,
        Opening.opens_at < closes_at,
        Opening.closes_at > opens_at,
    )
    if session.scalar(select(crossing)):
        raise BadHours(N_("Other hours of this programme are open at that time."))
    made = Opening(programme=programme, opens_at=opens_at, closes_at=closes_at)
    session.add(made)
    session.flush()
    audit.record(
        session, now=now, actor=actor, action="dropin.open", subject=f"programme:{programme.id}"
    )
    return made


def close_hours(session: Session, opening: Opening, now: datetime, actor: str) -> None:
    """End a drop-in hour now, or take back one to come; who waits is told by the next pass."""
    if opening.opens_at >= now:
        session.delete(opening)
    elif opening.closes_at > now:
        opening.closes_at = now
    session.flush()
    subject = f"programme:{opening.programme_id}"
    audit.record(session, now=now, actor=actor, action="dropin.close", subject=subject)


def hours(session: Session, programme: models.Programme, now: datetime) -> Sequence[Opening]:
    """Return the drop-in hours that are open or to come, the next one first."""
    return session.scalars(
        select(Opening)
        .where(Opening.programme_id == programme.id, Opening.closes_at > now)
        .order_by(Opening.opens_at)
    ).all()


def open_to(session: Session, account_id: int, now: datetime) -> models.Participant | None:
    """Return the account's place in a programme whose lobby is open now, or None."""
    return session.scalars(
        select(models.Participant)
        .join(Opening, Opening.programme_id == models.Participant.programme_id)
        .where(
            models.Participant.account_id == account_id,
            models.Participant.withdrawn_at.is_(None),
            Opening.opens_at <= now,
            Opening.closes_at > now,
        )
        .order_by(Opening.opens_at, Opening.id)
        .limit(1)
    ).one_or_none()


def coming(session: Session, account_id: int, now: datetime) -> Opening | None:
    """Return the next drop-in hour, open or to come, of a programme the account takes part in."""
    return session.scalars(
        select(Opening)
        .join(models.Participant, models.Participant.programme_id == Opening.programme_id)
        .where(
            models.Participant.account_id == account_id,
            models.Participant.withdrawn_at.is_(None),
            Opening.closes_at > now,
        )
        .order_by(Opening.opens_at, Opening.id)
        .limit(1)
    ).one_or_none()


def today(session: Session, now: datetime) -> Opening | None:
    """Return the drop-in hour that is open now or opens later today, of any programme, or None.

    Today is the day of the programme's zone. An open one comes first, then the next one.
    """
    soon = session.scalars(
        select(Opening)
        .join(models.Programme)
        .where(
            Opening.closes_at > now,
            Opening.opens_at < now + DAY,
            models.Programme.closed_at.is_(None) | (models.Programme.closed_at > now),
        )
        .options(joinedload(Opening.programme))
        .order_by(Opening.opens_at, Opening.id)
    )
    return next((one for one in soon if is_today(one, one.programme.zone, now)), None)


def is_today(opening: Opening, zone: str, now: datetime) -> bool:
    """Whether a drop-in hour is open, or opens before the day of *now* ends in *zone*."""
    clock = ZoneInfo(zone)
    begins = opening.opens_at.astimezone(clock).date()
    return opening.opens_at <= now or begins == now.astimezone(clock).date()
