"""Whoever comes back into the pool is looked for within minutes, once, under the same rules."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

import matcher
import models
from models import Exclusion, Pair, Round
from services.pairing import arrangements, invitations, nights, pools, returns, rounds
from services.pairing.reminders import miss_due
from services.people import enrolment, profiles
from services.people.profiles import Week
from tests.factories import NOW
from tests.rounds import people
from tests.services.people import conversation

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def programme(session: Session) -> models.Programme:
    made = people.programme(session)
    session.commit()
    return made


@pytest.fixture
def look_again(main_engine, config, programme):
    """Run the small round of a moment, in any thread; return what it said."""
    slug = programme.slug

    def run(at=LATER, pairing=None) -> str:
        return rounds.run_now(
            sessionmaker(main_engine),
            slug,
            config,
            at,
            returns.seed(at),
            pairing=pairing,
            turn=returns.turn(slug, at),
            returned=True,
        )

    return run


def waiters(session: Session, programme, view: int, count: int) -> list[models.Participant]:
    made = [people.person(session, programme, view) for _ in range(count)]
    session.commit()
    return made


@pytest.fixture
def proposed(session, main_engine, config, programme) -> models.Pair:
    """Two who were proposed to each other last night."""
    people.person(session, programme, 5)
    people.person(session, programme, 1)
    session.commit()
    rounds.run_now(sessionmaker(main_engine), programme.slug, config, NOW, 7)
    return session.scalars(select(Pair)).one()


def partners(session: Session, person: models.Participant) -> set[int]:
    rows = session.scalars(
        select(Pair).where((Pair.first_id == person.id) | (Pair.second_id == person.id))
    )
    return {pair.first_id + pair.second_id - person.id for pair in rows}


def say_no(session, config, pair, at=LATER) -> None:
    one = session.scalars(
        select(models.Invitation).where(models.Invitation.participant_id == pair.first_id)
    ).one()
    invitations.decline(session, one, at, config)
    session.commit()


def test_after_a_no_both_are_paired_anew_within_minutes(
    session, config, programme, proposed, look_again
):
    waiters(session, programme, 1, 1)
    waiters(session, programme, 5, 1)
    say_no(session, config, proposed)
    assert returns.due(session, LATER) == [programme.slug]

    assert "2 pairs proposed" in look_again()

    session.expire_all()
    for person in (proposed.first, proposed.second):
        assert len(partners(session, person)) == 2
        assert person.returned_at is None
    assert returns.due(session, LATER) == []


def test_an_invitation_that_expired_brings_both_back(session, config, proposed):
    ended = NOW + timedelta(hours=config.matching.invitation_hours)

    invitations.expire_due(session, ended, config)

    assert {proposed.first.returned_at, proposed.second.returned_at} == {ended}


def test_a_cancelled_or_missed_conversation_brings_both_back(session, config):
    one, other = conversation(session, LATER), conversation(session, NOW)
    arrangements.cancel(session, one, one.pair.first, NOW, config)
    miss_due(session, LATER, config)

    assert {one.pair.first.returned_at, one.pair.second.returned_at} == {NOW}
    assert {other.pair.first.returned_at, other.pair.second.returned_at} == {LATER}


def test_whoever_did_not_come_back_is_left_for_the_night(
    session, config, programme, proposed, look_again
):
    waiting = [*waiters(session, programme, 1, 3), *waiters(session, programme, 5, 3)]
    say_no(session, config, proposed)

    look_again()

    paired = {one.id for one in waiting if partners(session, one)}
    assert len(paired) == 2
    for one in paired:
        assert partners(session, session.get_one(models.Participant, one)) <= {
            proposed.first_id,
            proposed.second_id,
        }


def test_the_two_are_never_proposed_to_each_other_again(session, config, proposed, look_again):
    say_no(session, config, proposed)

    assert "0 pairs proposed, 2 left" in look_again()

    assert session.scalar(select(func.count()).select_from(Pair)) == 1


def test_nobody_below_the_floor_is_proposed(session, config, programme, proposed, look_again):
    """Those who see everything as the one who came back does are no partners."""
    waiters(session, programme, 5, 4)  # as `proposed.first` answers
    proposed.second.paused_at = NOW
    session.commit()
    say_no(session, config, proposed)

    assert "0 pairs proposed" in look_again()


def test_several_at_once_propose_nobody_twice(session, config, programme, proposed, look_again):
    waiters(session, programme, 1, 2)
    waiters(session, programme, 5, 2)
    say_no(session, config, proposed)
    together, said = Barrier(3), []

    def meet(*given):
        together.wait(30)
        return matcher.pair(*given)

    threads = [Thread(target=lambda: said.append(look_again(pairing=meet))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum("another scheduler" in one for one in said) == 2
    session.expire_all()
    for person in (proposed.first, proposed.second):
        assert len(partners(session, person)) == 2
    assert session.scalar(select(func.count()).select_from(Pair)) == 3
    assert session.scalar(select(func.count()).select_from(Exclusion)) == 3


def test_a_small_round_is_not_the_nights(session, config, programme, proposed, look_again):
    night = nights.latest(LATER, config.matching.nightly_hour) + timedelta(days=1)
    say_no(session, config, proposed, night)

    look_again(night + timedelta(minutes=5))

    assert session.scalars(select(Round.scope).order_by(Round.id)).all() == ["pool", "returned"]
    assert nights.due(session, night, night) == [programme.slug]


def test_the_nights_round_has_looked_for_everybody(
    session, main_engine, config, programme, proposed
):
    say_no(session, config, proposed)

    rounds.run_now(sessionmaker(main_engine), programme.slug, config, LATER, 1)

    assert returns.due(session, LATER) == []


def test_more_hours_are_tried_at_once(session, config, programme):
    [person] = waiters(session, programme, 1, 1)

    profiles.save_times(session, person, Week(frozenset({(0, 18)}), "UTC", 1), NOW)
    assert returns.due(session, NOW) == [programme.slug]


def test_who_takes_a_break_or_is_not_through_is_not_looked_for(session, programme):
    [person] = waiters(session, programme, 1, 1)
    enrolment.pause(session, person, NOW)
    returns.note(person, NOW)
    assert person.returned_at is None

    enrolment.return_to(session, person, LATER)
    assert person.returned_at == LATER

    person.returned_at, person.completed_at = None, None
    returns.note(person, LATER)
    assert person.returned_at is None


def test_nobody_in_the_pool_is_nobody_to_look_for(session, config, programme, look_again):
    [person] = waiters(session, programme, 1, 1)
    returns.note(person, NOW)
    person.account.suspended_until = LATER + timedelta(days=1)
    waiters(session, programme, 5, 2)

    assert "nobody is in the pool" in look_again()
    assert returns.due(session, LATER) == []


def test_a_large_pool_is_looked_at_in_part(session, programme, monkeypatch):
    seeker, *others = waiters(session, programme, 1, 5)
    others[2].waiting_since = NOW - timedelta(days=30)
    for hour in range(4):
        kept = NOW - timedelta(hours=2 + hour)
        given = {"offered_at": kept, "credited_at": kept + timedelta(hours=1)}
        session.add(models.Standby(participant_id=others[3].id, hour=kept, **given))
    session.flush()
    monkeypatch.setattr(pools, "AROUND", 3)

    pool = pools.load(session, programme, NOW, 14, frozenset({seeker.id}))

    assert pool.people == sorted([seeker.id, others[2].id, others[3].id])


def test_a_closed_programme_looks_for_nobody(session, programme):
    [person] = waiters(session, programme, 1, 1)
    returns.note(person, NOW)
    programme.closed_at = NOW
    session.flush()

    assert returns.due(session, NOW) == []
