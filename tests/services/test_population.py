"""A made-up population and its made-up past: plausible, reproducible, and nobody real."""

from collections import Counter

import numpy as np
import pytest
from sqlalchemy import func, select

import models
from models import Answer, Conversation, Exclusion, Invitation, Pledge, SurveyAnswer
from services.demo import history, population
from services.demo.population import People
from services.figures import looks
from services.people import appointments
from services.staff import questionnaires
from tests import factories
from tests.factories import NOW
from tests.services.people import GUIDE

ITEMS = questionnaires.load("first", "en")


@pytest.fixture
def people(session) -> People:
    appointments.ensure_roles(session)
    return People(factories.programme(session, synthetic=True), 120, NOW)


@pytest.fixture
def crowd(session, people, secret) -> list[models.Participant]:
    return population.create(session, people, ITEMS, secret, np.random.default_rng(7))


def test_everybody_has_a_whole_profile_and_an_address_that_takes_no_mail(session, crowd):
    assert len(crowd) == 120
    for person in crowd:
        assert person.account.email.endswith("@example.invalid")
        assert person.joined_at < person.completed_at == person.waiting_since
        assert person.account.adult_at is not None
    assert len({person.account.key for person in crowd}) == 120
    required = {item.id for item in ITEMS.items if item.required}
    answered = Counter(
        session.scalars(
            select(Answer.participant_id).where(
                Answer.item.in_(required), Answer.value.is_not(None) | Answer.choice.is_not(None)
            )
        )
    )
    assert set(answered.values()) == {len(required)}


def test_answers_lie_on_their_scales(session, crowd):
    scales = {item.id: item.scale for item in ITEMS.items if item.scale is not None}
    rows = session.execute(select(Answer.item, Answer.value).where(Answer.value.is_not(None)))
    for item, value in rows:
        assert scales[item].min <= value <= scales[item].max
        assert value == round(value)


def test_views_hang_together_and_values_hardly_do(session, crowd):
    assert strength(session, crowd, "view") > 2 * strength(session, crowd, "value")


def strength(session, crowd, kind: str) -> float:
    """Return the mean correlation, in size, between two items of a kind."""
    items = [item.id for item in ITEMS.of(kind)]
    known = {
        (person, item): value
        for person, item, value in session.execute(
            select(Answer.participant_id, Answer.item, Answer.value)
        )
    }
    rows = [[known.get((person.id, item)) for item in items] for person in crowd]
    table = np.asarray(rows, dtype=float)
    table = np.where(np.isnan(table), np.nanmean(table, axis=0), table)
    return float(np.abs(np.corrcoef(table.T)[np.triu_indices(len(items), 1)]).mean())


def test_the_same_seed_makes_the_same_people(session, people, crowd, secret):
    other = People(factories.programme(session), 120, NOW)

    again = population.create(session, other, ITEMS, secret, np.random.default_rng(7))

    assert [one.first_name for one in again] == [one.first_name for one in crowd]
    assert [one.account.zone for one in again] == [one.account.zone for one in crowd]


@pytest.fixture
def past(session, people, crowd) -> list[Conversation]:
    guide = factories.guide_version(session, GUIDE, "first-short")
    history.create(session, people, crowd, guide, np.random.default_rng(8))
    session.flush()
    return list(session.scalars(select(Conversation)))


def test_the_past_is_over_and_in_order(session, past):
    assert {one.state for one in past} == {"closed", "missed"}
    for one in past:
        assert one.pair.proposed_at < one.scheduled_at < one.closed_at < NOW
        assert (one.started_at is None) == (one.state == "missed")
        assert one.purged_at is None or one.purged_at <= NOW
        assert one.pair.first_id < one.pair.second_id
        assert max(one.pair.first.joined_at, one.pair.second.joined_at) <= one.pair.proposed_at
    assert session.scalar(select(func.count()).select_from(Invitation)) == 2 * len(past)
    assert session.scalar(select(func.count()).select_from(Pledge)) == int(2.1 * 120)


def test_who_was_paired_is_never_paired_again(session, past):
    known = {(one.low, one.high) for one in session.scalars(select(Exclusion))}
    pairs = session.scalars(select(models.Pair)).all()

    assert 20 < len(known) == len(pairs) <= 33
    for pair in pairs:
        assert tuple(sorted((pair.first.account.key, pair.second.account.key))) in known


def test_only_who_talked_told_how_it_was(session, past):
    talked = {one.id for one in past if one.state == "closed"}
    rows = session.scalars(select(SurveyAnswer)).all()

    assert {row.conversation_id for row in rows} <= talked
    assert {row.item for row in rows} <= {*history.HEARD, looks.WARMTH}
    for row in rows:
        low, high = (0, 100) if row.item == looks.WARMTH else (1, 7)
        assert low <= row.value <= high
    answered = {(row.conversation_id, row.participant_id) for row in rows}
    assert 0 < len(answered) < 2 * len(talked)
