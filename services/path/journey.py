"""Where a participant stands on the path, and what there is to say about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.path import PLACES, Moment, State, census

URGENCY = tuple(State)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands, and what that state is about."""

    state: State
    participant: models.Participant | None = None
    invitation: models.Invitation | None = None
    conversation: models.Conversation | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a round says to somebody it left waiting: why, and the change that would have helped.

    `reason` and `change` are the matcher's words; `what` is an hour, a language or a topic;
    `partners` counts the people it would have opened.
    """

    at: datetime
    reason: str
    change: str
    what: str
    partners: int


def of(session: Session, account: models.Account, now: datetime, opens_minutes: int) -> Standing:
    """Return where the account stands, by the most urgent of its places in programmes."""
    if account.suspended_until is not None and account.suspended_until > now:
        return Standing(State.SUSPENDED)
    moment = Moment(now, timedelta(minutes=opens_minutes))
    rows = session.execute(
        select(models.Participant, census.state(moment))
        .join(models.Account)
        .where(models.Participant.account_id == account.id)
        .order_by(models.Participant.joined_at.desc(), models.Participant.id.desc())
    )
    places = [Standing(State(name), person) for person, name in rows]
    found = min(places, key=lambda one: URGENCY.index(one.state), default=Standing(State.NEW))
    return _with_subject(session, found, moment)


def other(pair: models.Pair, participant: models.Participant) -> models.Participant:
    """Return whom the pair puts opposite the participant."""
    return pair.second if pair.first_id == participant.id else pair.first


def last_look(session: Session, participant: models.Participant) -> Look | None:
    """Return what the last round that left this person waiting says about them."""
    said = models.Round.report[("waiting", str(participant.id))]
    row = session.execute(
        select(models.Round.at, said)
        .where(
            models.Round.programme_id == participant.programme_id,
            said.as_string().is_not(None),
        )
        .order_by(models.Round.at.desc(), models.Round.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Look(row[0], **row[1])


def held(session: Session, account_id: int) -> list[models.Conversation]:
    """Return the conversations the account has had, the newest first."""
    mine = select(models.Participant.id).where(models.Participant.account_id == account_id)
    return list(
        session.scalars(
            select(models.Conversation)
            .join(models.Pair)
            .where(
                models.Pair.first_id.in_(mine) | models.Pair.second_id.in_(mine),
                models.Conversation.state == "closed",
                models.Conversation.started_at.is_not(None),
            )
            .order_by(models.Conversation.closed_at.desc())
        )
    )


def _with_subject(session: Session, standing: Standing, moment: Moment) -> Standing:
    """Return the standing with the conversation or invitation its state is about."""
    about, person = PLACES[standing.state].about, standing.participant
    if about is None or person is None:
        return standing
    wanted = about(moment).where(models.Participant.id == person.id).limit(1)
    subject = session.scalars(wanted).one()
    kind = "invitation" if isinstance(subject, models.Invitation) else "conversation"
    return replace(standing, **{kind: subject})
