"""Invitations: both say yes with hours, and it becomes a conversation; or both go on waiting.

An answer locks the two people first, so that two answers at once are one after the other and
nobody is promised to two conversations in the same hour. The hours somebody ticked stand until
the invitation has ended: also where the other ticked only different ones, and both are asked again.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

import models
from services.pairing import arrangements, notices, slots
from services.site.config import Config

SOON = timedelta(hours=1)  # an hour nearer than this is offered to nobody
LIVE = ("open", "accepted")
COMING = ("scheduled", "open")


class NoSuchHour(ValueError):
    """No hour was chosen, or one that the two do not share; nothing was changed."""


class Over(ValueError):
    """The invitation has ended, or both have answered it; nothing was changed."""


def common_hours(
    session: Session, pair: models.Pair, now: datetime, config: Config
) -> list[datetime]:
    """Return the UTC hours of the days ahead in which both are free and not yet promised."""
    ahead = slots.ahead(now, config.matching.horizon_days)
    hours = [hour for hour in ahead if hour >= now + SOON]
    for person in (pair.first, pair.second):
        table = models.Availability
        marks = session.execute(
            select(table.weekday, table.hour).where(table.participant_id == person.id)
        )
        taken = promised(session, person)
        free = slots.free([(day, hour) for day, hour in marks], person.account.zone, hours)
        hours = [hour for hour in free if all(abs(hour - one) >= slots.HOUR for one in taken)]
    return hours


def ticked(invitation: models.Invitation) -> list[datetime]:
    """Return the hours the invited one chose, in order."""
    return [datetime.fromisoformat(text) for text in invitation.slots]


def of_other(invitation: models.Invitation) -> models.Invitation:
    """Return the invitation of the one opposite."""
    return next(one for one in invitation.pair.invitations if one.id != invitation.id)


def is_live(session: Session, invitation: models.Invitation, now: datetime) -> bool:
    """Whether the invitation still waits for an answer of one of the two."""
    return (
        invitation.state in LIVE
        and invitation.expires_at > now
        and of_other(invitation).state in LIVE
        and arrangements.of_pair(session, invitation.pair) is None
    )


def accept(
    session: Session,
    invitation: models.Invitation,
    hours: Collection[datetime],
    now: datetime,
    config: Config,
) -> models.Conversation | None:
    """Say yes with at least one of the common hours; return the conversation once there is one.

    The earliest hour both chose is taken. Where both chose and none is the same, both are asked
    again and see each other's hours. Raises NoSuchHour or Over; then nothing was changed.
    """
    other = _lock(session, invitation, now)
    if _has_gone(other.participant, now):
        _end((invitation, other), now)
        session.flush()
        return None
    if not hours or not set(hours) <= set(common_hours(session, invitation.pair, now, config)):
        raise NoSuchHour("Choose one or more of the hours you both have.")
    invitation.slots = [hour.isoformat() for hour in sorted(hours)]
    invitation.state, invitation.answered_at = "accepted", now
    shared = set(hours) & set(ticked(other))
    if shared:
        other.state = "accepted"
        return arrangements.schedule(session, invitation.pair, min(shared), now, config)
    if other.state == "accepted":
        _ask_again(session, (invitation, other), now, config)
    session.flush()
    return None


def ask_another(
    session: Session, invitation: models.Invitation, now: datetime, config: Config
) -> None:
    """Ask the other one to look at their week again; the invitation stands. Raises Over."""
    notices.ask_for_times(session, _lock(session, invitation, now), config, now)


def decline(session: Session, invitation: models.Invitation, now: datetime, config: Config) -> None:
    """Say no, without a reason; both are in the pool again at once. Raises Over."""
    other = _lock(session, invitation, now)
    invitation.state, invitation.answered_at = "declined", now
    _end((invitation, other), now)
    session.flush()
    notices.end(session, other, "declined", config, now)


def expire_due(session: Session, now: datetime, config: Config) -> int:
    """End the invitations whose time has passed; return how many. Both are in the pool again."""
    due = _standing().where(models.Invitation.expires_at <= now).order_by(models.Invitation.id)
    arrangements.lock_people(session, [invitation.pair for invitation in session.scalars(due)])
    ended = session.scalars(due.execution_options(populate_existing=True)).all()
    for invitation in ended:
        if invitation.state == "open":
            invitation.state = "expired"
    _end(ended, now)
    session.flush()
    for invitation in ended:
        notices.end(session, invitation, "expired", config, now)
    return len(ended)


def remind_due(session: Session, now: datetime, config: Config) -> int:
    """Remind who has not answered when a third of the time is left; return how many, once each."""
    soon = now + timedelta(hours=config.matching.invitation_hours) / 3
    due = _standing().where(
        models.Invitation.state == "open",
        models.Invitation.expires_at > now,
        models.Invitation.expires_at <= soon,
    )
    reminded = 0
    for invitation in session.scalars(due.order_by(models.Invitation.id)).all():
        known = select(models.Mail.id).where(models.Mail.dedupe == notices.reminder(invitation))
        if session.scalar(known) is None:
            notices.remind(session, invitation, config, now)
            reminded += 1
    return reminded


def _lock(session: Session, invitation: models.Invitation, now: datetime) -> models.Invitation:
    """Keep others from answering until the commit; return the invitation of the one opposite."""
    arrangements.lock_people(session, [invitation.pair])
    session.scalars(
        select(models.Invitation)
        .where(models.Invitation.pair_id == invitation.pair_id)
        .execution_options(populate_existing=True)
    ).all()
    if not is_live(session, invitation, now):
        raise Over("The invitation does not stand any more.")
    return of_other(invitation)


def _standing() -> Select[models.Invitation]:
    arranged = exists().where(models.Conversation.pair_id == models.Invitation.pair_id)
    return select(models.Invitation).where(models.Invitation.state.in_(LIVE), ~arranged)


def promised(session: Session, person: models.Participant) -> Sequence[datetime]:
    """Return when somebody has a conversation, in whatever programme."""
    mine = select(models.Participant.id).where(models.Participant.account_id == person.account_id)
    return session.scalars(
        select(models.Conversation.scheduled_at)
        .join(models.Pair)
        .where(
            models.Conversation.state.in_(COMING),
            models.Pair.first_id.in_(mine) | models.Pair.second_id.in_(mine),
        )
    ).all()


def _ask_again(
    session: Session, both: Sequence[models.Invitation], now: datetime, config: Config
) -> None:
    """Open both again with what was ticked, and time to answer as at first."""
    for invitation in both:
        invitation.state = "open"
        invitation.expires_at = now + timedelta(hours=config.matching.invitation_hours)
    session.flush()
    for invitation in both:
        notices.ask_for_times(session, invitation, config, now)


def _end(invitations: Iterable[models.Invitation], now: datetime) -> None:
    """Close what still stands; who said no, or nothing, waits anew, the other one goes on."""
    for invitation in invitations:
        person, waited = invitation.participant, invitation.participant.waiting_since
        if invitation.state in LIVE:
            invitation.state = "withdrawn"
            arrangements.come_back(person, waited or now, now)
        else:
            arrangements.come_back(person, now, now)


def _has_gone(person: models.Participant, now: datetime) -> bool:
    until = person.account.suspended_until
    suspended = until is not None and until > now
    return person.withdrawn_at is not None or suspended or not person.account.active
