"""The matcher's columns of some people of a programme, as the database has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

import models
from matcher.questionnaire import Questionnaire
from services.pairing import slots

FEW = 500  # so many people are named in a query


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are read: a programme's, or of these participants alone.

    Who is in `anyway` is not asked whether this month's conversations are had.
    """

    programme: models.Programme
    only: tuple[int, ...] | None = None
    anyway: tuple[int, ...] = ()


def answers(
    session: Session, scope: Scope, asked: Questionnaire, ids: Sequence[int]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Return columns of values and of importance, NaN where blank."""
    place = {one: row for row, one in enumerate(ids)}
    items = [item for item in asked.items if item.kind != "background"]
    values = {item.id: np.full(len(ids), np.nan) for item in items}
    weights = {f"{i.id}_importance": np.full(len(ids), np.nan) for i in items if i.importance}
    table = models.Answer
    wanted = select(table.participant_id, table.item, table.value, table.importance).where(
        table.item.in_(values), table.value.is_not(None)
    )
    found = session.execute(within(wanted, scope))
    for person, item, value, importance in found:
        row = place.get(person)
        if row is None:
            continue
        values[item][row] = value
        if importance is not None and f"{item}_importance" in weights:
            weights[f"{item}_importance"][row] = importance
    return values, weights


def tags(
    session: Session,
    scope: Scope,
    tags: Select[int, str],
    ids: Sequence[int],
) -> list[list[str]]:
    """Return the tags of each of *ids*, in their order."""
    sets: dict[int, list[str]] = {one: [] for one in ids}
    for person, tag in session.execute(within(tags, scope)):
        if person in sets:
            sets[person].append(tag)
    return list(sets.values())


def within(rows: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """Return *rows* of a table about participants, cut to those of *scope*."""
    person = models.Participant
    here = rows.join(person).where(person.programme_id == scope.programme.id)
    return here if scope.only is None else here.where(person.id.in_(scope.only))


def free_hours(
    session: Session,
    scope: Scope,
    rows: Sequence[Row[Any]],
    hours: Sequence[datetime],
) -> list[list[datetime]]:
    """Return the free hours of each of *rows* among *hours*."""
    marks_of_all = select(
        models.Availability.participant_id, models.Availability.weekday, models.Availability.hour
    )
    marks = session.execute(within(marks_of_all, scope))
    week = slots.weeks([row.id for row in rows], [(p, d, h) for p, d, h in marks])
    touched = {zone: slots.touched(zone, hours) for zone in {row.zone for row in rows}}
    free = []
    for place, row in enumerate(rows):
        first, last = touched[row.zone]
        both = week[place][first] & week[place][last]
        free.append([hours[number] for number in np.flatnonzero(both).tolist()])
    return free


def exclusions(session: Session, keys: Sequence[str]) -> NDArray[np.int64]:
    """Return (m, 2) rows of *keys* (accounts' keys) that may never meet."""
    place = {key: row for row, key in enumerate(keys)}
    barred = select(models.Exclusion.low, models.Exclusion.high)
    if len(keys) <= FEW:
        barred = barred.where(models.Exclusion.low.in_(keys), models.Exclusion.high.in_(keys))
    found = session.execute(barred)
    pairs = [(place[low], place[high]) for low, high in found if low in place and high in place]
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
