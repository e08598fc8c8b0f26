"""Rounds and previews of them: made of what a test has set up, run and published."""

import pytest

import models
from services.pairing import decisions, proposals, publishing, rounds
from tests.factories import NOW
from tests.rounds import people

SLUG = "across-the-table"


@pytest.fixture
def programme(session):
    return people.programme(session)


@pytest.fixture
def run(session, sessions, config):
    """Run a round on what the test has set up."""

    def run_now(slug=SLUG, **given):
        session.commit()
        return rounds.run_now(sessions, slug, config, NOW, 7, **given)

    return run_now


@pytest.fixture
def make(session, sessions, config, programme):
    """Make a preview of what the test has set up; return its row."""

    def of(now=NOW) -> models.RoundPreview:
        session.commit()
        number = proposals.make(sessions, SLUG, config, (now, 7, None))
        return session.get_one(models.RoundPreview, number)

    return of


@pytest.fixture
def publish(session, config, sessions):
    def of(kept: models.RoundPreview, version=None) -> models.Round:
        made = decisions.publish(session, kept.id, version or kept.version, config, (NOW, 1))
        session.commit()
        publishing.tell_due(sessions, config, NOW)
        return made

    return of
