"""Who wants to talk to a facilitator after a conversation, or has to, and who did."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.letters import mail
from services.site.config import Config


def ask(session: Session, conversation_id: int, participant_id: int, now: datetime) -> None:
    """Note that somebody is to be called back; asking twice is asking once."""
    known = session.get(models.Callback, (conversation_id, participant_id))
    if known is None:
        session.add(
            models.Callback(conversation_id=conversation_id, participant_id=participant_id, at=now)
        )
    else:
        known.answered_at = known.account_id = None
    session.flush()


def waiting(session: Session) -> Sequence[models.Callback]:
    """Return who waits, the longest first."""
    return session.scalars(
        select(models.Callback)
        .where(models.Callback.answered_at.is_(None))
        .order_by(models.Callback.at)
    ).all()


def answer(
    session: Session,
    callback: models.Callback,
    account_id: int,
    words: str,
    *,
    now: datetime,
    config: Config,
) -> None:
    """Write back to somebody by mail; a suspension that waited for this talk ends."""
    account = callback.participant.account
    mail.queue(
        session,
        to=account,
        kind="called_back",
        dedupe=f"called_back:{callback.conversation_id}:{callback.participant_id}:{now:%Y%m%d%H%M}",
        context={"words": words, "url": f"{config.site.url}/home"},
        now=now,
    )
    callback.answered_at, callback.account_id = now, account_id
    if _waited_for(session, callback):
        account.suspended_until = None
    session.flush()


def _waited_for(session: Session, callback: models.Callback) -> bool:
    wanted = (
        select(models.Decision.measure)
        .join(models.Report, models.Report.id == models.Decision.report_id)
        .where(
            models.Report.conversation_id == callback.conversation_id,
            models.Report.reported_id == callback.participant_id,
        )
        .order_by(models.Decision.on_appeal.desc())
        .limit(1)
    )
    return session.scalar(wanted) == "talk"
