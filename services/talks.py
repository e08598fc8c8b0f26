"""The tables of a release about those who talked: how far, how long, how it was afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from disclosure.tables import Category, Design, Dimension, Table, count
from models import Answer, Conversation, GuideVersion, Participant, Programme, SurveyAnswer
from services import funnel
from services.funnel import AFTER, Span

HEARD = "heard_"
TURNED_ITEMS = frozenset({"heard_self", "heard_insensitive"})
"""Items of the Feeling Heard Scale (1 to 7) that count the other way round."""
WARMTH = "warmth_other"


@dataclass(frozen=True, slots=True)
class Bands:
    """A scale cut into categories: below the first edge, below the second, …, the rest."""

    edges: tuple[float, ...]
    categories: tuple[Category, ...]

    def code(self, value: float | None) -> str:
        """Return the code of the band *value* lies in; without a value, that of no answer."""
        if value is None:
            return NO_ANSWER.code
        return self.categories[sum(value >= edge for edge in self.edges)].code

    def dimension(self, name: str, title: str) -> Dimension:
        """Return the bands as a dimension."""
        return Dimension(name, title, self.categories)


NO_ANSWER = Category("no-answer", "No answer")
WALKED = Bands(
    (0.5, 1.0),
    (
        Category("first-half", "Ended in the first half"),
        Category("second-half", "Ended in the second half, before the last step"),
        Category("last-step", "Reached the last step"),
    ),
)
MINUTES = Bands(
    (15, 40, 70),
    (
        Category("under-15", "Under 15 minutes"),
        Category("15-to-39", "15 to 39 minutes"),
        Category("40-to-69", "40 to 69 minutes"),
        Category("70-or-more", "70 minutes or more"),
    ),
)
HEARD_MEANS = Bands(
    (3, 5, 6),
    (
        Category("little", "Little: 1 to under 3"),
        Category("some", "Some: 3 to under 5"),
        Category("much", "Much: 5 to under 6"),
        Category("very-much", "Very much: 6 to 7"),
        NO_ANSWER,
    ),
)
WARMTH_CHANGES = Bands(
    (-4.5, 4.5, 19.5),
    (
        Category("colder", "Colder by 5 or more"),
        Category("same", "About the same"),
        Category("warmer", "Warmer by 5 to 19"),
        Category("much-warmer", "Warmer by 20 or more"),
        NO_ANSWER,
    ),
)


@dataclass(frozen=True, slots=True)
class Talk:
    """The first conversation a participant began in the month; `walked` is 1 at the last step."""

    person: int
    conversation: int
    guide: str
    walked: float
    length: timedelta


def tables(session: Session, programme: Programme, span: Span) -> list[Table]:
    """Count the tables about those who began to talk within *span*."""
    talks = _first_talks(session, programme, span)
    heard, warmer = _felt_heard(session, programme, span), _warmth(session, programme, span)
    slugs = {programme.guide, *(talk.guide for talk in talks)}
    guides = Dimension("guide", "Guide", tuple(Category(slug, slug) for slug in sorted(slugs)))
    return [
        _table(
            ("conversations", "People who talked, by guide and how far they went"),
            (guides, WALKED.dimension("walked", "How far the conversation went")),
            [(talk.person, (talk.guide, WALKED.code(talk.walked))) for talk in talks],
        ),
        _table(
            ("lengths", "People who talked, by length of the conversation"),
            (MINUTES.dimension("length", "Length of the conversation"),),
            [(talk.person, (MINUTES.code(talk.length / timedelta(minutes=1)),)) for talk in talks],
        ),
        _table(
            ("feeling-heard", "People who talked: how far they felt heard"),
            (HEARD_MEANS.dimension("heard", "Feeling heard, mean of the items, 1 to 7"),),
            [(talk.person, (HEARD_MEANS.code(heard.get(_key(talk))),)) for talk in talks],
        ),
        _table(
            ("warmth", "People who talked: warmth towards those who see it differently"),
            (WARMTH_CHANGES.dimension("change", "Change of warmth on a scale of 0 to 100"),),
            [(talk.person, (WARMTH_CHANGES.code(warmer.get(_key(talk))),)) for talk in talks],
        ),
    ]


def _table(
    about: tuple[str, str],
    dimensions: tuple[Dimension, ...],
    rows: Sequence[tuple[int, tuple[str, ...]]],
) -> Table:
    name, title = about
    return count(Design(name, title, "talked", dimensions), rows)


def _key(talk: Talk) -> tuple[int, int]:
    return talk.conversation, talk.person


def _first_talks(session: Session, programme: Programme, span: Span) -> list[Talk]:
    seat = funnel.seats()
    rows = session.execute(
        select(seat.c.person, Conversation, GuideVersion.slug)
        .join(Conversation, Conversation.pair_id == seat.c.pair)
        .join(GuideVersion, GuideVersion.digest == Conversation.guide_digest)
        .where(Conversation.programme_id == programme.id, span.holds(Conversation.started_at))
        .order_by(Conversation.started_at, Conversation.id)
    )
    firsts: dict[int, Talk] = {}
    for person, conversation, guide in rows:
        firsts.setdefault(person, _talk(person, conversation, guide, span))
    return list(firsts.values())


def _talk(person: int, conversation: Conversation, guide: str, span: Span) -> Talk:
    started = conversation.started_at or span.until
    ended = min(conversation.closed_at or span.until, span.until)
    walked = conversation.step / max(conversation.steps - 1, 1)
    return Talk(person, conversation.id, guide, walked, ended - started)


def _felt_heard(session: Session, programme: Programme, span: Span) -> dict[tuple[int, int], float]:
    given: dict[tuple[int, int], list[float]] = {}
    heard = SurveyAnswer.item.startswith(HEARD, autoescape=True)
    for conversation, person, item, value in _answers(session, programme, span, heard):
        turned = 8 - value if item in TURNED_ITEMS else value
        given.setdefault((conversation, person), []).append(turned)
    return {key: fmean(values) for key, values in given.items()}


def _warmth(session: Session, programme: Programme, span: Span) -> dict[tuple[int, int], float]:
    asked = select(Answer.participant_id, Answer.value).join(Participant)
    rows = session.execute(
        asked.where(Answer.item == WARMTH, Participant.programme_id == programme.id)
    )
    before = {person: value for person, value in rows if value is not None}
    after = _answers(session, programme, span, SurveyAnswer.item == WARMTH)
    return {
        (conversation, person): value - before[person]
        for conversation, person, _item, value in after
        if person in before
    }


def _answers(
    session: Session, programme: Programme, span: Span, wanted: ColumnElement[bool]
) -> Iterator[tuple[int, int, str, float]]:
    rows = session.execute(
        select(
            SurveyAnswer.conversation_id,
            SurveyAnswer.participant_id,
            SurveyAnswer.item,
            SurveyAnswer.value,
        )
        .join(Conversation, Conversation.id == SurveyAnswer.conversation_id)
        .where(
            Conversation.programme_id == programme.id,
            SurveyAnswer.survey == AFTER,
            span.holds(SurveyAnswer.at),
            wanted,
        )
    )
    for conversation, person, item, value in rows:
        if value is not None:
            yield conversation, person, item, value
