"""The profile: which question comes next, and answers saved one by one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import models
from matcher.questionnaire import LARGEST_IMPORTANCE, Item, Questionnaire
from services.pairing import returns

Kind = Literal["name", "value", "view", "background", "languages", "topics", "times"]

LONGEST_NAME = 80
SECONDS = {"name": 10, "value": 7, "view": 12, "background": 6, "times": 45}
USUAL_SECONDS = 10


class BadAnswer(ValueError):
    """An answer that its question does not offer; `code` names why, for the page's words."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Question:
    """One screen of the profile. `item` is the questionnaire's, where it comes from there."""

    id: str
    kind: Kind
    required: bool
    item: Item | None = None

    @property
    def seconds(self) -> int:
        """About how long it takes to answer."""
        return SECONDS.get(self.kind, USUAL_SECONDS)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person answered to an item; all empty where it was skipped."""

    value: float | None = None
    choice: str | None = None
    importance: int | None = None


SKIPPED = Answered()


@dataclass(frozen=True, slots=True)
class Week:
    """The free hours of a normal week as (weekday, hour), Monday 0, on the clock of `zone`."""

    hours: frozenset[tuple[int, int]]
    zone: str
    capacity: int


def questions(programme: models.Programme, asked: Questionnaire) -> tuple[Question, ...]:
    """Return every question of a programme's profile in the order they are asked."""
    items = [Question(item.id, item.kind, item.required, item) for item in asked.items]
    topics = [Question("topics", "topics", False)] if programme.topics else []
    return (
        Question("name", "name", True),
        *items,
        Question("languages", "languages", True),
        *topics,
        Question("times", "times", True),
    )


def answers(session: Session, participant: models.Participant) -> dict[str, models.Answer]:
    """Return what was answered or skipped so far, by question."""
    rows = session.scalars(
        select(models.Answer).where(models.Answer.participant_id == participant.id)
    )
    return {row.item: row for row in rows}


def next_question(asked: Sequence[Question], done: Collection[str]) -> Question | None:
    """Return the first question that was neither answered nor skipped."""
    return next((one for one in asked if one.id not in done), None)


def minutes_left(asked: Sequence[Question], done: Collection[str]) -> int:
    """Return about how many minutes the open questions take, at least one."""
    seconds = sum(one.seconds for one in asked if one.id not in done)
    return max(1, round(seconds / 60))


def save_item(
    session: Session,
    participant: models.Participant,
    item: Item,
    answered: Answered,
    now: datetime,
) -> None:
    """Keep the answer to one item, in place of an earlier one; raise BadAnswer."""
    if answered == SKIPPED:
        if item.required:
            raise BadAnswer("required")
    else:
        _check(item, answered)
    _mark(session, participant, item.id, answered, now)


def skip(
    session: Session, participant: models.Participant, question: Question, now: datetime
) -> None:
    """Note that an optional question was passed over; raise BadAnswer for a required one."""
    if question.required:
        raise BadAnswer("required")
    if question.kind == "topics":
        _replace(session, participant, models.Topic, [])
    _mark(session, participant, question.id, SKIPPED, now)


def save_name(session: Session, participant: models.Participant, name: str, now: datetime) -> None:
    """Keep the first name the partner sees; raise BadAnswer."""
    name = " ".join(name.split())
    if not name:
        raise BadAnswer("required")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadAnswer("name")
    participant.first_name = name
    _mark(session, participant, "name", SKIPPED, now)


def save_languages(
    session: Session, participant: models.Participant, tags: Iterable[str], now: datetime
) -> None:
    """Keep the languages to talk in, at least one of the programme's; raise BadAnswer."""
    chosen = _among(tags, participant.programme.languages)
    if not chosen:
        raise BadAnswer("required")
    rows = [models.Language(participant_id=participant.id, tag=tag) for tag in chosen]
    _replace(session, participant, models.Language, rows)
    returns.note(participant, now)
    _mark(session, participant, "languages", SKIPPED, now)


def save_topics(
    session: Session, participant: models.Participant, topics: Iterable[str], now: datetime
) -> None:
    """Keep the topics to talk about; raise BadAnswer."""
    chosen = _among(topics, participant.programme.topics)
    rows = [models.Topic(participant_id=participant.id, topic=topic) for topic in chosen]
    _replace(session, participant, models.Topic, rows)
    returns.note(participant, now)
    _mark(session, participant, "topics", SKIPPED, now)


def save_times(
    session: Session, participant: models.Participant, week: Week, now: datetime
) -> None:
    """Keep the free hours, the zone they are in and how many conversations; raise BadAnswer."""
    if not week.hours:
        raise BadAnswer("required")
    if not 1 <= week.capacity <= 4:
        raise BadAnswer("unknown")
    if any(not (0 <= day <= 6 and 0 <= hour <= 23) for day, hour in week.hours):
        raise BadAnswer("unknown")
    participant.account.zone = week.zone
    participant.capacity = week.capacity
    rows = [
        models.Availability(participant_id=participant.id, weekday=day, hour=hour)
        for day, hour in sorted(week.hours)
    ]
    _replace(session, participant, models.Availability, rows)
    returns.note(participant, now)
    _mark(session, participant, "times", SKIPPED, now)


def complete(
    session: Session,
    participant: models.Participant,
    asked: Sequence[Question],
    now: datetime,
) -> bool:
    """Enter the pool once every question has been answered or skipped; return whether in it."""
    if participant.completed_at is not None:
        return True
    if next_question(asked, answers(session, participant)) is not None:
        return False
    participant.completed_at = participant.waiting_since = now
    session.flush()
    return True


def _check(item: Item, answered: Answered) -> None:
    if item.options:
        if answered.choice not in item.options or answered.value is not None:
            raise BadAnswer("unknown")
        return
    scale, value = item.scale, answered.value
    if value is None:
        raise BadAnswer("required")
    if answered.choice is not None or scale is None or not float(value).is_integer():
        raise BadAnswer("unknown")
    if not scale.min <= value <= scale.max:
        raise BadAnswer("unknown")
    weight = answered.importance
    if weight is not None and not (item.importance and 0 <= weight <= LARGEST_IMPORTANCE):
        raise BadAnswer("unknown")


def _among(given: Iterable[str], offered: Sequence[str]) -> list[str]:
    chosen = set(given)
    if not chosen <= set(offered):
        raise BadAnswer("unknown")
    return [one for one in offered if one in chosen]


def _replace(
    session: Session,
    participant: models.Participant,
    table: type[models.Language] | type[models.Topic] | type[models.Availability],
    rows: Sequence[models.Language | models.Topic | models.Availability],
) -> None:
    session.execute(delete(table).where(table.participant_id == participant.id))
    session.add_all(rows)


def _mark(
    session: Session,
    participant: models.Participant,
    item: str,
    answered: Answered,
    now: datetime,
) -> None:
    row = session.get(models.Answer, (participant.id, item))
    if row is None:
        row = models.Answer(participant_id=participant.id, item=item)
        session.add(row)
    row.value, row.choice = answered.value, answered.choice
    row.importance, row.answered_at = answered.importance, now
    session.flush()
