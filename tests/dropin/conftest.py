"""A programme, and an hour of it that is open."""

import pytest
from sqlalchemy.orm import Session

import models
from models import Opening
from tests.dropin.arriving import hour
from tests.rounds import people


@pytest.fixture
def programme(session: Session) -> models.Programme:
    return people.programme(session)


@pytest.fixture
def opening(session: Session, programme) -> Opening:
    return hour(session, programme)
