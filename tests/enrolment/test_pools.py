"""The pool holds who can be paired now, and nobody else."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

import models
from services.pairing import pools
from tests import factories
from tests.factories import NOW
from tests.rounds import people

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"


@pytest.fixture
def programme(session: Session) -> models.Programme:
    return people.programme(session, topics=["Faith"])


def load(session: Session, programme: models.Programme) -> pools.Pool:
    return pools.load(session, programme, NOW, 14)


def test_it_has_answers_hours_tags_and_waiting_days(session, programme):
    ada = people.person(
        session, programme, 5, zone="Europe/Vienna", hours=[(3, 19)], languages=["en", "es"]
    )
    ben = people.person(session, programme, 1, capacity=2)
    stranger = people.person(session, people.programme(session, slug="elsewhere"), 1)
    session.add(models.Topic(participant_id=ada.id, topic="Faith"))
    session.add(models.Topic(participant_id=stranger.id, topic="Faith"))
    session.flush()

    pool = load(session, programme)

    assert pool.people == [ada.id, ben.id]
    assert pool.cohort.views[:, 0].tolist() == [5, 1]
    assert (pool.cohort.importance == 2).all()
    assert pool.cohort.capacity.tolist() == [1, 2]
    assert pool.cohort.waiting.tolist() == [9, 9]
    assert pool.cohort.language_tags == ("en", "es")
    assert pool.cohort.topics.tolist() == [1, 0]
    assert np.datetime64("2026-10-08T17", "h") in pool.cohort.hours
    assert pools.size(session, programme, NOW) == 2


def test_a_skipped_view_is_blank(session, programme):
    ada = people.person(session, programme, 5)
    session.get(models.Answer, (ada.id, "view_homes")).value = None
    session.get(models.Answer, (ada.id, "view_faith")).importance = None
    session.flush()

    pool = load(session, programme)

    assert np.isnan(pool.cohort.views[0, 0])
    assert pool.cohort.importance[0, -1] == 1


@pytest.mark.parametrize(
    "given",
    [
        {"completed_at": None},
        {"paused_at": NOW},
        {"withdrawn_at": NOW},
    ],
)
def test_who_does_not_take_part_is_not_in_it(session, programme, given):
    people.person(session, programme, 5, **given)

    assert len(load(session, programme).cohort) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"active": False},
        {"adult_at": None},
        {"confirmed_at": None},
        {"suspended_until": NOW + timedelta(days=1)},
    ],
)
def test_whose_account_may_not_is_not_in_it(session, programme, given):
    account = factories.account(session, **given)
    people.person(session, programme, 5, account=account)

    assert pools.size(session, programme, NOW) == 0


def test_a_suspension_ends(session, programme):
    account = factories.account(session, suspended_until=NOW)
    people.person(session, programme, 5, account=account, waiting_since=None)

    assert load(session, programme).cohort.waiting.tolist() == [0]


def test_who_lacks_a_required_answer_is_left_out(session, programme):
    ada = people.person(session, programme, 5)
    people.person(session, programme, 5)
    session.delete(session.get(models.Answer, (ada.id, "value_power")))
    session.flush()

    assert ada.id not in load(session, programme).people
    assert len(load(session, programme).people) == 1


def invite(session, pair, *states, until=NOW + timedelta(hours=1)):
    for person, state in zip((pair.first, pair.second), states, strict=True):
        session.add(
            models.Invitation(
                pair=pair, participant=person, state=state, sent_at=NOW, expires_at=until
            )
        )
    session.flush()


@pytest.mark.parametrize(
    ("states", "left"),
    [(("open", "accepted"), 0), (("declined", "withdrawn"), 2), (("expired", "withdrawn"), 2)],
)
def test_who_is_promised_already_has_no_place_left(session, programme, states, left):
    ada, ben = people.crowd(session, programme, 2)
    invite(session, factories.pair(session, ada, ben), *states)

    assert pools.size(session, programme, NOW) == left


@pytest.mark.parametrize(("state", "left"), [("open", 2), ("accepted", 0)])
def test_an_invitation_unanswered_in_its_time_takes_no_place(session, programme, state, left):
    """Also before the job has ended it; one that both accepted stands for their conversation."""
    ada, ben = people.crowd(session, programme, 2)
    invite(session, factories.pair(session, ada, ben), "accepted", state, until=NOW)

    assert pools.size(session, programme, NOW) == left


def test_a_conversation_that_did_not_take_place_frees_both(session, programme):
    ada, ben = people.crowd(session, programme, 2)
    pair = factories.pair(session, ada, ben)
    invite(session, pair, "accepted", "accepted")
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    held = factories.conversation(session, pair, version)
    assert pools.size(session, programme, NOW) == 0

    held.state = "missed"
    session.flush()

    assert pools.size(session, programme, NOW) == 2


def test_a_month_later_the_place_is_free_again(session, programme):
    ada, ben = people.crowd(session, programme, 2)
    invite(session, factories.pair(session, ada, ben), "accepted", "accepted")

    assert pools.size(session, programme, NOW) == 0
    assert pools.size(session, programme, NOW + timedelta(days=29)) == 2


def test_who_must_never_meet_is_listed_by_row(session, programme):
    ada, ben, eve = people.crowd(session, programme, 3)
    low, high = sorted([ada.account.key, eve.account.key])
    session.add(models.Exclusion(low=low, high=high, reason="blocked", at=NOW))
    session.add(models.Exclusion(low="0", high=ben.account.key, reason="paired", at=NOW))
    session.flush()

    pool = load(session, programme)

    assert [set(pair) for pair in pool.exclusions.tolist()] == [{0, 2}]
    assert load(session, people.programme(session, slug="empty")).exclusions.shape == (0, 2)
