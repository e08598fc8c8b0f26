"""The tables of the menu count the right people in the right categories, each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import models
from disclosure.tables import ALL
from services import menu, questionnaires
from services.funnel import Span
from tests import factories
from tests.staff import people
from tests.staff.people import SEPTEMBER

MONTH = Span(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
FIRST = questionnaires.load("first", "en")


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """An empty programme."""
    return factories.programme(session)


def counts(session: Session, programme, name: str, asked=(FIRST,)) -> dict[str, int]:
    """Return the non-empty cells of one table, by their codes."""
    tables = {t.design.name: t for t in menu.tables(session, programme, asked, MONTH)}
    found = tables[name]
    names = [d.name for d in found.design.dimensions]
    return {
        "/".join(cell.figure.code(n) for n in names): cell.count
        for cell in found.cells
        if cell.count
    }


def pairs(session: Session, programme, count: int = 1, **given) -> list[models.Pair]:
    return list(people.paired(session, people.joined(session, programme, 2 * count), **given))


def test_the_funnel_table_puts_everybody_in_one_stage(session: Session, programme) -> None:
    people.joined(session, programme, 2, completed_at=None)
    (pair,) = pairs(session, programme)
    people.talked(session, pair, step=1)
    people.joined(session, programme, 1, joined_at=MONTH.until)
    assert counts(session, programme, "funnel") == {"signed-up": 2, "talked": 2, ALL: 4}


def test_an_answer_in_another_language_counts_like_its_option(
    session: Session, programme, tmp_path: Path
) -> None:
    source = questionnaires.FOLDER / "first.en.toml"
    text = source.read_text().replace('"18 to 24"', '"de 18 a 24"').replace('"en"', '"es"')
    (tmp_path / "first.es.toml").write_text(text)
    (tmp_path / "first.en.toml").write_text(source.read_text())
    spanish = questionnaires.load("first", "es", tmp_path)
    one, two, three = people.joined(session, programme, 3, joined_at=MONTH.since)
    for row in session.query(models.Answer).where(models.Answer.participant_id != one.id):
        row.choice = "de 18 a 24" if row.participant_id == two.id else "a hundred"
    session.flush()
    assert three.id
    told = counts(session, programme, "background-age", (FIRST, spanish))
    assert told == {"option-1": 2, "no-answer": 1, ALL: 3}


def test_a_skipped_and_a_missing_answer_are_no_answer(session: Session, programme) -> None:
    people.answer(session, people.joined(session, programme, 2)[0], "place", choice=None)
    assert counts(session, programme, "background-place") == {"no-answer": 2, ALL: 2}


def test_an_item_whose_id_cannot_be_a_code_gets_one(session: Session, programme) -> None:
    items = tuple(replace(item, id=item.id.upper()) for item in FIRST.of("background"))
    loud = replace(FIRST, items=items)
    assert counts(session, programme, "background-item-3", (loud,)) == {}


def test_a_pair_counts_both_people_once_by_their_first_difference(
    session: Session, programme
) -> None:
    first, second, third = people.joined(session, programme, 3)
    early, late = SEPTEMBER, SEPTEMBER + timedelta(days=5)
    factories.pair(
        session, first, second, proposed_at=early, differences=["view_homes", "view_faith"]
    )
    factories.pair(session, first, third, proposed_at=late, differences=["view_faith"])
    told = counts(session, programme, "differences")
    assert told == {"view_homes": 2, "view_faith": 1, ALL: 3}


def test_a_pair_without_a_known_difference_is_counted_as_none_named(
    session: Session, programme
) -> None:
    pairs(session, programme, differences=[])
    pairs(session, programme, differences=["view_of_another_year"])
    assert counts(session, programme, "differences") == {"none-named": 4, ALL: 4}


@pytest.mark.parametrize(
    ("step", "walked"),
    [
        (0, "first-half"),
        (2, "first-half"),
        (3, "second-half"),
        (4, "second-half"),
        (5, "last-step"),
    ],
)
def test_how_far_a_conversation_went(session: Session, programme, step: int, walked: str) -> None:
    (pair,) = pairs(session, programme)
    people.talked(session, pair, step=step)
    told = counts(session, programme, "conversations")
    assert told[f"first/{walked}"] == told[f"{ALL}/{ALL}"] == 2


@pytest.mark.parametrize(
    ("minutes", "length"), [(0, "under-15"), (15, "15-to-39"), (69, "40-to-69"), (70, "70-or-more")]
)
def test_how_long_a_conversation_was(session: Session, programme, minutes, length) -> None:
    (pair,) = pairs(session, programme)
    people.talked(session, pair, minutes=minutes)
    assert counts(session, programme, "lengths") == {length: 2, ALL: 2}


def test_a_conversation_open_over_the_end_of_the_month_lasts_until_there(
    session: Session, programme
) -> None:
    (pair,) = pairs(session, programme)
    people.talked(session, pair, started_at=MONTH.until - timedelta(minutes=20)).closed_at = None
    session.flush()
    assert counts(session, programme, "lengths") == {"15-to-39": 2, ALL: 2}


def test_only_the_first_conversation_of_a_month_counts(session: Session, programme) -> None:
    one, two, three = people.joined(session, programme, 3)
    first = factories.pair(session, one, two, proposed_at=SEPTEMBER)
    again = factories.pair(session, one, three, proposed_at=SEPTEMBER)
    people.talked(session, first, minutes=50)
    people.talked(session, again, minutes=5, started_at=SEPTEMBER + timedelta(days=9))
    assert counts(session, programme, "lengths") == {"40-to-69": 2, "under-15": 1, ALL: 3}


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        ({"heard_overall": 2.0}, "little"),
        ({"heard_overall": 3.0}, "some"),
        ({"heard_overall": 5.9}, "much"),
        ({"heard_overall": 6.0}, "very-much"),
        ({"heard_overall": 7.0, "heard_self": 1.0, "heard_insensitive": 1.0}, "very-much"),
        ({"heard_overall": 7.0, "heard_self": 7.0}, "some"),
        ({"warmth_other": 50.0}, "no-answer"),
    ],
)
def test_feeling_heard_is_the_mean_with_turned_items_turned(
    session: Session, programme, given, heard
) -> None:
    (pair,) = pairs(session, programme)
    people.surveyed(session, people.talked(session, pair), pair.first, **given)
    told = counts(session, programme, "feeling-heard")
    assert told[heard] == (2 if heard == "no-answer" else 1)
    assert told[ALL] == 2


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (35, "colder"),
        (36, "same"),
        (44, "same"),
        (45, "warmer"),
        (59, "warmer"),
        (60, "much-warmer"),
    ],
)
def test_warmth_is_the_change_from_the_profile(session: Session, programme, after, change) -> None:
    (pair,) = pairs(session, programme)
    people.answer(session, pair.first, "warmth_other", value=40)
    people.answer(session, pair.second, "warmth_other", value=None)
    conversation = people.talked(session, pair)
    for person in (pair.first, pair.second):
        people.surveyed(session, conversation, person, warmth_other=after)
    told = counts(session, programme, "warmth")
    assert told == {change: 1, "no-answer": 1, ALL: 2}


def test_an_answer_in_words_is_no_figure(session: Session, programme) -> None:
    (pair,) = pairs(session, programme)
    people.surveyed(session, people.talked(session, pair), pair.first, heard_overall=None)
    assert counts(session, programme, "feeling-heard")["no-answer"] == 2


@pytest.mark.parametrize(
    ("waited", "look"),
    [
        (timedelta(hours=1), "hour"),
        (timedelta(hours=2), "day"),
        (timedelta(days=2), "later"),
        (timedelta(days=40), "later"),
        (None, "later"),
    ],
)
def test_reports_are_counted_by_time_to_the_first_look(
    session: Session, programme, waited: timedelta | None, look: str
) -> None:
    (pair,) = pairs(session, programme)
    conversation = people.talked(session, pair)
    for number in range(2):
        report(session, conversation, pair.first.id, waited, f"twice {number}")
    report(session, conversation, None, waited, "left")
    assert counts(session, programme, "reports") == {look: 2, ALL: 2}


def report(session: Session, conversation, reporter, waited, token) -> None:
    at = conversation.closed_at
    session.add(
        models.Report(
            token=token,
            conversation_id=conversation.id,
            reporter_id=reporter,
            reason="other",
            at=at,
            due_at=at,
            last_seq=1,
            digest=b"",
            evidence=b"",
            seen_at=at + waited if waited else None,
        )
    )
    session.flush()
