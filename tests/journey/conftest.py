"""Ada and Ben, who talked yesterday, and who both would again."""

import pytest
from sqlalchemy.orm import Session

import models
from tests import factories
from tests.factories import NOW
from tests.home.test_journey import talk
from tests.journey.offering import DAY, say_again
from tests.rounds import people


@pytest.fixture
def pair(session: Session) -> models.Pair:
    """Ada and Ben, who talked yesterday."""
    programme = people.programme(session)
    made = factories.pair(
        session, people.person(session, programme, 1), people.person(session, programme, 5)
    )
    held = talk(session, made, NOW - DAY, state="closed", started_at=NOW - DAY, closed_at=NOW - DAY)
    held.ending, held.step = "finished", 5
    session.flush()
    return made


@pytest.fixture
def again(session: Session, pair) -> models.Pair:
    """Both said that they would talk again."""
    for person in (pair.first_id, pair.second_id):
        say_again(session, person)
    return pair
