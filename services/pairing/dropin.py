"""The lobby of a drop-in hour: who waits in it, and what each is told.

Every way of waiting ends: paired, left, lost (the page gave no sign of life), unmatched (nobody
who fits came in time), or ended with the hour. `services.pairing.lobby` makes the pairs.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

import models
from models import Arrival, Opening
from services.pairing import arrangements, invitations, openings, pools, waits
from services.pairing.columns import Scope
from services.people import enrolment
from services.staff import waitlists

NEAR = timedelta(hours=1)  # nobody with a promise so near drops in
RECENT = 20  # waits from which the next one is told
ENOUGH = 5  # fewer say nothing


class NotNow(ValueError):
    """Somebody cannot come into the lobby; `code` says why. Nothing was changed.

    `closed` (no hour is open), `screened` (the account or profile is not complete, or rests),
    `month` (this month's conversations are had or promised), `promised` (one is within the hour),
    `later` (their half of the programme has not begun).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can honestly be said of the wait: who waits beside, and how it went for the last ones.

    `minutes` is the median wait of the last ones who were paired, None where too few were; of
    `tried` people who no longer wait, `met` were paired.
    """

    others: int
    minutes: int | None
    met: int
    tried: int


def enter(session: Session, participant: models.Participant, now: datetime) -> Arrival:
    """Let somebody into the lobby that is open now, or return the wait they have. Raises NotNow."""
    arrangements.lock_accounts(session, [participant.account_id])
    waiting = of(session, participant.account_id)
    if waiting is not None and waiting.state == "waiting":
        return waiting
    opening = next(iter(openings.hours(session, participant.programme, now)), None)
    if opening is None or opening.opens_at > now:
        raise NotNow("closed")
    _screen(session, participant, now)
    made = Arrival(opening=opening, participant=participant, came_at=now, seen_at=now)
    made.state = "waiting"
    session.add(made)
    session.flush()
    return made


def of(session: Session, account_id: int) -> Arrival | None:
    """Return the account's newest arrival in any lobby, or None."""
    return session.scalars(
        select(Arrival)
        .join(models.Participant)
        .where(models.Participant.account_id == account_id)
        .order_by(Arrival.id.desc())
        .limit(1)
    ).one_or_none()


def sign_of_life(session: Session, arrival: Arrival, now: datetime) -> None:
    """Note that the page of somebody who waits is open."""
    session.execute(
        update(Arrival)
        .where(Arrival.id == arrival.id, Arrival.state == "waiting")
        .values(seen_at=now)
    )


def leave(session: Session, arrival: Arrival, now: datetime) -> bool:
    """Take somebody out of the lobby; False where they no longer wait, as when paired."""
    return _end(session, Arrival.id == arrival.id, state="left", now=now) > 0


def sweep(session: Session, now: datetime) -> int:
    """End every wait that is over, by what ended it; return how many."""
    closed = select(Opening.id).where(Opening.closes_at <= now)
    ended = _end(session, Arrival.opening_id.in_(closed), state="ended", now=now)
    ended += _end(session, Arrival.seen_at <= now - waits.LOST, state="lost", now=now)
    return ended + _end(
        session, Arrival.came_at <= now - waits.UNMATCHED, state="unmatched", now=now
    )


def outlook(session: Session, arrival: Arrival) -> Outlook:
    """Say how many others wait, and how it went for those before."""
    here = Arrival.opening_id == arrival.opening_id
    counts = dict(
        iter(
            session.execute(select(Arrival.state, func.count()).where(here).group_by(Arrival.state))
        )
    )
    lengths = [
        ended - came
        for came, ended in session.execute(
            select(Arrival.came_at, Arrival.ended_at)
            .where(here, Arrival.state == "paired", Arrival.ended_at.is_not(None))
            .order_by(Arrival.ended_at.desc())
            .limit(RECENT)
        )
        if ended is not None
    ]
    minutes = None
    if len(lengths) >= ENOUGH:
        minutes = max(1, round(median(wait / timedelta(minutes=1) for wait in lengths)))
    met, others = counts.get("paired", 0), counts.pop("waiting", 1) - 1
    return Outlook(max(0, others), minutes, met, sum(counts.values()))


def _screen(session: Session, participant: models.Participant, now: datetime) -> None:
    """Raise NotNow unless this person may be paired now, as a round would ask."""
    account = session.get_one(models.Account, participant.account_id)
    if not enrolment.may_take_part(session, account):
        raise NotNow("screened")
    if waitlists.begins(session, participant, now) is not None:
        raise NotNow("later")
    scope = Scope(participant.programme, (participant.id,), anyway=(participant.id,))
    if not len(pools.load_now(session, scope, now).cohort):
        raise NotNow("screened")
    promised = invitations.promised(session, participant)
    if any(now - NEAR < hour < now + NEAR for hour in promised):
        raise NotNow("promised")
    if not pools.places(session, replace(scope, anyway=()), now):
        raise NotNow("month")


def _end(session: Session, which: ColumnElement[bool], *, state: str, now: datetime) -> int:
    ended = session.execute(
        update(Arrival)
        .where(Arrival.state == "waiting", which)
        .values(state=state, ended_at=now)
        .returning(Arrival.id)
    )
    return len(ended.all())
