"""Every state somebody can be in is found, and home has words and a way on for each."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import models
from services.conversations import surveys
from services.path import State, journey
from tests import factories
from tests.factories import NOW

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"
OPENS = 10


@pytest.fixture
def ada(session: Session) -> models.Participant:
    return factories.participant(session, factories.programme(session), first_name="Ada")


@pytest.fixture
def ben(session: Session, ada: models.Participant) -> models.Participant:
    return factories.participant(session, ada.programme, first_name="Ben")


@pytest.fixture
def pair(session: Session, ada, ben) -> models.Pair:
    return factories.pair(session, ada, ben)


def stand(session: Session, person: models.Participant, now=NOW) -> journey.Standing:
    return journey.of(session, person.account, now, OPENS)


def talk(session: Session, pair: models.Pair, at=NOW, **given) -> models.Conversation:
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    made = factories.conversation(session, pair, version, at, **given)
    session.flush()
    return made


def invite(session: Session, pair: models.Pair, person, state="open", **given) -> models.Invitation:
    made = models.Invitation(
        pair=pair,
        participant=person,
        state=state,
        sent_at=NOW,
        expires_at=given.get("expires_at", NOW + timedelta(days=2)),
    )
    session.add(made)
    session.flush()
    return made


def test_who_has_not_joined_begins(session):
    assert journey.of(session, factories.account(session), NOW, OPENS).state is State.NEW


def test_who_is_in_the_pool_waits(session, ada):
    assert stand(session, ada) == journey.Standing(State.WAITING, ada)


@pytest.mark.parametrize(
    ("column", "state"),
    [
        ("withdrawn_at", State.LEFT),
        ("paused_at", State.PAUSED),
    ],
)
def test_breaks_and_leaving_are_told(session, ada, column, state):
    setattr(ada, column, NOW)

    assert stand(session, ada).state is state


def test_an_open_profile_is_told(session, ada):
    ada.completed_at = None

    assert stand(session, ada).state is State.PROFILE


def test_a_suspension_comes_before_everything(session, ada):
    ada.account.suspended_until = NOW + timedelta(days=1)

    assert stand(session, ada).state is State.SUSPENDED
    assert stand(session, ada, NOW + timedelta(days=2)).state is State.WAITING


def test_an_invitation_waits_for_each_in_turn(session, ada, ben, pair):
    mine = invite(session, pair, ada)
    theirs = invite(session, pair, ben, "accepted")

    assert (stand(session, ada).state, stand(session, ada).invitation) == (State.INVITED, mine)
    assert (stand(session, ben).state, stand(session, ben).invitation) == (State.ACCEPTED, theirs)


@pytest.mark.parametrize("state", ["declined", "expired", "withdrawn"])
def test_an_invitation_the_other_ended_is_over(session, ada, ben, pair, state):
    invite(session, pair, ada)
    invite(session, pair, ben, state)

    assert stand(session, ada).state is State.WAITING


def test_an_invitation_whose_time_is_up_is_over(session, ada, pair):
    invite(session, pair, ada, expires_at=NOW)

    assert stand(session, ada) == journey.Standing(State.WAITING, ada)


def test_the_door_opens_minutes_before_the_hour(session, ada, pair):
    at = NOW + timedelta(hours=1)
    made = talk(session, pair, at)

    assert stand(session, ada).state is State.SCHEDULED
    assert stand(session, ada).conversation is made
    assert stand(session, ada, at - timedelta(minutes=OPENS)).state is State.DOOR
    made.state = "open"
    session.flush()
    assert stand(session, ada).state is State.DOOR
    made.started_at = NOW
    session.flush()
    assert stand(session, ada).state is State.OPEN


def test_what_is_arranged_stays_during_a_break(session, ada, pair):
    talk(session, pair, NOW + timedelta(hours=1))
    ada.paused_at = NOW

    assert stand(session, ada).state is State.SCHEDULED


def test_after_a_conversation_home_asks_once(session, ada, pair):
    held = talk(session, pair, state="closed", started_at=NOW, closed_at=NOW)
    assert stand(session, ada).state is State.AFTER

    surveys.finish(session, held, ada.id, NOW)

    assert stand(session, ada).state is State.ENOUGH
    assert journey.held(session, ada.account_id) == [held]


def test_a_conversation_long_ago_is_asked_about_no_more(session, ada, pair):
    pair.proposed_at = ago = NOW - timedelta(days=50)
    talk(session, pair, ago, state="closed", started_at=ago, closed_at=ago)

    assert stand(session, ada).state is State.WAITING


def test_a_room_nobody_began_in_is_not_asked_about(session, ada, pair):
    talk(session, pair, state="closed", closed_at=NOW)

    assert stand(session, ada).state is State.ENOUGH
    assert journey.held(session, ada.account_id) == []


def test_a_missed_conversation_is_spoken_of_for_days(session, ada, pair):
    talk(session, pair, state="missed")

    assert stand(session, ada).state is State.MISSED
    assert stand(session, ada, NOW + timedelta(days=4)).state is State.WAITING


def test_who_talked_with_somebody_else_instead_hears_no_more_of_it(session, ada, ben, pair):
    talk(session, pair, state="missed")
    cleo = factories.participant(session, ada.programme)
    instead = factories.pair(session, ada, cleo, proposed_at=NOW)
    held = talk(session, instead, state="closed", started_at=NOW, closed_at=NOW)
    surveys.finish(session, held, ada.id, NOW)

    assert stand(session, ada).state is State.ENOUGH
    assert stand(session, ben).state is State.MISSED


def test_the_most_urgent_place_counts(session, ada, pair):
    elsewhere = factories.participant(
        session, factories.programme(session), ada.account, joined_at=NOW, completed_at=None
    )
    assert stand(session, elsewhere).state is State.PROFILE

    talk(session, pair, state="open", started_at=NOW)

    assert stand(session, elsewhere).state is State.OPEN


def test_the_other_is_the_one_opposite(ada, ben, pair):
    assert journey.other(pair, ada) is ben
    assert journey.other(pair, ben) is ada


def test_the_last_round_says_why_somebody_waits(session, ada, ben):
    assert journey.last_look(session, ada) is None
    said = {"reason": "hour", "change": "slots", "what": "2026-10-08T18:00Z", "partners": 4}
    session.add(
        models.Round(
            programme_id=ada.programme_id,
            at=NOW,
            seed=1,
            policy={},
            report={"waiting": {str(ada.id): said}},
        )
    )
    session.flush()

    assert journey.last_look(session, ada) == journey.Look(at=NOW, **said)
    assert journey.last_look(session, ben) is None


def test_what_one_has_answered_is_still_asked_of_the_other(session, ada, ben, pair):
    held = talk(session, pair, state="closed", started_at=NOW, closed_at=NOW)

    surveys.finish(session, held, ada.id, NOW)

    assert stand(session, ada).state is not State.AFTER
    assert stand(session, ben).state is State.AFTER
