"""Whom to invite next, and what each question does: worked out from who waits now."""

import numpy as np
import pytest

import models
from matcher import cohort
from matcher.policy import Policy
from services.pairing import outlook
from services.staff import questionnaires
from tests import factories
from tests.rounds import people
from tests.visitors import Visitor

ASKED = questionnaires.load("first", "en")
VIEWS = [item.id for item in ASKED.of("view")]


def crowd(count: int, **fixed):
    """People who answer at random, but for the views that are given."""
    generator = np.random.default_rng(3)
    answers = {
        item.id: generator.integers(1, 7 if item.kind == "value" else 6, count).astype(float)
        for item in ASKED.items
        if item.kind != "background"
    }
    return cohort.build(ASKED, [str(n) for n in range(count)], answers | fixed)


def test_an_item_everybody_answers_alike_splits_nobody_and_can_go():
    found = outlook.check(crowd(60, **{VIEWS[0]: np.full(60, 5.0)}), Policy())

    assert found.enough
    first, second, *_ = found.items
    assert (first.low, first.high, first.differ, first.adds) == (0, 1, 0, 0)
    assert not first.splits
    assert second.splits
    assert second.adds > 0
    assert found.to_drop == (VIEWS[0],)


def test_items_that_say_the_same_are_named_and_the_blank_one_too():
    answers = np.tile([1.0, 5.0], 40)
    blank = np.where(np.arange(80) % 2, np.nan, 4.0)
    given = {VIEWS[0]: answers, VIEWS[1]: 6 - answers, VIEWS[2]: blank}
    found = outlook.check(crowd(80, **given), Policy())

    assert [(one, two) for one, two, _ in found.alike] == [(VIEWS[0], VIEWS[1])]
    assert found.alike[0][2] == pytest.approx(-1)
    assert found.items[2].blank == 0.5


def test_where_hardly_anybody_answers_nothing_is_said_to_be_alike():
    blank = np.full(30, np.nan)
    found = outlook.check(crowd(30, **dict.fromkeys(VIEWS, blank)), Policy())

    assert found.alike == ()
    assert found.acceptable == 0


def test_of_few_people_nothing_is_said():
    found = outlook.check(crowd(5), Policy())

    assert (found.enough, found.items, found.to_drop) == (False, (), ())


@pytest.fixture
def staff(app, session):
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


@pytest.fixture
def town(session):
    return people.programme(session, slug="town", title="The town")


def test_the_short_side_is_who_to_invite_in_words_to_send_on(session, staff, town):
    for view in (5, 5, 5, 5, 1):
        people.person(session, town, view)
    session.commit()
    page = staff.get("/staff/programmes/town/forecast").text

    assert "Who would help most" in page
    assert "people who would say" in page
    assert "In The town people who see things differently" in page
    assert "/p/town" in page
    assert session.query(models.Round).count() == 0


def test_where_one_language_lacks_it_is_named(session, staff, town):
    for view in (5, 5, 1):
        people.person(session, town, view, languages=["es"])
    session.commit()

    assert "people who can talk in Spanish" in staff.get("/staff/programmes/town/forecast").text


def test_without_anybody_the_pages_say_so(session, staff, town):
    session.commit()

    assert "Nobody in particular" in staff.get("/staff/programmes/town/forecast").text
    assert "Too few people yet" in staff.get("/staff/programmes/town/questions").text


def test_questions_are_shown_with_what_they_do(session, staff, town):
    people.crowd(session, town, 24)
    session.commit()
    page = staff.get("/staff/programmes/town/questions").text

    assert ASKED.of("view")[0].text in page.replace("&#39;", "'")
    assert "Questions that say the same" in page


def test_a_policy_that_cannot_be_is_said(session, staff, town):
    town.policy = {"min_diferences": 2}
    session.commit()
    for page in ("forecast", "questions"):
        staff.get(f"/staff/programmes/town/{page}")
        assert "cannot be worked out" in staff.get("/staff/programmes/town/rounds").text
