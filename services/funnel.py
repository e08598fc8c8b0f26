"""Where people are lost, from sign-up to the answers afterwards: exact counts, for staff only.

Operational figures: they stay behind the sign-in. What leaves the house is a release.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from models import (
    Account,
    Conversation,
    Invitation,
    Pair,
    Participant,
    Pledge,
    Programme,
    SurveyAnswer,
)

SINCE_EVER = datetime(1970, 1, 1, tzinfo=UTC)
AFTER = "after"


class Stage(IntEnum):
    """How far a participant has come; each stage includes those before it."""

    SIGNED_UP = 0
    CONFIRMED = 1
    PROFILE = 2
    MATCHED = 3
    ACCEPTED = 4
    TALKED = 5
    LAST_STEP = 6
    ANSWERED = 7


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, before `until`; both aware."""

    since: datetime
    until: datetime

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """Return the condition that a column's moment lies in the span."""
        return and_(moment >= self.since, moment < self.until)


@dataclass(frozen=True, slots=True)
class Reached:
    """One stage: how many people came at least this far, and how many of the stage before."""

    stage: Stage
    people: int
    before: int

    @property
    def lost(self) -> int:
        """How many of the stage before did not come this far."""
        return self.before - self.people

    @property
    def share(self) -> float | None:
        """The share of the stage before, None where nobody was there."""
        return self.people / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; `value` is None where the whole is nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Part through whole, 0 to 1."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages in order, and the three shares the field publishes or we set as a goal."""

    stages: tuple[Reached, ...]
    pledges: int
    pairs_that_talked: Share
    sign_ups_that_talked: Share
    rooms_at_last_step: Share


def show(session: Session, programme: Programme, span: Span) -> Funnel:
    """Return the funnel of those who joined *programme* within *span*, as far as by its end.

    Pairs and rooms are those proposed and begun within the span; pledges are of all programmes,
    because a pledge needs no account.
    """
    stages = _stages(session, programme, span)
    return Funnel(
        stages=stages,
        pledges=_count(session, select(Pledge.id).where(span.holds(Pledge.at))),
        pairs_that_talked=_pairs(session, programme, span),
        sign_ups_that_talked=Share(stages[Stage.TALKED].people, stages[0].people),
        rooms_at_last_step=_rooms(session, programme, span),
    )


def furthest(programme: Programme, span: Span) -> Select[int, int]:
    """Select (participant id, furthest stage) of those who joined *programme* within *span*.

    What happened at or after the end of the span does not count.
    """
    talked, answered = _by_pairs(span.until), _answered(span.until)
    stage = case(
        (
            and_(talked.c.stage == int(Stage.LAST_STEP), answered.c.person.is_not(None)),
            literal(int(Stage.ANSWERED)),
        ),
        (talked.c.stage.is_not(None), talked.c.stage),
        (Participant.completed_at < span.until, literal(int(Stage.PROFILE))),
        (Account.confirmed_at < span.until, literal(int(Stage.CONFIRMED))),
        else_=literal(int(Stage.SIGNED_UP)),
    )
    return (
        select(Participant.id, stage.label("stage"))
        .join(Account)
        .outerjoin(talked, talked.c.person == Participant.id)
        .outerjoin(answered, answered.c.person == Participant.id)
        .where(Participant.programme_id == programme.id, span.holds(Participant.joined_at))
    )


def seats(*columns: Any) -> Subquery:
    """Return every seat of every pair: `pair`, `person`, and *columns* of the pair."""
    both = (
        select(Pair.id.label("pair"), person.label("person"), *columns)
        for person in (Pair.first_id, Pair.second_id)
    )
    return union_all(*both).subquery()


def at_last_step() -> ColumnElement[bool]:
    """Return the condition that a conversation walked its guide to the last step."""
    return and_(Conversation.steps > 0, Conversation.step >= Conversation.steps - 1)


def _stages(session: Session, programme: Programme, span: Span) -> tuple[Reached, ...]:
    reached = furthest(programme, span).subquery()
    rows = session.execute(select(reached.c.stage, func.count()).group_by(reached.c.stage))
    exactly = {int(stage): int(people) for stage, people in rows}
    people = [sum(n for stage, n in exactly.items() if stage >= least) for least in Stage]
    before = [people[0], *people]
    return tuple(
        Reached(stage, here, earlier)
        for stage, here, earlier in zip(Stage, people, before, strict=False)
    )


def _by_pairs(until: datetime) -> Subquery:
    accepted = (
        select(Invitation.pair_id)
        .where(Invitation.state == "accepted", Invitation.answered_at < until)
        .group_by(Invitation.pair_id)
        .having(func.count() == 2)
        .subquery()
    )
    walked = case(
        (and_(at_last_step(), Conversation.closed_at < until), literal(int(Stage.LAST_STEP))),
        else_=literal(int(Stage.TALKED)),
    )
    talked = (
        select(Conversation.pair_id, func.max(walked, type_=Integer).label("stage"))
        .where(Conversation.started_at < until)
        .group_by(Conversation.pair_id)
        .subquery()
    )
    stage = case(
        (talked.c.stage.is_not(None), talked.c.stage),
        (accepted.c.pair_id.is_not(None), literal(int(Stage.ACCEPTED))),
        else_=literal(int(Stage.MATCHED)),
    )
    seat = seats(Pair.proposed_at.label("at"))
    return (
        select(seat.c.person, func.max(stage, type_=Integer).label("stage"))
        .outerjoin(talked, talked.c.pair_id == seat.c.pair)
        .outerjoin(accepted, accepted.c.pair_id == seat.c.pair)
        .where(seat.c.at < until)
        .group_by(seat.c.person)
        .subquery()
    )


def _answered(until: datetime) -> Subquery:
    return (
        select(SurveyAnswer.participant_id.label("person"))
        .where(SurveyAnswer.survey == AFTER, SurveyAnswer.at < until)
        .distinct()
        .subquery()
    )


def _pairs(session: Session, programme: Programme, span: Span) -> Share:
    proposed = (
        select(Pair.id)
        .join(Pair.first)
        .where(Participant.programme_id == programme.id, span.holds(Pair.proposed_at))
    )
    # "exists", because without statistics SQLite tries every member of an "in" for every pair
    began = exists().where(Conversation.pair_id == Pair.id, Conversation.started_at < span.until)
    return Share(_count(session, proposed.where(began)), _count(session, proposed))


def _rooms(session: Session, programme: Programme, span: Span) -> Share:
    ended = select(Conversation.id).where(
        Conversation.programme_id == programme.id,
        span.holds(Conversation.started_at),
        Conversation.closed_at < span.until,
    )
    return Share(_count(session, ended.where(at_last_step())), _count(session, ended))


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
