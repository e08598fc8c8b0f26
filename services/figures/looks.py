"""What the tables of a month are counted from: one look at a programme within a span."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import fmean

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from disclosure.tables import Design
from models import Answer, Conversation, GuideVersion, Participant, Programme, SurveyAnswer
from services.figures import funnel
from services.figures.funnel import AFTER, Span

HEARD = "heard_"
TURNED_ITEMS = frozenset({"heard_self", "heard_insensitive"})
"""Items of the Feeling Heard Scale (1 to 7) that count the other way round."""
WARMTH = "warmth_other"

Key = tuple[int, int]
"""A conversation and a person in it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The first conversation a participant began in the month; `walked` is 1 at the last step."""

    person: int
    conversation: int
    guide: str
    walked: float
    length: timedelta

    @property
    def key(self) -> Key:
        """Which answers afterwards belong to it."""
        return self.conversation, self.person


@dataclass(frozen=True)
class Look:
    """A programme within a span; what several tables need is read once."""

    session: Session
    programme: Programme
    span: Span

    @property
    def joined(self) -> Select[int]:
        """The ids of those who joined within the span (a query)."""
        return select(Participant.id).where(
            Participant.programme_id == self.programme.id, self.span.holds(Participant.joined_at)
        )

    @cached_property
    def people(self) -> list[int]:
        """The ids of those who joined within the span, in order."""
        return list(self.session.scalars(self.joined.order_by(Participant.id)))

    @cached_property
    def talks(self) -> list[Talk]:
        """The first conversation of the span of everybody who talked."""
        seat = funnel.seats()
        given = Conversation
        rows = self.session.execute(
            select(
                seat.c.person,
                given.id,
                GuideVersion.slug,
                given.started_at,
                given.closed_at,
                given.step,
                given.steps,
            )
            .join(given, given.pair_id == seat.c.pair)
            .join(GuideVersion, GuideVersion.digest == given.guide_digest)
            .where(given.programme_id == self.programme.id, self.span.holds(given.started_at))
            .order_by(given.started_at, given.id)
        )
        firsts: dict[int, Talk] = {}
        for person, number, guide, started, closed, step, steps in rows:
            walked = step / max(steps - 1, 1)
            length = self._length(started, closed)
            firsts.setdefault(person, Talk(person, number, guide, walked, length))
        return list(firsts.values())

    @cached_property
    def heard(self) -> dict[Key, float]:
        """The mean of the Feeling Heard items, 1 to 7, turned items turned."""
        given: dict[Key, list[float]] = {}
        items = SurveyAnswer.item.startswith(HEARD, autoescape=True)
        for key, item, value in self._answers(items):
            given.setdefault(key, []).append(8 - value if item in TURNED_ITEMS else value)
        return {key: fmean(values) for key, values in given.items()}

    @cached_property
    def warmer(self) -> dict[Key, float]:
        """How much warmer people feel towards those who see it differently, -100 to 100."""
        asked = select(Answer.participant_id, Answer.value).join(Participant)
        rows = self.session.execute(
            asked.where(Answer.item == WARMTH, Participant.programme_id == self.programme.id)
        )
        before = {person: value for person, value in rows if value is not None}
        after = self._answers(SurveyAnswer.item == WARMTH)
        return {key: value - before[key[1]] for key, _item, value in after if key[1] in before}

    def _length(self, started: datetime | None, closed: datetime | None) -> timedelta:
        until = self.span.until
        return min(closed or until, until) - (started or until)

    def _answers(self, wanted: ColumnElement[bool]) -> Iterator[tuple[Key, str, float]]:
        given = SurveyAnswer
        rows = self.session.execute(
            select(given.conversation_id, given.participant_id, given.item, given.value)
            .join(Conversation, Conversation.id == given.conversation_id)
            .where(
                Conversation.programme_id == self.programme.id,
                given.survey == AFTER,
                self.span.holds(given.at),
                wanted,
            )
        )
        for conversation, person, item, value in rows:
            if value is not None:
                yield (conversation, person), item, value


Rows = Iterable[tuple[Hashable, tuple[str, ...]]]


@dataclass(frozen=True)
class Entry:
    """A table of the menu: its public design, and how the rows of a month are found."""

    design: Design
    rows: Callable[[Look], Rows]
