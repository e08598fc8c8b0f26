"""Whether reports and measures fall on one side more than on the other.

A side is the answer to one view: who agrees, who disagrees, who stands between. Exact counts, for
staff only, so that a wave of false reports against a view is seen.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

import models

AGREES, DISAGREES = 4, 2  # of 1 to 5
SIDES = ("agrees", "between", "disagrees")


@dataclass(frozen=True, slots=True)
class Rate:
    """Of the people of one side who talked: how many were reported, how many met a measure."""

    side: str
    talked: int
    reported: int
    measured: int


def rates(session: Session, programme: models.Programme, item: str) -> list[Rate]:
    """Return the rates by side of one view (an item's id), every side once."""
    person, answer = models.Participant, models.Answer
    side = case(
        (answer.value >= AGREES, SIDES[0]), (answer.value <= DISAGREES, SIDES[2]), else_=SIDES[1]
    )
    about = exists().where(models.Report.reported_id == person.id)
    measure = exists().where(
        models.Report.reported_id == person.id,
        models.Decision.report_id == models.Report.id,
        models.Decision.measure != "nothing",
    )
    rows = session.execute(
        select(side, func.count(), _count(about), _count(measure))
        .select_from(person)
        .join(answer, answer.participant_id == person.id)
        .where(
            person.programme_id == programme.id,
            answer.item == item,
            answer.value.is_not(None),
            _talked(),
        )
        .group_by(side)
    )
    found = {name: Rate(name, *counts) for name, *counts in rows}
    return [found.get(name, Rate(name, 0, 0, 0)) for name in SIDES]


def _count(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((what, 1), else_=0)), 0)


def _talked() -> ColumnElement[bool]:
    mine = (models.Pair.first_id == models.Participant.id) | (
        models.Pair.second_id == models.Participant.id
    )
    return exists().where(
        models.Conversation.pair_id == models.Pair.id,
        models.Conversation.started_at.is_not(None),
        mine,
    )
