"""A new time for two whose conversation did not come about: one asks, the other answers an offer.

It is theirs to ask while the other is missing, and as long as the missed conversation is spoken of.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import Conversation, Offer, Pair, Participant
from services.conversations import offers
from services.conversations.offers import NotOpen
from services.pairing import arrangements, invitations
from services.path import journey
from services.path.waiting import TOLD_FOR
from services.site.config import Config


def can_ask(session: Session, conversation: Conversation, now: datetime) -> bool:
    """Whether either of the two may ask the other for a new time instead of this conversation's."""
    if conversation.started_at is not None:
        return False
    late = conversation.state in invitations.COMING and conversation.scheduled_at <= now
    missed = conversation.state == "missed" and conversation.scheduled_at > now - TOLD_FOR
    if not late and not missed:
        return False
    pair = conversation.pair
    return (
        arrangements.of_pair(session, pair) is conversation
        and offers.of_pair(session, pair, now) is None
        and not _declined(session, pair, conversation.scheduled_at)
        and not offers.kept_apart(session, pair)
        and pair.first.withdrawn_at is None
        and pair.second.withdrawn_at is None
    )


def _declined(session: Session, pair: Pair, since: datetime) -> bool:
    """Return whether one of the two said no to the other since then: nobody is asked again."""
    no = (Offer.pair_id == pair.id, Offer.state == "declined", Offer.offered_at >= since)
    return bool(session.scalar(select(exists().where(*no))))


def ask(
    session: Session,
    conversation: Conversation,
    person: Participant,
    hours: Collection[datetime],
    now: datetime,
    *,
    config: Config,
) -> Offer:
    """Ask the other for one of *hours* that both have; end the conversation nobody began.

    Nobody is blamed: who was there goes on waiting from when the pair was proposed, the other
    waits anew. Raises NotOpen; then roll back.
    """
    pair = conversation.pair
    arrangements.lock_people(session, [pair])
    session.refresh(conversation, with_for_update={"key_share": True})  # no act begins it meanwhile
    if not can_ask(session, conversation, now):
        raise NotOpen("A new time cannot be asked for any more.")
    if conversation.state in invitations.COMING:
        conversation.state, conversation.closed_at = "missed", now
        arrangements.come_back(person, pair.proposed_at, now)
        arrangements.wait(journey.other(pair, person), now)
        session.flush()
    what = (person.programme.guide, hours)
    return offers.put(session, pair, person, what, now, config=config, letter="new_time")
