"""Two people who are kept apart get no pair and no conversation, on any way."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import models
from services.safety import apart
from tests import factories
from tests.factories import NOW


def two(session) -> list[models.Participant]:
    programme = factories.programme(session)
    return [factories.participant(session, programme) for _ in range(2)]


@pytest.mark.parametrize("reason", ["blocked", "reported"])
def test_the_database_refuses_a_pair_of_people_kept_apart(session, reason):
    people = two(session)
    low, high = sorted(one.account.key for one in people)
    session.add(models.Exclusion(low=low, high=high, reason=reason, at=NOW))
    session.commit()
    with pytest.raises(DBAPIError, match="kept apart"):
        factories.pair(session, *people)


def test_the_database_refuses_a_further_conversation_also_in_another_programme(session, held):
    pair = held.pair
    apart.mark(session, pair, "blocked", NOW)
    session.commit()
    elsewhere = factories.programme(session)
    again = [
        factories.participant(session, elsewhere, person.account)
        for person in (pair.first, pair.second)
    ]
    session.commit()
    with pytest.raises(DBAPIError, match="kept apart"):
        factories.pair(session, *again)
    session.rollback()
    version = session.get_one(models.GuideVersion, held.guide_digest)
    with pytest.raises(DBAPIError, match="kept apart"):
        factories.conversation(session, pair, version)


def test_who_was_only_paired_may_talk_again(session, held):
    apart.mark(session, held.pair, "paired", NOW)
    session.commit()
    version = session.get_one(models.GuideVersion, held.guide_digest)
    assert factories.conversation(session, held.pair, version).id


def test_a_block_takes_back_what_was_promised_and_is_kept_once(session, config, held):
    pair = held.pair
    version = session.get_one(models.GuideVersion, held.guide_digest)
    coming = factories.conversation(session, pair, version, NOW + timedelta(days=2))
    invitation = models.Invitation(
        pair=pair, participant=pair.first, sent_at=NOW, expires_at=NOW + timedelta(days=1)
    )
    session.add(invitation)
    session.commit()
    for _ in range(2):
        apart.block(session, pair, pair.second.account_id, NOW, config)
        session.commit()
    assert (coming.state, invitation.state) == ("cancelled", "withdrawn")
    assert len(session.scalars(select(models.Block)).all()) == 1
    assert session.scalars(select(models.Exclusion.reason)).one() == "blocked"
    assert apart.undo(session, NOW, config) == 0


def test_what_has_begun_meanwhile_does_not_stop_a_block(session, config, held):
    """Two blocks at once take back the same promises: the later one finds them gone."""
    version = session.get_one(models.GuideVersion, held.guide_digest)
    begun = factories.conversation(session, held.pair, version, NOW, started_at=NOW)
    apart.block(session, held.pair, held.pair.first.account_id, NOW, config)
    assert (begun.state, apart.undo(session, NOW, config)) == ("scheduled", 0)


def test_a_block_does_not_hide_a_report(session, config, held):
    apart.mark(session, held.pair, "reported", NOW)
    apart.block(session, held.pair, held.pair.first.account_id, NOW, config)
    assert session.scalars(select(models.Exclusion.reason)).one() == "reported"


def test_a_block_and_a_conversation_at_the_same_moment_never_both_stand(main_engine, config, held):
    number = held.pair_id
    errors: list[Exception] = []

    def block() -> None:
        with Session(main_engine) as session, session.begin():
            pair = session.get_one(models.Pair, number)
            apart.block(session, pair, pair.first.account_id, NOW, config)

    def talk() -> None:
        try:
            with Session(main_engine) as session, session.begin():
                pair = session.get_one(models.Pair, number)
                version = session.get_one(models.GuideVersion, held.guide_digest)
                factories.conversation(session, pair, version, NOW + timedelta(days=1))
        except DBAPIError as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for one in (block, talk)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with Session(main_engine) as session, session.begin():
        apart.undo(session, NOW, config)
    with Session(main_engine) as session:
        states = session.scalars(
            select(models.Conversation.state).where(models.Conversation.pair_id == number)
        ).all()
    assert "scheduled" not in states
