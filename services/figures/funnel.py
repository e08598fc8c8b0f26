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
        pledges=session.scalar(select(func.count()).where(span.holds(Pledge.at))) or 0,
        pairs_that_talked=_pairs(session, programme, span),
        sign_ups_that_talked=Share(stages[Stage.TALKED].people, stages[0].people),
        rooms_at_last_step=_rooms(session, programme, span),
    )


def furthest(programme: Programme, span: Span) -> Select[int, int]:
    """Select (participant id, furthest stage) of those who joined *programme* within *span*.

    What happened at or after the end of the span does not count.
    """
    talked = _by_pairs(span.until)
    # "exists" and not a join, because each is only looked up for the few it can matter to.
    confirmed = exists().where(
        Account.id == Participant.account_id, Account.confirmed_at < span.until
    )
    stage = case(
        (
            and_(talked.c.stage == int(Stage.LAST_STEP), _answered(span.until)),
            literal(int(Stage.ANSWERED)),
        ),
        (talked.c.stage.is_not(None), talked.c.stage),
        (Participant.completed_at < span.until, literal(int(Stage.PROFILE))),
        (confirmed, literal(int(Stage.CONFIRMED))),
        else_=literal(int(Stage.SIGNED_UP)),
    )
    return (
        select(Participant.id, stage.label("stage"))
        .outerjoin(talked, talked.c.person == Participant.id)
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
    said_yes = (
        select(func.count())
        .where(
            Invitation.pair_id == Pair.id,
            Invitation.state == "accepted",
            Invitation.answered_at < until,
        )
        .scalar_subquery()
    )
    began = and_(Conversation.pair_id == Pair.id, Conversation.started_at < until)
    stage = case(
        (
            exists().where(began, at_last_step(), Conversation.closed_at < until),
            literal(int(Stage.LAST_STEP)),
        ),
        (exists().where(began), literal(int(Stage.TALKED))),
        (said_yes == 2, literal(int(Stage.ACCEPTED))),
        else_=literal(int(Stage.MATCHED)),
    )
    # Named twice, so the database works it out once and reads it for either seat.
    pairs = (
        select(Pair.first_id, Pair.second_id, stage.label("stage"))
        .where(Pair.proposed_at < until)
        .cte()
    )
    both = (pairs.c.first_id, pairs.c.second_id)
    seat = union_all(*(select(one.label("person"), pairs.c.stage) for one in both)).subquery()
    return (
        select(seat.c.person, func.max(seat.c.stage, type_=Integer).label("stage"))
        .group_by(seat.c.person)
        .subquery()
    )


def _answered(until: datetime) -> ColumnElement[bool]:
    return exists().where(
        SurveyAnswer.participant_id == Participant.id,
        SurveyAnswer.survey == AFTER,
        SurveyAnswer.at < until,
    )


def _pairs(session: Session, programme: Programme, span: Span) -> Share:
    # "exists", because without statistics SQLite tries every member of an "in" for every pair
    began = exists().where(Conversation.pair_id == Pair.id, Conversation.started_at < span.until)
    return _share(
        session,
        began,
        select(Pair.id)
        .join(Pair.first)
        .where(Participant.programme_id == programme.id, span.holds(Pair.proposed_at)),
    )


def _rooms(session: Session, programme: Programme, span: Span) -> Share:
    return _share(
        session,
        at_last_step(),
        select(Conversation.id).where(
            Conversation.programme_id == programme.id,
            span.holds(Conversation.started_at),
            Conversation.closed_at < span.until,
        ),
    )


def _share(session: Session, part: ColumnElement[bool], rows: Select[Any]) -> Share:
    counted = rows.with_only_columns(func.count(), func.sum(case((part, 1), else_=0)))
    whole, found = session.execute(counted).one()
    return Share(found or 0, whole)
