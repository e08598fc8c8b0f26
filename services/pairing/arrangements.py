"""Arrangements: the hour a pair has promised each other, made and taken back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation import guide
from models import engine
from services.pairing import notices, returns
from services.path import journey
from services.site.config import Config
from services.staff import guides


class TooLate(ValueError):
    """The conversation has begun, is over or was cancelled before; nothing was changed."""


def of_pair(session: Session, pair: models.Pair) -> models.Conversation | None:
    """Return the conversation a pair has or had, the newest, or None."""
    return session.scalars(
        select(models.Conversation)
        .where(models.Conversation.pair_id == pair.id)
        .order_by(models.Conversation.id.desc())
        .limit(1)
    ).one_or_none()


def schedule(
    session: Session, pair: models.Pair, hour: datetime, now: datetime, config: Config
) -> models.Conversation:
    """Promise *hour* to both: store their conversation, send both a calendar file."""
    conversation = promise(session, pair, hour, now)
    notices.schedule(session, conversation, config, now)
    return conversation


def promise(
    session: Session, pair: models.Pair, hour: datetime, now: datetime, slug: str | None = None
) -> models.Conversation:
    """Store the pair's conversation at *hour*, by the programme's guide or *slug*; tell nobody."""
    programme = pair.first.programme
    language = _language(session, pair)
    version = guides.store(session, slug or programme.guide, language, now)
    conversation = models.Conversation(
        token=token_urlsafe(32),
        pair_id=pair.id,
        programme_id=programme.id,
        guide_digest=version.digest,
        language=language,
        scheduled_at=hour,
        steps=len(guide.parse(version.text, version.slug).steps),
    )
    session.add(conversation)
    for person in (pair.first, pair.second):
        wait(person, hour)  # the next wait begins with this conversation
    session.flush()
    return conversation


def cancel(
    session: Session,
    conversation: models.Conversation,
    participant: models.Participant,
    now: datetime,
    config: Config,
) -> None:
    """Take back a yes: both are told, and both are in the pool again at once. Raises TooLate.

    Who cancels waits anew; the other goes on waiting from when the pair was proposed.
    """
    lock_people(session, [conversation.pair])
    session.refresh(conversation, with_for_update={"key_share": True})  # no act begins it meanwhile
    if conversation.state not in ("scheduled", "open") or conversation.started_at is not None:
        raise TooLate("The conversation has begun, or is not to come any more.")
    conversation.state = "cancelled"
    conversation.sequence += 1
    other = journey.other(conversation.pair, participant)
    come_back(participant, now, now)
    come_back(other, conversation.pair.proposed_at, now)
    session.flush()
    notices.cancel(session, conversation, config, now)


def lock_people(session: Session, pairs: Iterable[models.Pair]) -> None:
    """Keep others from deciding anything about these people until the commit."""
    lock_accounts(
        session, {person.account_id for pair in pairs for person in (pair.first, pair.second)}
    )


def lock_accounts(session: Session, people: Collection[int]) -> None:
    """Keep others from deciding anything about these accounts until the commit."""
    engine.write_lock(session)
    session.scalars(
        select(models.Account.id)
        .where(models.Account.id.in_(people))
        .order_by(models.Account.id)
        .with_for_update(key_share=True)
    ).all()


def wait(person: models.Participant, since: datetime) -> None:
    """Let somebody who takes part wait *since*; a break or leaving is not ended by it."""
    if person.paused_at is None and person.withdrawn_at is None:
        person.waiting_since = since


def come_back(person: models.Participant, since: datetime, now: datetime) -> None:
    """Let somebody wait again *since*, and be looked for within minutes of *now*."""
    wait(person, since)
    returns.note(person, now)


def _language(session: Session, pair: models.Pair) -> str:
    """Return the language both can talk in that the programme names first."""
    offered = pair.first.programme.languages
    first, second = (
        set(
            session.scalars(
                select(models.Language.tag).where(models.Language.participant_id == one)
            )
        )
        for one in (pair.first_id, pair.second_id)
    )
    return next((tag for tag in offered if tag in first & second), offered[0])
