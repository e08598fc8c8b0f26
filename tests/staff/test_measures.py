"""What a release says of conversations: how far, how long, felt heard, warmth."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

import models
from disclosure.tables import ALL
from tests import factories
from tests.staff import people
from tests.staff.counting import MONTH, counts, pairs
from tests.staff.people import SEPTEMBER


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """An empty programme."""
    return factories.programme(session)


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
