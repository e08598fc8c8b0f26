"""What outlives a room's log because both wanted it: a commitment, and a yes to another talk."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

import models
from conversation.state import Room
from models import Commitment, Conversation, Pair, SurveyAnswer
from services.conversations.waves import AFTER, AGAIN


def keep(
    session: Session, conversation_id: int, people: Mapping[str, int], rooms: tuple[Room, Room]
) -> None:
    """Store what a room's step from the first to the second of *rooms* leaves to both.

    *people* are participants' ids by seat.
    """
    before, after = rooms
    at = after.closed.at if after.closed else after.since
    if at is None or (after.commitment, after.again) == (before.commitment, before.again):
        return
    if after.commitment is not None and before.commitment is None:
        first, second = after.commitment
        session.add(
            Commitment(conversation_id=conversation_id, first=first, second=second, signed_at=at)
        )
    if after.again and not before.again:
        for person in people.values():
            _agree(session, conversation_id, person, at)


def agreed(session: Session, pair: Pair) -> bool:
    """Whether both said, after one of the pair's conversations, that they would talk again."""
    yes = [
        exists().where(
            SurveyAnswer.conversation_id == Conversation.id,
            SurveyAnswer.participant_id == person,
            SurveyAnswer.survey == AFTER,
            SurveyAnswer.item == AGAIN,
            SurveyAnswer.value == 1,
        )
        for person in (pair.first_id, pair.second_id)
    ]
    found = select(Conversation.id).where(Conversation.pair_id == pair.id, *yes).limit(1)
    return session.scalar(found) is not None


def commitments(session: Session, account_id: int) -> list[Commitment]:
    """Return what an account has signed, the newest first."""
    mine = select(models.Participant.id).where(models.Participant.account_id == account_id)
    return list(
        session.scalars(
            select(Commitment)
            .join(Conversation)
            .join(Pair)
            .where(Pair.first_id.in_(mine) | Pair.second_id.in_(mine))
            .order_by(Commitment.signed_at.desc())
        )
    )


def _agree(session: Session, conversation_id: int, person: int, at: datetime) -> None:
    key = (conversation_id, person, AFTER, AGAIN)
    if session.get(SurveyAnswer, key) is None:
        names = ("conversation_id", "participant_id", "survey", "item")
        session.add(SurveyAnswer(**dict(zip(names, key, strict=True)), value=1.0, at=at))
