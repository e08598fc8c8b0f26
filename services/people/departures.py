"""Going away: from a programme, by taking back a consent, for good."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.letters import newsletter
from services.pairing import arrangements, invitations
from services.people import enrolment
from services.site.config import Config


def leave(session: Session, participant: models.Participant, now: datetime, config: Config) -> None:
    """Leave the programme; who was invited with this person is looked for again at once.

    A conversation that is arranged stays arranged.
    """
    enrolment.leave(session, participant, now)
    _give_back(session, participant, now, config)


def pause(session: Session, participant: models.Participant, now: datetime, config: Config) -> None:
    """Take a break; who was invited with this person is looked for again at once.

    A conversation that is arranged stays arranged.
    """
    enrolment.pause(session, participant, now)
    _give_back(session, participant, now, config)


def _give_back(
    session: Session, participant: models.Participant, now: datetime, config: Config
) -> None:
    """Decline the invitations that still stand."""
    waiting = session.scalars(
        select(models.Invitation).where(
            models.Invitation.participant_id == participant.id,
            models.Invitation.state.in_(invitations.LIVE),
        )
    ).all()
    for invitation in waiting:
        if invitations.is_live(session, invitation, now):
            invitations.decline(session, invitation, now, config)


def withdraw_consent(
    session: Session, account_id: int, name: str, now: datetime, config: Config
) -> None:
    """Take back one consent; without a required one, every programme is left as well."""
    enrolment.withdraw_consent(session, account_id, name, now)
    if name == newsletter.PURPOSE:
        newsletter.stop_for(session, session.get_one(models.Account, account_id).email, now)
    if enrolment.purpose(name).required:
        for participant in enrolment.of(session, account_id):
            leave(session, participant, now, config)


def vanish(session: Session, account_id: int, now: datetime, config: Config) -> None:
    """Leave everything, and cancel what is arranged: the others are told, not why."""
    for participant in enrolment.of(session, account_id):
        mine = models.Pair.first_id == participant.id, models.Pair.second_id == participant.id
        coming = session.scalars(
            select(models.Conversation)
            .join(models.Pair)
            .where(models.Conversation.state == "scheduled", mine[0] | mine[1])
        ).all()
        for conversation in coming:
            arrangements.cancel(session, conversation, participant, now, config)
        leave(session, participant, now, config)
