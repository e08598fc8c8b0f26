"""Wait-list control: whose half begins when, drawn by lot and told to nobody before it begins."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

import models
from models import WaitList
from services.site import audit

WAIT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Begins:
    """When somebody's half begins; `open` while the lot is not shown: then, or two weeks later."""

    at: datetime
    open: bool


class Undrawn(ValueError):
    """The switch cannot be moved; nothing was changed.

    `code`: `there` (it is on already), `begun` (somebody was proposed a pair, or the beginning is
    over), `past` (the beginning would not be ahead), `closed` (the programme is).
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Wait-list control was not changed: {code}.")


def of(session: Session, programme: models.Programme) -> WaitList | None:
    """Return the wait-list of *programme*, where it is switched on."""
    return session.get(WaitList, programme.id)


def switch_on(
    session: Session, programme: models.Programme, starts_at: datetime, now: datetime, actor: str
) -> WaitList:
    """Let half of those who are ready by *starts_at* (aware) begin two weeks after it.

    The commitment goes to the audit log. Raises Undrawn.
    """
    if of(session, programme) is not None:
        raise Undrawn("there")
    if programme.closed_at is not None:
        raise Undrawn("closed")
    if starts_at <= now:
        raise Undrawn("past")
    if session.scalar(select(_paired(programme))):
        raise Undrawn("begun")
    made = WaitList(
        programme_id=programme.id, seed=secrets.token_hex(32), starts_at=starts_at, made_at=now
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="waitlist.on",
        subject=f"programme:{programme.id}",
        commitment=commitment(made),
        starts_at=starts_at.isoformat(),
    )
    return made


def take_back(session: Session, programme: models.Programme, now: datetime, actor: str) -> None:
    """Switch it off before the beginning, as if it had never been on; raises Undrawn."""
    made = of(session, programme)
    if made is None or made.starts_at <= now:
        raise Undrawn("begun")
    session.delete(made)
    session.flush()
    subject = f"programme:{programme.id}"
    audit.record(session, now=now, actor=actor, action="waitlist.off", subject=subject)


def commitment(made: WaitList) -> str:
    """Return the SHA-256 of the seed's digits: shown beforehand, checked when it is revealed."""
    return hashlib.sha256(made.seed.encode()).hexdigest()


def is_first(seed: str, participant_id: int) -> bool:
    """Whether somebody is in the half that begins at once: HMAC-SHA256 of the id, first byte even.

    Each by their own lot: nobody's leaving, and no answer, moves anybody else.
    """
    lot = hmac.digest(seed.encode(), str(participant_id).encode(), hashlib.sha256)
    return lot[0] % 2 == 0


def ends_at(made: WaitList) -> datetime:
    """Return when the waiting half begins."""
    return made.starts_at + WAIT


def begun(
    session: Session, programme: models.Programme, now: datetime
) -> Callable[[int, datetime], bool]:
    """Return whether somebody's half has begun, given their id and when their profile was whole.

    Before the beginning nobody's has. Whoever came after it is in neither half and need not wait.
    """
    made = of(session, programme)
    if made is None or now >= ends_at(made):
        return lambda _id, _completed_at: True
    if now < made.starts_at:
        return lambda _id, _completed_at: False
    seed, start = made.seed, made.starts_at
    return lambda one, completed_at: completed_at >= start or is_first(seed, one)


def begins(session: Session, participant: models.Participant, now: datetime) -> Begins | None:
    """Return when somebody who is ready begins, or None once they can be paired.

    Before the beginning it is the same for both halves, so that it tells nobody theirs.
    """
    ready = participant.completed_at
    if ready is None or begun(session, participant.programme, now)(participant.id, ready):
        return None
    made = session.get_one(WaitList, participant.programme_id)
    early = now < made.starts_at
    return Begins(made.starts_at if early else ends_at(made), early)


def enrolled(session: Session, made: WaitList) -> int:
    """Return how many people are in one of the two halves; before the beginning, up to now."""
    counted = select(func.count()).select_from(models.Participant).where(in_halves(made))
    return session.scalars(counted).one()


def in_halves(made: WaitList) -> ColumnElement[bool]:
    """Whether a participant is in one of the halves of *made* (a condition)."""
    mine = models.Participant.programme_id == made.programme_id
    return and_(mine, in_a_half(made.starts_at))


def in_a_half(starts_at: datetime | InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Whether a participant of a programme that starts then is in a half (a condition)."""
    person = models.Participant
    return and_(
        person.completed_at < starts_at,
        person.withdrawn_at.is_(None) | (person.withdrawn_at >= starts_at),
    )


def _paired(programme: models.Programme) -> Exists:
    mine = select(models.Participant.id).where(models.Participant.programme_id == programme.id)
    return exists().where(or_(models.Pair.first_id.in_(mine), models.Pair.second_id.in_(mine)))
