"""Later conversations of a pair: one offers a guide and hours, the other says yes to an hour.

Each guide of the journey takes both people's choice, and is open only to two who both said that
they would talk again. Truth and reconciliation comes after a commitment, of each of the two.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

import models
from models import Exclusion, Offer, Pair, Participant
from services.conversations import kept
from services.letters import mail
from services.pairing import arrangements, invitations, notices
from services.path import journey
from services.site.config import Config

GUIDES = ("again", "values", "commit", "truth")
STANDS = timedelta(days=7)
NOW_LASTS = timedelta(minutes=15)  # how long "right now" is right now
MOST = 12  # hours in one offer


class NotOpen(ValueError):
    """This cannot be offered or answered (any more); nothing was changed."""


def pairs(session: Session, account_id: int, now: datetime) -> list[tuple[Pair, Participant]]:
    """Return the pairs an account may go on with, each with the account's place in it.

    Those with an offer that waits come first, then those of the newest conversations.
    """
    asked = session.scalars(_waiting(account_id, now))
    held = [one.pair for one in journey.held(session, account_id)]
    going = [*asked, *(pair for pair in held if open_guides(session, pair))]
    return [
        (pair, pair.first if pair.first.account_id == account_id else pair.second)
        for pair in dict.fromkeys(going)
        if not kept_apart(session, pair)
    ]


def _waiting(account_id: int, now: datetime) -> Select[Pair]:
    mine = select(Participant.id).where(Participant.account_id == account_id)
    return (
        select(Pair)
        .join(Offer, Offer.pair_id == Pair.id)
        .where(
            Pair.first_id.in_(mine) | Pair.second_id.in_(mine),
            Offer.state == "open",
            Offer.expires_at > now,
        )
        .order_by(Offer.offered_at.desc())
    )


def open_guides(session: Session, pair: Pair) -> tuple[str, ...]:
    """Return the guides either of a pair may offer the other; none unless both said "again"."""
    if not kept.agreed(session, pair) or kept_apart(session, pair):
        return ()
    both = (pair.first.account_id, pair.second.account_id)
    signed = all(kept.commitments(session, one) for one in both)
    return GUIDES if signed else GUIDES[:-1]


def of_pair(session: Session, pair: Pair, now: datetime) -> Offer | None:
    """Return the pair's offer that waits for an answer, or None."""
    return session.scalars(
        select(Offer).where(Offer.pair_id == pair.id, Offer.state == "open", Offer.expires_at > now)
    ).one_or_none()


def make(
    session: Session,
    pair: Pair,
    person: Participant,
    what: tuple[str, Collection[datetime]],
    now: datetime,
    *,
    config: Config,
) -> Offer:
    """Offer the other of *pair* a guide at some hours (*what*), and tell them; raises NotOpen."""
    arrangements.lock_people(session, [pair])
    expire_due(session, now)
    if what[0] not in open_guides(session, pair) or of_pair(session, pair, now) is not None:
        raise NotOpen("This guide cannot be offered now.")
    return put(session, pair, person, what, now, config=config, letter="offer")


def put(
    session: Session,
    pair: Pair,
    person: Participant,
    what: tuple[str, Collection[datetime]],
    now: datetime,
    *,
    config: Config,
    letter: str,
) -> Offer:
    """Store an offer between two who are locked, and send its *letter*; raises NotOpen."""
    guide, hours = what
    allowed = {now, *invitations.common_hours(session, pair, now, config)}
    if not hours or len(hours) > MOST or not set(hours) <= allowed:
        raise NotOpen("Choose among the hours you both have.")
    made = Offer(
        pair=pair,
        by_id=person.id,
        guide=guide,
        hours=[hour.isoformat() for hour in sorted(hours)],
        state="open",
        offered_at=now,
        expires_at=now + STANDS,
    )
    session.add(made)
    session.flush()
    _tell(session, made, person, config, letter)
    return made


def hours_of(offer: Offer, now: datetime) -> list[datetime]:
    """Return the hours that can still be said yes to; "right now" for a quarter of an hour."""
    every = [datetime.fromisoformat(text) for text in offer.hours]
    return [hour for hour in every if hour > now - NOW_LASTS]


def accept(
    session: Session,
    offer: Offer,
    person: Participant,
    hour: datetime,
    now: datetime,
    *,
    config: Config,
) -> models.Conversation:
    """Say yes to one of the hours: the conversation is fixed, or begins now. Raises NotOpen."""
    _lock(session, offer, person, now)
    busy = [
        one
        for side in (offer.pair.first, offer.pair.second)
        for one in invitations.promised(session, side)
    ]
    at = max(hour, now)
    if hour not in hours_of(offer, now) or any(abs(at - one) < timedelta(hours=1) for one in busy):
        raise NotOpen("That hour is gone.")
    offer.state, offer.answered_at = "accepted", now
    made = arrangements.promise(session, offer.pair, at, now, offer.guide)
    notices.schedule(session, made, config, now)
    return made


def decline(session: Session, offer: Offer, person: Participant, now: datetime) -> None:
    """Say no without a reason, or take one's own offer back. Raises NotOpen."""
    _lock(session, offer, None, now)
    offer.state = "withdrawn" if offer.by_id == person.id else "declined"
    offer.answered_at = now
    session.flush()


def expire_due(session: Session, now: datetime) -> int:
    """End the offers whose time has passed; return how many."""
    ended = session.execute(
        update(Offer)
        .where(Offer.state == "open", Offer.expires_at <= now)
        .values(state="expired")
        .returning(Offer.id)
    )
    return len(ended.all())


def _lock(session: Session, offer: Offer, answers: Participant | None, now: datetime) -> None:
    arrangements.lock_people(session, [offer.pair])
    session.refresh(offer)
    mine = answers is not None and offer.by_id == answers.id
    if offer.state != "open" or offer.expires_at <= now or mine or kept_apart(session, offer.pair):
        raise NotOpen("This offer does not stand any more.")


def kept_apart(session: Session, pair: Pair) -> bool:
    """Whether the two may not meet: a block, a report, or one of them has gone."""
    low, high = sorted((pair.first.account.key, pair.second.account.key))
    row = session.get(Exclusion, (low, high))
    barred = row is not None and row.reason != "paired"
    return barred or any(not person.account.active for person in (pair.first, pair.second))


def _tell(session: Session, offer: Offer, person: Participant, config: Config, letter: str) -> None:
    mail.queue(
        session,
        to=journey.other(offer.pair, person).account,
        kind=letter,
        dedupe=f"{letter}:{offer.id}",
        context={
            "other": person.first_name,
            "until": offer.expires_at,
            "url": f"{config.site.url}/journey",
        },
        now=offer.offered_at,
    )
