"""Who waits is paired within seconds, by the same rules, and never promised twice."""

from functools import partial
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from matcher.lobby import Lobby, Patience
from models import Arrival
from services.pairing import dropin, lobby, waits
from services.pairing.lobby import Gone
from services.path import State
from tests import factories
from tests.dropin.arriving import MINUTE, come, somebody, states
from tests.factories import NOW
from tests.home.test_journey import stand


def test_two_who_fit_are_paired_as_they_arrive(session, sessions, programme, opening):
    one, two = come(session, programme, 1), come(session, programme, 5)
    session.commit()

    assert lobby.run(sessions, NOW) == 1

    assert states(session) == ["paired", "paired"]
    assert one.conversation is two.conversation
    assert one.conversation.scheduled_at == NOW
    pair = one.conversation.pair
    assert {pair.first_id, pair.second_id} == {one.participant_id, two.participant_id}
    assert len(pair.differences) >= 2
    assert stand(session, one.participant).state is State.DOOR
    assert session.scalars(select(models.Exclusion.reason)).all() == ["paired"]


def test_people_below_the_floor_or_kept_apart_go_on_waiting(session, sessions, programme, opening):
    one, two = come(session, programme, 1), come(session, programme, 1)
    three = come(session, programme, 5)
    session.add_all(
        models.Exclusion(low=low, high=high, reason="blocked", at=NOW)
        for low, high in (
            sorted([other.participant.account.key, three.participant.account.key])
            for other in (one, two)
        )
    )
    session.commit()

    assert lobby.run(sessions, NOW) == 0
    assert states(session) == ["waiting"] * 3


def test_patience_lets_a_fair_pair_meet_after_a_while(
    session, sessions, programme, opening, monkeypatch
):
    """What is not good enough at once is so after a few minutes: here nothing is good enough."""
    picky = partial(Lobby, patience=Patience(start=100.0))
    monkeypatch.setattr(lobby, "Lobby", picky)
    for view in (1, 5):
        come(session, programme, view)
    session.commit()
    with sessions() as reading:
        (crowd,) = lobby.read(reading, NOW)

    made = [len(lobby.choose(crowd, NOW + minutes * MINUTE)) for minutes in (0, 10)]

    assert made == [0, 1]


def test_nothing_happens_where_nobody_or_one_waits(session, sessions, programme, opening):
    assert lobby.run(sessions, NOW) == 0
    come(session, programme)
    session.commit()

    assert lobby.run(sessions, NOW) == 0


def test_who_cannot_be_paired_any_more_is_left_out(session, sessions, programme, opening):
    come(session, programme, 1).participant.paused_at = NOW
    come(session, programme, 5)
    session.commit()

    assert lobby.run(sessions, NOW) == 0


def chosen(sessions):
    with sessions() as session:
        (crowd,) = lobby.read(session, NOW)
    return crowd, lobby.choose(crowd, NOW)


def spoil_by_leaving(session, arrivals):
    dropin.leave(session, arrivals[0], NOW)


def spoil_by_a_promise(session, arrivals):
    person = arrivals[0].participant
    factories.pair(session, person, somebody(session, person.programme), proposed_at=NOW)


def spoil_by_a_block(session, arrivals):
    low, high = sorted(one.participant.account.key for one in arrivals)
    session.add(models.Exclusion(low=low, high=high, reason="blocked", at=NOW))


def spoil_by_silence(session, arrivals):
    arrivals[1].seen_at = NOW - waits.LOST


@pytest.mark.parametrize(
    "spoil", [spoil_by_leaving, spoil_by_a_promise, spoil_by_a_block, spoil_by_silence]
)
def test_what_changed_while_the_matcher_ran_leaves_both_unpromised(
    session, sessions, programme, opening, spoil
):
    arrivals = [come(session, programme, view) for view in (1, 5)]
    session.commit()
    crowd, (pair,) = chosen(sessions)
    spoil(session, arrivals)
    session.commit()

    assert lobby._promise(sessions, crowd, pair, NOW) == 0

    assert "paired" not in states(session)
    assert session.scalars(select(models.Conversation)).all() == []


def claimed_by_reading(session: Session, opening_id: int, both, now) -> None:
    """The planted fault: look first, then write, each by itself."""
    waiting = session.scalars(
        select(Arrival).where(Arrival.participant_id.in_(both), Arrival.state == "waiting")
    ).all()
    if not waiting:
        raise Gone("nobody waits")
    for one in waiting:
        one.state, one.ended_at = "paired", now
    session.flush()


def promise_all_at_once(sessions, crowd_size, opening_id) -> list[int]:
    """Promise the first to each of the others, all at the same time; return who was promised."""
    done, start = [], Barrier(crowd_size - 1, timeout=60)

    def work(other: int) -> None:
        start.wait()
        with sessions() as session:
            try:
                lobby.claim(session, opening_id, [first, other], NOW)
            except Gone:
                session.rollback()
                return
            session.commit()
            done.extend([first, other])

    with sessions() as session:
        first, *others = session.scalars(select(Arrival.participant_id).order_by(Arrival.id))
    threads = [Thread(target=work, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("fault", [None, claimed_by_reading])
def test_two_are_never_promised_the_same_third(session, sessions, opening, monkeypatch, fault):
    if fault:
        monkeypatch.setattr(lobby, "claim", fault)
    for _ in range(6):
        come(session, opening.programme)
    session.commit()

    promised = promise_all_at_once(sessions, 6, opening.id)

    assert (len(promised) == len(set(promised)) == 2) == (fault is None)
