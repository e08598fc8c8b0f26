"""The nightly round: due once a night, in every programme that was open then."""

from datetime import UTC, datetime, timedelta

import pytest

import models
from services.pairing import nights
from tests import factories
from tests.factories import NOW

NIGHT = datetime(2026, 10, 7, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (NOW, NIGHT),
        (NIGHT, NIGHT),
        (NIGHT - timedelta(microseconds=1), NIGHT - 24 * HOUR),
        (NIGHT + timedelta(hours=23, minutes=59), NIGHT),
    ],
)
def test_a_night_begins_at_its_hour(now, night):
    assert nights.latest(now, 3) == night


def held(session, programme: models.Programme, at: datetime) -> None:
    session.add(models.Round(programme_id=programme.id, at=at, seed=1, policy={}, report={}))
    session.flush()


def test_open_programmes_without_a_round_since_have_one_due(session):
    due = factories.programme(session, "b")
    first = factories.programme(session, "a", closed_at=NOW + HOUR)
    held(session, due, NIGHT - HOUR)
    done = factories.programme(session)
    held(session, done, NIGHT)
    factories.programme(session, closed_at=NOW)
    factories.programme(session).opened_at = NIGHT + HOUR
    session.flush()

    assert nights.due(session, NIGHT, NOW) == [first.slug, due.slug]


def test_a_turn_is_taken_once_a_night_and_programme(session):
    assert nights.turn("a", NIGHT, NOW)(session)
    assert not nights.turn("a", NIGHT, NOW + HOUR)(session)
    assert nights.turn("b", NIGHT, NOW)(session)
    assert nights.turn("a", NIGHT + 24 * HOUR, NOW)(session)


def test_every_night_has_a_seed_of_its_own():
    assert nights.seed(NIGHT) == nights.seed(NIGHT + HOUR) != nights.seed(NIGHT + 24 * HOUR)
