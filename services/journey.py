"""Where a participant stands: every state somebody can be in, or be lost in, by name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

import models
from services import enrolment, pools

ASKED_FOR = timedelta(days=14)  # how long we ask how a conversation was
DONE = "done"  # the survey answer that says: asked and through
TOLD_FOR = timedelta(days=3)  # how long a missed conversation is spoken of


class State(StrEnum):
    """The states, in the order of what is most urgent to show."""

    SUSPENDED = "suspended"  # may not take part for a while
    OPEN = "open"  # the room is open and waits
    DOOR = "door"  # the conversation begins in minutes
    AFTER = "after"  # a conversation ended and was not told about yet
    INVITED = "invited"  # a pair is proposed and waits for this person's answer
    ACCEPTED = "accepted"  # this person said yes, the other has not answered
    SCHEDULED = "scheduled"  # both said yes
    PROFILE = "profile"  # joined, with questions open
    PAUSED = "paused"  # takes a break
    MISSED = "missed"  # a conversation did not come about, just now
    ENOUGH = "enough"  # has had this month's conversations
    WAITING = "waiting"  # in the pool
    LEFT = "left"  # has left the programme
    NEW = "new"  # has not joined a programme


URGENT = tuple(State)


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
    opens = timedelta(minutes=opens_minutes)
    places = [_place(session, one, now, opens) for one in enrolment.of(session, account.id)]
    return min(places, key=lambda one: URGENT.index(one.state), default=Standing(State.NEW))


def other(pair: models.Pair, participant: models.Participant) -> models.Participant:
    """Return whom the pair puts opposite the participant."""
    return pair.second if pair.first_id == participant.id else pair.first


def last_look(session: Session, participant: models.Participant) -> Look | None:
    """Return what the last round that had this person in its pool says about them."""
    rounds = session.scalars(
        select(models.Round)
        .where(models.Round.programme_id == participant.programme_id)
        .order_by(models.Round.at.desc())
        .limit(1)
    ).one_or_none()
    said = rounds.report.get("waiting", {}).get(str(participant.id)) if rounds else None
    if rounds is None or said is None:
        return None
    return Look(rounds.at, said["reason"], said["change"], said["what"], said["partners"])


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


def _place(
    session: Session, participant: models.Participant, now: datetime, opens: timedelta
) -> Standing:
    arranged = _arranged(session, participant, now, opens)
    if arranged is not None:
        return arranged
    if participant.withdrawn_at is not None:
        return Standing(State.LEFT, participant)
    if participant.completed_at is None:
        return Standing(State.PROFILE, participant)
    if participant.paused_at is not None:
        return Standing(State.PAUSED, participant)
    missed = _missed(session, participant, now)
    if missed is not None:
        return Standing(State.MISSED, participant, conversation=missed)
    taken = session.scalar(select(pools.taken(now)).where(models.Participant.id == participant.id))
    enough = (taken or 0) >= participant.capacity
    return Standing(State.ENOUGH if enough else State.WAITING, participant)


def _arranged(
    session: Session, participant: models.Participant, now: datetime, opens: timedelta
) -> Standing | None:
    """Return what is arranged with somebody: a conversation, a question after it, an invitation."""
    conversation = session.scalars(
        _of(participant)
        .where(models.Conversation.state.in_(("scheduled", "open")))
        .order_by(models.Conversation.scheduled_at)
        .limit(1)
    ).one_or_none()
    coming = None if conversation is None else _coming(conversation, now, opens)
    if coming in (State.OPEN, State.DOOR):
        return Standing(coming, participant, conversation=conversation)
    after = _untold(session, participant, now)
    if after is not None:
        return Standing(State.AFTER, participant, conversation=after)
    invitation = _invitation(session, participant, now)
    if invitation is not None:
        state = State.INVITED if invitation.state == "open" else State.ACCEPTED
        return Standing(state, participant, invitation=invitation)
    if coming is not None:
        return Standing(coming, participant, conversation=conversation)
    return None


def _coming(conversation: models.Conversation, now: datetime, opens: timedelta) -> State:
    if conversation.state == "open":
        return State.OPEN
    return State.DOOR if conversation.scheduled_at - opens <= now else State.SCHEDULED


def _untold(
    session: Session, participant: models.Participant, now: datetime
) -> models.Conversation | None:
    told = exists().where(
        models.SurveyAnswer.conversation_id == models.Conversation.id,
        models.SurveyAnswer.participant_id == participant.id,
        models.SurveyAnswer.item == DONE,
    )
    return session.scalars(
        _of(participant)
        .where(
            models.Conversation.state == "closed",
            models.Conversation.started_at.is_not(None),
            models.Conversation.closed_at > now - ASKED_FOR,
            ~told,
        )
        .order_by(models.Conversation.closed_at.desc())
        .limit(1)
    ).one_or_none()


def _invitation(
    session: Session, participant: models.Participant, now: datetime
) -> models.Invitation | None:
    """Return the invitation that waits: for this person first, else for the other."""
    theirs = models.Invitation.__table__.alias()
    dead = exists().where(
        theirs.c.pair_id == models.Invitation.pair_id,
        theirs.c.state.in_(("declined", "expired", "withdrawn")),
    )
    arranged = exists().where(models.Conversation.pair_id == models.Invitation.pair_id)
    rows = session.scalars(
        select(models.Invitation)
        .where(
            models.Invitation.participant_id == participant.id,
            models.Invitation.state.in_(("open", "accepted")),
            models.Invitation.expires_at > now,
            ~dead,
            ~arranged,
        )
        .order_by(models.Invitation.state.desc(), models.Invitation.expires_at)
        .limit(1)
    )
    return rows.one_or_none()


def _missed(
    session: Session, participant: models.Participant, now: datetime
) -> models.Conversation | None:
    return session.scalars(
        _of(participant)
        .where(
            models.Conversation.state == "missed",
            models.Conversation.scheduled_at > now - TOLD_FOR,
        )
        .order_by(models.Conversation.scheduled_at.desc())
        .limit(1)
    ).one_or_none()


def _of(participant: models.Participant) -> Select[models.Conversation]:
    mine = (models.Pair.first_id == participant.id) | (models.Pair.second_id == participant.id)
    return select(models.Conversation).join(models.Pair).where(mine)
