"""The menu of a release: which tables a month has, and the rows they are counted from.

Every table counts people. A person's row is their first in the month, so nobody counts twice.
Four populations: who joined, who was proposed a pair, who talked, who reported.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from disclosure.tables import CODE, Category, Design, Dimension, Table, count
from matcher.questionnaire import Item, Questionnaire
from models import Answer, Conversation, Pair, Participant, Programme, Report
from services import funnel, talks
from services.funnel import Span, Stage

NO_ANSWER = Category("no-answer", "No answer, or another one")
NONE_NAMED = Category("none-named", "No view named")
STAGES = (
    Category("signed-up", "Signed up, no further"),
    Category("confirmed", "Confirmed the address, no further"),
    Category("profile", "Finished the profile, no further"),
    Category("matched", "Was proposed a pair, no further"),
    Category("accepted", "Both said yes, no further"),
    Category("talked", "Began to talk, no further"),
    Category("last-step", "Reached the last step, no further"),
    Category("answered", "Answered afterwards"),
)
LOOKS = (
    Category("hour", "Within an hour"),
    Category("day", "Within a day"),
    Category("later", "Later, or not in this month"),
)


def tables(
    session: Session, programme: Programme, asked: Sequence[Questionnaire], span: Span
) -> list[Table]:
    """Count every table of the menu for *programme* within *span* (one month).

    *asked* is its questionnaire in each of its languages; titles come from the first.
    """
    return [
        _stages(session, programme, span),
        *_backgrounds(session, programme, asked, span),
        _differences(session, programme, asked, span),
        *talks.tables(session, programme, span),
        _reports(session, programme, span),
    ]


def _stages(session: Session, programme: Programme, span: Span) -> Table:
    dimension = Dimension("stage", "How far people came", STAGES)
    design = Design("funnel", "People who joined, by how far they came", "joined", (dimension,))
    rows = session.execute(funnel.furthest(programme, span))
    return count(design, ((person, (STAGES[Stage(stage)].code,)) for person, stage in rows))


def _backgrounds(
    session: Session, programme: Programme, asked: Sequence[Questionnaire], span: Span
) -> Iterator[Table]:
    joined = select(Participant.id).where(
        Participant.programme_id == programme.id, span.holds(Participant.joined_at)
    )
    people = session.scalars(joined.order_by(Participant.id)).all()
    for number, item in enumerate(asked[0].of("background"), 1):
        if item.options:
            given = select(Answer.participant_id, Answer.choice).where(
                Answer.item == item.id, Answer.participant_id.in_(joined)
            )
            chosen = dict(iter(session.execute(given)))
            codes = _codes(item, asked)
            design = _background(item, number)
            yield count(
                design,
                (
                    (person, (codes.get(chosen.get(person) or "", NO_ANSWER.code),))
                    for person in people
                ),
            )


def _background(item: Item, number: int) -> Design:
    categories = (Category(f"option-{at}", text) for at, text in enumerate(item.options, 1))
    name = _code(item, number)
    return Design(
        f"background-{name}",
        f"People who joined: {item.text}",
        "joined",
        (Dimension(name, item.text, (*categories, NO_ANSWER)),),
    )


def _codes(item: Item, asked: Sequence[Questionnaire]) -> dict[str, str]:
    """Return the code of each option's words, in every language the item is asked in."""
    return {
        option: f"option-{at}"
        for one in asked
        for translated in one.items
        if translated.id == item.id
        for at, option in enumerate(translated.options[: len(item.options)], 1)
    }


def _differences(
    session: Session, programme: Programme, asked: Sequence[Questionnaire], span: Span
) -> Table:
    views = asked[0].of("view")
    codes = {view.id: _code(view, number) for number, view in enumerate(views, 1)}
    categories = (*(Category(codes[view.id], view.text) for view in views), NONE_NAMED)
    design = Design(
        "differences",
        "People proposed a pair, by kind of difference",
        "paired",
        (Dimension("difference", "The first view the pair differs on", categories),),
    )
    seat = funnel.seats(Pair.proposed_at.label("at"), Pair.differences.label("differences"))
    rows = session.execute(
        select(seat.c.person, seat.c.differences)
        .join(Participant, Participant.id == seat.c.person)
        .where(Participant.programme_id == programme.id, span.holds(seat.c.at))
        .order_by(seat.c.at, seat.c.pair)
    )
    return count(
        design,
        ((person, (codes.get(next(iter(named), ""), NONE_NAMED.code),)) for person, named in rows),
    )


def _reports(session: Session, programme: Programme, span: Span) -> Table:
    design = Design(
        "reports",
        "People who reported something, by time to the first look",
        "reported",
        (Dimension("first-look", "Time to the first look", LOOKS),),
    )
    reports = session.scalars(
        select(Report)
        .join(Conversation, Conversation.id == Report.conversation_id)
        .where(Conversation.programme_id == programme.id, span.holds(Report.at))
        .order_by(Report.at, Report.id)
    )
    # A reporter who has left Earshot is nobody any more: each such report counts by itself.
    return count(
        design, ((r.reporter_id or f"report {r.id}", (_look(r, span).code,)) for r in reports)
    )


def _look(report: Report, span: Span) -> Category:
    if report.seen_at is None or report.seen_at >= span.until:
        return LOOKS[2]
    waited = report.seen_at - report.at
    return LOOKS[(waited > timedelta(hours=1)) + (waited > timedelta(days=1))]


def _code(item: Item, number: int) -> str:
    return item.id if CODE.fullmatch(item.id) else f"item-{number}"
