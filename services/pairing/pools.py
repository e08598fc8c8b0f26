"""The pool of a programme: who can be paired now, as the matcher's columns."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Row, exists, func, select, true
from sqlalchemy.orm import Session

import models
from matcher import cohort
from matcher.cohort import Circumstances, Cohort
from matcher.questionnaire import Questionnaire
from services.pairing import columns, slots, waits
from services.pairing.columns import Scope
from services.staff import questionnaires, waitlists

MONTH = timedelta(days=30)
DAY = 24 * 3600
AROUND = 2000  # people looked at for those who came back; about a second's work


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


def load(
    session: Session,
    programme: models.Programme,
    now: datetime,
    horizon_days: int,
    seekers: frozenset[int] | None = None,
) -> Pool:
    """Return who of *programme* can be paired now, for hours of the next *horizon_days*.

    With *seekers*, these participants and those who have waited longest, `AROUND` in all at most;
    nobody where nobody seeks.
    """
    scope = Scope(programme)
    asked = questionnaires.current(session, programme.questionnaire, programme.languages[0])
    rows = _complete(session, scope, asked, _people(session, scope, now))
    rows = rows if seekers is None else _around(rows, seekers, now)
    known = Circumstances(
        slots=columns.free_hours(session, scope, rows, slots.ahead(now, horizon_days)),
        capacity=[row.capacity - row.taken for row in rows],
        waiting_days=[_waited(row, now) for row in rows],
    )
    return _made(session, scope, asked, rows, known)


def load_now(session: Session, scope: Scope, now: datetime) -> Pool:
    """Return who of *scope* can be paired for this very moment, whatever hours they gave."""
    programme = scope.programme
    asked = questionnaires.current(session, programme.questionnaire, programme.languages[0])
    rows = _complete(session, scope, asked, _people(session, scope, now))
    return _made(session, scope, asked, rows, Circumstances())


def _made(
    session: Session,
    scope: Scope,
    asked: Questionnaire,
    rows: list[Row[Any]],
    known: Circumstances,
) -> Pool:
    ids = [row.id for row in rows]
    answers, importance = columns.answers(session, scope, asked, ids)
    languages = select(models.Language.participant_id, models.Language.tag)
    topics = select(models.Topic.participant_id, models.Topic.topic)
    known = replace(
        known,
        languages=columns.tags(session, scope, languages, ids),
        topics=columns.tags(session, scope, topics, ids) if scope.programme.topics else None,
    )
    made = cohort.build(asked, [str(one) for one in ids], {**answers, **importance}, known)
    return Pool(made, columns.exclusions(session, [row.key for row in rows]))


def returned(session: Session, programme: models.Programme, now: datetime) -> frozenset[int]:
    """Return who of the pool came back, or changed what it is matched on, since the last round."""
    return frozenset(
        row.id for row in _people(session, Scope(programme), now) if row.returned_at is not None
    )


def places(session: Session, scope: Scope, now: datetime) -> dict[int, int]:
    """Return how many more conversations everybody in the pool can have, by participant id."""
    return {row.id: row.capacity - row.taken for row in _people(session, scope, now)}


def size(session: Session, programme: models.Programme, now: datetime) -> int:
    """Return how many people of *programme* wait for a pair."""
    return len(_people(session, Scope(programme), now))


def taken(now: datetime) -> ColumnElement[int]:
    """How many of a participant's conversations this month are promised or held (a column)."""
    lapsed = (models.Invitation.state == "open") & (models.Invitation.expires_at <= now)
    dead = exists().where(
        models.Invitation.pair_id == models.Pair.id,
        models.Invitation.state.in_(("declined", "expired", "withdrawn")) | lapsed,
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


def _people(session: Session, scope: Scope, now: datetime) -> list[Row[Any]]:
    """Return who can be paired: whoever is ready, and whose half has begun where one waits."""
    begun = waitlists.begun(session, scope.programme, now)
    ready = _ready(session, scope, now)
    return [row for row in ready if begun(row.id, row.completed_at)]


def _ready(session: Session, scope: Scope, now: datetime) -> list[Row[Any]]:
    person, account = models.Participant, models.Account
    count = taken(now)
    among = true() if scope.only is None else person.id.in_(scope.only)
    return list(
        session.execute(
            select(
                person.id,
                person.capacity,
                person.completed_at,
                person.waiting_since,
                waits.kept().label("kept"),
                person.returned_at,
                account.key,
                account.zone,
                count.label("taken"),
            )
            .join(account, account.id == person.account_id)
            .where(
                person.programme_id == scope.programme.id,
                among,
                person.completed_at.is_not(None),
                person.paused_at.is_(None),
                person.withdrawn_at.is_(None),
                account.active,
                account.adult_at.is_not(None),
                account.confirmed_at.is_not(None),
                account.suspended_until.is_(None) | (account.suspended_until <= now),
                person.id.in_(scope.anyway) | (count < person.capacity),
            )
            .order_by(person.id)
        )
    )


def _around(rows: list[Row[Any]], seekers: frozenset[int], now: datetime) -> list[Row[Any]]:
    if not seekers:
        return []
    longest = sorted(rows, key=lambda row: (row.id not in seekers, _counts_from(row, now), row.id))
    return sorted(longest[:AROUND], key=lambda row: row.id)


def _complete(
    session: Session, scope: Scope, asked: Questionnaire, rows: list[Row[Any]]
) -> list[Row[Any]]:
    """Leave out who has not answered what is required now: a questionnaire may have changed."""
    required = [item.id for item in asked.items if item.required]
    counted = (
        select(models.Answer.participant_id)
        .join(models.Participant)
        .where(
            models.Participant.programme_id == scope.programme.id,
            models.Answer.item.in_(required),
            models.Answer.value.is_not(None) | models.Answer.choice.is_not(None),
        )
        .group_by(models.Answer.participant_id)
        .having(func.count() == len(required))
    )
    known = set(session.scalars(counted)) if required else {row.id for row in rows}
    return [row for row in rows if row.id in known]


def _waited(row: Row[Any], now: datetime) -> float:
    return max(0.0, (now - _counts_from(row, now)).total_seconds() / DAY)


def _counts_from(row: Row[Any], now: datetime) -> datetime:
    """Return since when somebody waits, as matching counts it: earlier by each hour kept."""
    since: datetime = (row.waiting_since or now) - row.kept * waits.CREDIT
    return since
