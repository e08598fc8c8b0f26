"""Standby: people who keep an hour free for somebody whose partner does not come.

They are asked by the rules and the floor of a round. An hour kept free is put to their credit,
called or not: in matching it counts as a week of waiting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import matcher
import matcher.policy
import models
from matcher.round import Pair
from models import Conversation, Standby
from services.pairing import arrangements, invitations, lobby, notices, pools, slots, waits
from services.pairing.columns import Scope
from services.pairing.pools import Pool
from services.site.config import Config

AHEAD = timedelta(days=7)
MOST = 30  # hours offered, and people asked about, at once


class NobodyThere(RuntimeError):
    """Nobody who fits stands by for this hour any more; roll back."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who stands by and fits best, and what the matcher says of the pair."""

    standby: Standby
    said: Pair


def hours(session: Session, person: models.Participant, now: datetime) -> list[datetime]:
    """Return the hours of the week ahead in which others meet and *person* is free."""
    taken = session.scalars(
        select(Conversation.scheduled_at)
        .where(
            Conversation.programme_id == person.programme_id,
            Conversation.state == "scheduled",
            Conversation.scheduled_at > now,
            Conversation.scheduled_at <= now + AHEAD,
        )
        .distinct()
        .order_by(Conversation.scheduled_at)
    ).all()
    marks = session.execute(
        select(models.Availability.weekday, models.Availability.hour).where(
            models.Availability.participant_id == person.id
        )
    )
    free = slots.free([(day, hour) for day, hour in marks], person.account.zone, taken)
    busy = invitations.promised(session, person)
    return [hour for hour in free if all(abs(hour - one) >= slots.HOUR for one in busy)][:MOST]


def offered(session: Session, person: models.Participant, now: datetime) -> list[datetime]:
    """Return the hours, of those not yet over, for which somebody stands by and was not called."""
    return list(
        session.scalars(
            select(Standby.hour)
            .where(
                Standby.participant_id == person.id,
                Standby.hour > now - waits.STANDBY,
                Standby.called_at.is_(None),
            )
            .order_by(Standby.hour)
        )
    )


def offer(
    session: Session, person: models.Participant, wanted: Iterable[datetime], now: datetime
) -> None:
    """Stand by for these hours and take back every other one; hours that cannot be are left out."""
    chosen = set(wanted)
    kept = set(offered(session, person, now))
    for hour in kept - chosen:
        session.delete(session.get_one(Standby, (person.id, hour)))
    for hour in sorted(chosen.intersection(hours(session, person, now)) - kept):
        session.add(Standby(participant_id=person.id, hour=hour, offered_at=now))
    session.flush()


def find(
    session: Session, conversation: Conversation, person: models.Participant, now: datetime
) -> Found | None:
    """Return who stands by for the conversation's hour and fits *person* best, or None."""
    ready = {row.participant_id: row for row in _ready(session, conversation, now)}
    if not ready:
        return None
    scope = Scope(person.programme, (person.id, *ready), anyway=(person.id,))
    pool = pools.load_now(session, scope, now)
    said = _best(pool, person) if person.id in pool.people else None
    if said is None:
        return None
    other = next(pool.people[row] for row in (said.a, said.b) if pool.people[row] != person.id)
    return Found(ready[other], said)


def stand_in(
    session: Session,
    conversation: Conversation,
    person: models.Participant,
    now: datetime,
    config: Config,
) -> Conversation:
    """End a conversation nobody began, and give *person* one with whoever stands by.

    The one who is not there is not blamed: they wait anew. Raises NobodyThere; then roll back.
    """
    lock(session, conversation, now)
    if conversation.state in invitations.COMING:
        if conversation.started_at is not None:
            raise NobodyThere("They have begun to talk.")
        conversation.state, conversation.closed_at = "missed", now
        absent = next(
            one for one in (conversation.pair.first, conversation.pair.second) if one is not person
        )
        arrangements.wait(absent, now)
        session.flush()
    return _call(session, conversation, person, now, config)


def fill(
    session: Session,
    conversation: Conversation,
    person: models.Participant,
    now: datetime,
    config: Config,
) -> Conversation | None:
    """Ask a standby where the other has just cancelled so late that no round can help; or None."""
    if conversation.scheduled_at - now > waits.LAST_MINUTE:
        return None
    try:
        made = _call(session, conversation, person, now, config)
    except NobodyThere:
        return None
    notices.schedule(session, made, config, now)
    return made


def lock(session: Session, conversation: Conversation, now: datetime) -> None:
    """Keep others from deciding anything about the two, and about those who stand by.

    To be called before anything else is locked: a round locks the same accounts, in one order.
    """
    pair = conversation.pair
    people = {pair.first.account_id, pair.second.account_id}
    ready = _ready(session, conversation, now)
    arrangements.lock_accounts(session, people | {row.participant.account_id for row in ready})
    session.refresh(conversation, with_for_update={"key_share": True})  # no act begins it meanwhile
    for row in ready:
        session.refresh(row)


def credit_due(session: Session, now: datetime) -> int:
    """Put every kept hour that is over to its owner's credit, once; return how many."""
    kept = session.scalars(
        select(Standby)
        .where(Standby.credited_at.is_(None), Standby.hour <= now - slots.HOUR)
        .order_by(Standby.participant_id, Standby.hour)
        .with_for_update(skip_locked=True)
    ).all()
    for row in kept:
        row.credited_at = now
    session.flush()
    return len(kept)


def credited(session: Session, person: models.Participant) -> int:
    """Return how many hours that somebody kept free count in the wait they are in."""
    return session.scalar(select(waits.kept()).where(models.Participant.id == person.id)) or 0


def _call(
    session: Session,
    conversation: Conversation,
    person: models.Participant,
    now: datetime,
    config: Config,
) -> Conversation:
    found = find(session, conversation, person, now)
    if found is None:
        raise NobodyThere("Nobody who fits stands by for this hour.")
    other = found.standby.participant
    try:
        pair = lobby.pair_of(session, (person, other), found.said, now)
    except lobby.Gone as error:
        raise NobodyThere(str(error)) from error
    made = arrangements.promise(session, pair, max(now, conversation.scheduled_at), now)
    found.standby.called_at, found.standby.conversation_id = now, made.id
    session.flush()
    notices.call(session, made, other, config, now)
    return made


def _ready(session: Session, conversation: Conversation, now: datetime) -> Sequence[Standby]:
    """Return who stands by for the hour and was not called; nobody once it is half over."""
    hour = conversation.scheduled_at
    if now > hour + waits.STANDBY:
        return []
    return session.scalars(
        select(Standby)
        .join(models.Participant)
        .where(
            Standby.hour == hour,
            Standby.called_at.is_(None),
            models.Participant.programme_id == conversation.programme_id,
        )
        .order_by(Standby.offered_at, Standby.participant_id)
        .limit(MOST)
    ).all()


def _best(pool: Pool, person: models.Participant) -> Pair | None:
    """Return the best pair of *person* and one of the others; nobody else is paired."""
    mine, count = pool.people.index(person.id), len(pool.people)
    others = [row for row in range(count) if row != mine]
    apart = [(a, b) for a in others for b in others if a < b]
    barred = np.asarray([*pool.exclusions.tolist(), *apart], np.int64).reshape(-1, 2)
    policy = matcher.policy.from_mapping(person.programme.policy, person.programme.slug)
    done = matcher.pair(pool.cohort, policy, barred, threads=1)
    return next(iter(done.described()), None)
