"""The pledge to listen: taken by anybody, counted in public, later tied to an account."""

from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from services.letters import mail
from services.letters.mail import Recipient


def take(session: Session, now: datetime) -> models.Pledge:
    """Count one more pledge; whoever holds its token can tie it to an account."""
    pledge = models.Pledge(token=token_urlsafe(32), at=now)
    session.add(pledge)
    session.flush()
    return pledge


def count(session: Session) -> int:
    """Return how many pledges were taken."""
    return session.scalar(select(func.count()).select_from(models.Pledge)) or 0


def find(session: Session, token: str) -> models.Pledge | None:
    """Return the pledge with this token."""
    return session.scalars(select(models.Pledge).where(models.Pledge.token == token)).one_or_none()


def of(session: Session, account_id: int) -> models.Pledge | None:
    """Return the pledge an account has taken, the first where there are more."""
    return session.scalars(
        select(models.Pledge)
        .where(models.Pledge.account_id == account_id)
        .order_by(models.Pledge.at)
        .limit(1)
    ).one_or_none()


def write(session: Session, pledge: models.Pledge, to: Recipient, url: str, now: datetime) -> None:
    """Mail *to* the link that ties the pledge to an account; once a day and a pledge.

    The address is kept with the mail only, and goes with it.
    """
    mail.queue(
        session,
        to=to,
        kind="pledge_keep",
        dedupe=f"pledge_keep:{pledge.id}:{now:%Y-%m-%d}",
        context={"url": url},
        now=now,
    )


def link(session: Session, token: str, account_id: int) -> bool:
    """Tie a pledge that belongs to nobody yet to an account; return whether it now does."""
    pledge = find(session, token)
    if pledge is None or pledge.account_id not in (None, account_id):
        return False
    pledge.account_id = account_id
    return True
