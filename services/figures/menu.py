"""The menu of a release: which tables and means a month has, and what each may cost.

Every table counts people. A person's row is their first in the month, so nobody counts twice.
Four populations: who joined, who was proposed a pair, who talked, who reported. What the menu is
made of is public: questionnaire, guide and this file; a month's data never changes it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from disclosure.budget import Loss
from disclosure.laplace import Shares
from disclosure.means import Scale, Sum
from disclosure.tables import Category, Design, Dimension, Table, count
from matcher.questionnaire import Questionnaire
from models import Conversation, Invitation, Pair, Participant, Programme, Report
from services.figures import funnel, joiners, talks
from services.figures.funnel import Span
from services.figures.looks import Entry, Look, Rows
from services.staff import questionnaires

ONCE = "joined"
"""The population a person is in once ever; all others can show them every month."""
NONE_NAMED = Category("none-named", "No view named")
LOOKS = (
    Category("hour", "Within an hour"),
    Category("day", "Within a day"),
    Category("later", "Later, or not in this month"),
)
TALKED, AGREED, LAPSED = BECAME = (
    Category("talked", "Began to talk"),
    Category("agreed", "Both said yes, did not talk in this month"),
    Category("lapsed", "Not both said yes in this month"),
)
OUTCOMES = Design(
    "outcomes",
    "People proposed a pair, by what became of it",
    "paired",
    (Dimension("outcome", "What became of the pair", BECAME),),
)
REPORTS = Design(
    "reports",
    "People who reported something, by time to the first look",
    "reported",
    (Dimension("first-look", "Time to the first look", LOOKS),),
)
SCALES: tuple[Scale, ...] = (talks.HEARD_SCALE, talks.WARMTH_SCALE)
GRADES: Mapping[str, Loss] = {"steady": Loss(0.55, 0.2875), "sharp": Loss(0.55, 0.45)}
"""What a release may cost one person: twelve steady ones fit into a year, or seven sharp ones."""
PARTS: Mapping[str, float] = {
    "funnel": 0.24,
    "waits": 0.18,
    "pledges": 0.18,
    "differences": 0.10,
    "outcomes": 0.14,
    "conversations": 0.14,
    "lengths": 0.08,
    "feeling-heard": 0.12,
    "warmth": 0.12,
    "reports": 0.06,
    "felt-heard-mean": 0.12,
    "warmth-mean": 0.12,
}
"""Which part of its grade each table gets; the tables of backgrounds divide what is left."""


def asked(session: Session, programme: Programme) -> list[Questionnaire]:
    """Return the questionnaire of *programme* in each of its languages."""
    return [
        questionnaires.current(session, programme.questionnaire, tag) for tag in programme.languages
    ]


def entries(programme: Programme, asked: Sequence[Questionnaire]) -> list[Entry]:
    """Return the tables of the menu of *programme*, whose questionnaire is *asked*.

    *asked* is the same questionnaire in each of its languages; titles come from the first.
    """
    return [
        *joiners.entries(asked),
        _differences(asked),
        Entry(OUTCOMES, _became),
        *talks.entries(programme),
        Entry(REPORTS, _reports),
    ]


def exact(look: Look, asked: Sequence[Questionnaire]) -> tuple[list[Table], list[Sum]]:
    """Count every table and add up every mean of one month: exact, not to leave the house."""
    tables = [count(entry.design, entry.rows(look)) for entry in entries(look.programme, asked)]
    return tables, talks.sums(look)


def shares(designs: Sequence[Design], grade: str) -> Shares:
    """Return the epsilon of each table and mean; together they are the loss of *grade*."""
    loss = GRADES[grade]
    backgrounds = [design.name for design in designs if design.name not in PARTS]
    rest = 1 - sum(PARTS[one.name] for one in designs if _once(one) and one.name in PARTS)
    parts = {**PARTS, **{name: rest / len(backgrounds) for name in backgrounds}}
    costs = {
        one.name: parts[one.name] * (loss.once if _once(one) else loss.again) for one in designs
    }
    return costs | {scale.name: parts[scale.name] * loss.again for scale in SCALES}


def _once(design: Design) -> bool:
    return design.population == ONCE


def _differences(asked: Sequence[Questionnaire]) -> Entry:
    views = asked[0].of("view")
    codes = {view.id: joiners.code(view, number) for number, view in enumerate(views, 1)}
    categories = (*(Category(codes[view.id], view.text) for view in views), NONE_NAMED)
    design = Design(
        "differences",
        "People proposed a pair, by kind of difference",
        "paired",
        (Dimension("difference", "The first view the pair differs on", categories),),
    )

    def rows(look: Look) -> Rows:
        seat = funnel.seats(Pair.proposed_at.label("at"), Pair.differences.label("differences"))
        found = look.session.execute(
            select(seat.c.person, seat.c.differences)
            .join(Participant, Participant.id == seat.c.person)
            .where(Participant.programme_id == look.programme.id, look.span.holds(seat.c.at))
            .order_by(seat.c.at, seat.c.pair)
        )
        return (
            (person, (codes.get(next(iter(named), ""), NONE_NAMED.code),))
            for person, named in found
        )

    return Entry(design, rows)


def _became(look: Look) -> Rows:
    until = look.span.until
    # Labelled by pair and joined to seats: both people of a pair have its outcome.
    said_yes = (
        select(func.count())
        .where(
            Invitation.pair_id == Pair.id,
            Invitation.state == "accepted",
            Invitation.answered_at < until,
        )
        .scalar_subquery()
    )
    began = exists().where(Conversation.pair_id == Pair.id, Conversation.started_at < until)
    became = case((began, TALKED.code), (said_yes == 2, AGREED.code), else_=LAPSED.code)
    rows = look.session.execute(
        select(Pair.first_id, Pair.second_id, became)
        .join(Participant, Participant.id == Pair.first_id)
        .where(Participant.programme_id == look.programme.id, look.span.holds(Pair.proposed_at))
        .order_by(Pair.proposed_at, Pair.id)
    )
    for first, second, outcome in rows:
        yield first, (outcome,)
        yield second, (outcome,)


def _reports(look: Look) -> Rows:
    reports = look.session.scalars(
        select(Report)
        .join(Conversation, Conversation.id == Report.conversation_id)
        .where(
            Conversation.programme_id == look.programme.id,
            look.span.holds(Report.at),
            # Whoever has left is nobody any more, and nobody cannot be counted once.
            Report.reporter_id.is_not(None),
        )
        .order_by(Report.at, Report.id)
    )
    return ((r.reporter_id, (_look(r, look.span).code,)) for r in reports)


def _look(report: Report, span: Span) -> Category:
    if report.seen_at is None or report.seen_at >= span.until:
        return LOOKS[2]
    waited = report.seen_at - report.at
    return LOOKS[(waited > timedelta(hours=1)) + (waited > timedelta(days=1))]
