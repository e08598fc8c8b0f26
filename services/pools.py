"""The pool of a programme: who can be paired now, as the matcher's columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session

import models
from matcher import cohort
from matcher.cohort import Circumstances, Cohort
from matcher.questionnaire import Questionnaire
from services import questionnaires, slots

MONTH = timedelta(days=30)
DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Pool:
    """People who can be paired now: `cohort` has their participant ids as texts.

    `exclusions` (m, 2) are rows of the cohort that may never meet.
    """

    cohort: Cohort
    exclusions: NDArray[np.int64]

    @property
    def people(self) -> list[int]:
        """The participants' ids, by row."""
        return [int(one) for one in self.cohort.ids]


def load(session: Session, programme: models.Programme, now: datetime, horizon_days: int) -> Pool:
    """Return who of *programme* can be paired now, for hours of the next *horizon_days*."""
    asked = questionnaires.load(programme.questionnaire, programme.languages[0])
    rows = _complete(session, programme, asked, _people(session, programme, now))
    ids = [row.id for row in rows]
    answers, columns = _answers(session, programme, asked, ids)
    languages = select(models.Language.participant_id, models.Language.tag)
    topics = select(models.Topic.participant_id, models.Topic.topic)
    known = Circumstances(
        languages=_tags(session, programme, languages, ids),
        topics=_tags(session, programme, topics, ids) if programme.topics else None,
        slots=_slots(session, programme, rows, slots.ahead(now, horizon_days)),
        capacity=[row.capacity - row.taken for row in rows],
        waiting_days=[_waited(row, now) for row in rows],
    )
    made = cohort.build(asked, [str(one) for one in ids], {**answers, **columns}, known)
    return Pool(made, _exclusions(session, [row.key for row in rows]))


def places(session: Session, programme: models.Programme, now: datetime) -> dict[int, int]:
    """Return how many more conversations everybody in the pool can have, by participant id."""
    return {row.id: row.capacity - row.taken for row in _people(session, programme, now)}


def size(session: Session, programme: models.Programme, now: datetime) -> int:
    """Return how many people of *programme* wait for a pair."""
    return len(_people(session, programme, now))


def taken(now: datetime) -> ColumnElement[int]:
    """How many of a participant's conversations this month are promised or held (a column)."""
    dead = exists().where(
        models.Invitation.pair_id == models.Pair.id,
        models.Invitation.state.in_(("declined", "expired", "withdrawn")),
    )
    lost = exists().where(
        models.Conversation.pair_id == models.Pair.id,
        models.Conversation.state.in_(("missed", "cancelled")),
    )
    mine = (models.Pair.first_id == models.Participant.id) | (
        models.Pair.second_id == models.Participant.id
    )
    return (
        select(func.count())
        .select_from(models.Pair)
        .where(mine, models.Pair.proposed_at > now - MONTH, ~dead, ~lost)
        .correlate(models.Participant)
        .scalar_subquery()
    )


def _people(session: Session, programme: models.Programme, now: datetime) -> list[Row[Any]]:
    person, account = models.Participant, models.Account
    count = taken(now)
    return list(
        session.execute(
            select(
                person.id,
                person.capacity,
                person.completed_at,
                person.waiting_since,
                account.key,
                account.zone,
                count.label("taken"),
            )
            .join(account, account.id == person.account_id)
            .where(
                person.programme_id == programme.id,
                person.completed_at.is_not(None),
                person.paused_at.is_(None),
                person.withdrawn_at.is_(None),
                account.active,
                account.adult_at.is_not(None),
                account.confirmed_at.is_not(None),
                account.suspended_until.is_(None) | (account.suspended_until <= now),
                count < person.capacity,
            )
            .order_by(person.id)
        )
    )


def _complete(
    session: Session, programme: models.Programme, asked: Questionnaire, rows: list[Row[Any]]
) -> list[Row[Any]]:
    """Leave out who has not answered what is required now: a questionnaire may have changed."""
    required = [item.id for item in asked.items if item.required]
    counted = (
        select(models.Answer.participant_id)
        .join(models.Participant)
        .where(
            models.Participant.programme_id == programme.id,
            models.Answer.item.in_(required),
            models.Answer.value.is_not(None) | models.Answer.choice.is_not(None),
        )
        .group_by(models.Answer.participant_id)
        .having(func.count() == len(required))
    )
    known = set(session.scalars(counted)) if required else {row.id for row in rows}
    return [row for row in rows if row.id in known]


def _answers(
    session: Session, programme: models.Programme, asked: Questionnaire, ids: Sequence[int]
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
    found = session.execute(_within(wanted, programme))
    for person, item, value, importance in found:
        row = place.get(person)
        if row is None:
            continue
        values[item][row] = value
        if importance is not None and f"{item}_importance" in weights:
            weights[f"{item}_importance"][row] = importance
    return values, weights


def _tags(
    session: Session,
    programme: models.Programme,
    tags: Select[int, str],
    ids: Sequence[int],
) -> list[list[str]]:
    sets: dict[int, list[str]] = {one: [] for one in ids}
    for person, tag in session.execute(_within(tags, programme)):
        if person in sets:
            sets[person].append(tag)
    return list(sets.values())


def _within(
    rows: Select[*tuple[Any, ...]], programme: models.Programme
) -> Select[*tuple[Any, ...]]:
    return rows.join(models.Participant).where(models.Participant.programme_id == programme.id)


def _slots(
    session: Session,
    programme: models.Programme,
    rows: Sequence[Row[Any]],
    hours: Sequence[datetime],
) -> list[list[datetime]]:
    free_hours = select(
        models.Availability.participant_id, models.Availability.weekday, models.Availability.hour
    )
    marks = session.execute(_within(free_hours, programme))
    week = slots.weeks([row.id for row in rows], [(p, d, h) for p, d, h in marks])
    touched = {zone: slots.touched(zone, hours) for zone in {row.zone for row in rows}}
    free = []
    for place, row in enumerate(rows):
        first, last = touched[row.zone]
        both = week[place][first] & week[place][last]
        free.append([hours[number] for number in np.flatnonzero(both).tolist()])
    return free


def _waited(row: Row[Any], now: datetime) -> float:
    since = row.waiting_since or now
    return max(0.0, (now - since).total_seconds() / DAY)


def _exclusions(session: Session, keys: Sequence[str]) -> NDArray[np.int64]:
    place = {key: row for row, key in enumerate(keys)}
    found = session.execute(select(models.Exclusion.low, models.Exclusion.high))
    pairs = [(place[low], place[high]) for low, high in found if low in place and high in place]
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
