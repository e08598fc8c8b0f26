"""The tables of a release about those who joined: how far, who they are, how soon, pledged."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from disclosure.tables import CODE, Category, Design, Dimension
from matcher.questionnaire import Item, Questionnaire
from models import Answer, Pair, Participant, Pledge
from services.figures import funnel
from services.figures.funnel import Stage
from services.figures.looks import Entry, Look, Rows

NO_ANSWER = Category("no-answer", "No answer, or another one")
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
WEEK = timedelta(days=7)
SOON, LATER, WAITS, UNFINISHED = WAITING = (
    Category("within-7-days", "Was proposed a pair within 7 days"),
    Category("later", "Was proposed a pair later"),
    Category("not-yet", "Was not proposed a pair in this month"),
    Category("unfinished", "Did not finish the profile"),
)
PLEDGED, NOT_PLEDGED = PLEDGES = (
    Category("pledged", "Took the pledge to listen"),
    Category("not-pledged", "Did not take the pledge"),
)
FUNNEL = Design(
    "funnel",
    "People who joined, by how far they came",
    "joined",
    (Dimension("stage", "How far people came", STAGES),),
)
WAIT = Design(
    "waits",
    "People who joined, by time from the finished profile to the first pair",
    "joined",
    (Dimension("wait", "Time to the first pair", WAITING),),
)
PLEDGE = Design(
    "pledges",
    "People who joined, by pledge",
    "joined",
    (Dimension("pledge", "Pledge to listen", PLEDGES),),
)


def entries(asked: Sequence[Questionnaire]) -> list[Entry]:
    """Return the tables about those who joined in a month."""
    items = [item for item in asked[0].of("background") if item.options]
    return [
        Entry(FUNNEL, _stages),
        *(_background(item, number, asked) for number, item in enumerate(items, 1)),
        Entry(WAIT, _waits),
        Entry(PLEDGE, _pledged),
    ]


def code(item: Item, number: int) -> str:
    """Return what a table calls an item: its id, or its number where that cannot be a code."""
    return item.id if CODE.fullmatch(item.id) else f"item-{number}"


def _stages(look: Look) -> Rows:
    rows = look.session.execute(funnel.furthest(look.programme, look.span))
    return ((person, (STAGES[Stage(stage)].code,)) for person, stage in rows)


def _background(item: Item, number: int, asked: Sequence[Questionnaire]) -> Entry:
    categories = (Category(f"option-{at}", text) for at, text in enumerate(item.options, 1))
    name, codes = code(item, number), _codes(item, asked)
    dimension = Dimension(name, item.text, (*categories, NO_ANSWER))
    design = Design(f"background-{name}", f"People who joined: {item.text}", "joined", (dimension,))

    def rows(look: Look) -> Rows:
        given = select(Answer.participant_id, Answer.choice).where(
            Answer.item == item.id, Answer.participant_id.in_(look.joined)
        )
        chosen = dict(iter(look.session.execute(given)))
        return (
            (person, (codes.get(chosen.get(person) or "", NO_ANSWER.code),))
            for person in look.people
        )

    return Entry(design, rows)


def _codes(item: Item, asked: Sequence[Questionnaire]) -> dict[str, str]:
    """Return the code of each option's words, in every language the item is asked in."""
    return {
        option: f"option-{at}"
        for one in asked
        for translated in one.items
        if translated.id == item.id
        for at, option in enumerate(translated.options[: len(item.options)], 1)
    }


def _waits(look: Look) -> Rows:
    seat = funnel.seats(Pair.proposed_at.label("at"))
    first = (
        select(seat.c.person, func.min(seat.c.at).label("at"))
        .where(seat.c.at < look.span.until)
        .group_by(seat.c.person)
        .subquery()
    )
    rows = look.session.execute(
        select(Participant.id, Participant.completed_at, first.c.at)
        .outerjoin(first, first.c.person == Participant.id)
        .where(Participant.id.in_(look.joined))
    )
    for person, completed, at in rows:
        if completed is None or completed >= look.span.until:
            yield person, (UNFINISHED.code,)
        elif at is None:
            yield person, (WAITS.code,)
        else:
            yield person, (SOON.code if at - completed <= WEEK else LATER.code,)


def _pledged(look: Look) -> Rows:
    made = select(Pledge.account_id).where(
        Pledge.account_id.is_not(None), Pledge.at < look.span.until
    )
    rows = look.session.execute(
        select(Participant.id, Participant.account_id.in_(made)).where(
            Participant.id.in_(look.joined)
        )
    )
    return ((person, (PLEDGED.code if took else NOT_PLEDGED.code,)) for person, took in rows)
