"""A pair that was invited."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

import models
from services.pairing import rounds
from tests.factories import NOW
from tests.rounds import people


class Invited:
    """The two of a pair, each with their invitation."""

    def __init__(self, session, programme):
        self.session, self.programme = session, programme
        self.pair = session.scalars(select(models.Pair)).one()
        self.first, self.second = self.pair.first, self.pair.second

    def of(self, person):
        return self.session.scalars(
            select(models.Invitation).where(models.Invitation.participant_id == person.id)
        ).one()

    @property
    def states(self):
        return self.of(self.first).state, self.of(self.second).state

    @property
    def conversations(self):
        return self.session.scalars(select(models.Conversation)).all()

    def mails(self, person, kind):
        return self.session.scalars(
            select(models.Mail).where(
                models.Mail.kind == kind, models.Mail.recipient == person.account.email
            )
        ).all()


@pytest.fixture
def invite(session, main_engine, config):
    """Run a round over two people of opposite opinions, each with traits, and commit."""

    def make(first=(), second=(), **given):
        programme = people.programme(session, **given)
        people.person(session, programme, 5, **dict(first, first_name="Marta"))
        people.person(session, programme, 1, **dict(second, first_name="Omar"))
        session.commit()
        rounds.run_now(sessionmaker(main_engine), programme.slug, config, NOW, 7)
        return Invited(session, programme)

    return make


@pytest.fixture
def invited(invite):
    return invite()
