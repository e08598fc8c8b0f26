"""Two who talked, and what one offers the other."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models import Commitment, Offer
from services.conversations import offers
from services.pairing import invitations
from tests.factories import NOW

HOUR = timedelta(hours=1)


DAY = timedelta(days=1)


def held(session: Session) -> models.Conversation:
    return session.scalars(select(models.Conversation).order_by(models.Conversation.id)).first()


def say_again(session: Session, person: int) -> None:
    row = models.SurveyAnswer(
        conversation_id=held(session).id, participant_id=person, survey="after", item="again"
    )
    row.value, row.at = 1, NOW
    session.add(row)
    session.flush()


def sign(session: Session) -> None:
    session.add(Commitment(conversation=held(session), first="I", second="We", signed_at=NOW))
    session.flush()


def hours(session, pair, config):
    return invitations.common_hours(session, pair, NOW, config)[:2]


def offered(session, pair, config, guide="values") -> Offer:
    what = (guide, hours(session, pair, config))
    return offers.make(session, pair, pair.first, what, NOW, config=config)
