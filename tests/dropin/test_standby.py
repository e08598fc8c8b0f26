"""Standing by: offered, taken back, called by the rules of a round, and put to one's credit."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

import models
from models import Standby
from services.pairing import arrangements, lobby, pools, standby, waits
from services.pairing.standby import NobodyThere
from services.path import State, journey
from tests import factories
from tests.dropin.arriving import HOUR, somebody
from tests.factories import NOW
from tests.home.test_journey import stand, talk
from tests.rounds import people

AT = NOW + timedelta(hours=6)  # 18:00, when everybody is free


@pytest.fixture
def programme(session: Session) -> models.Programme:
    return people.programme(session)


@pytest.fixture
def held(session: Session, programme) -> models.Conversation:
    """Ada and Ben, who meet at 18:00."""
    ada, ben = somebody(session, programme, 1), somebody(session, programme, 5)
    return talk(session, factories.pair(session, ada, ben), AT)


@pytest.fixture
def cleo(session: Session, programme, held) -> models.Participant:
    """Cleo, who differs from Ada and stands by at 18:00."""
    made = somebody(session, programme, 5)
    standby.offer(session, made, [AT], NOW)
    return made


def waited(session: Session, person: models.Participant, now: datetime) -> float:
    """Return the days of waiting that matching counts for somebody."""
    session.flush()
    pool = pools.load(session, person.programme, now, 14)
    return float(pool.cohort.waiting[pool.people.index(person.id)])


def test_hours_in_which_others_meet_can_be_offered_and_taken_back(session, programme, held):
    made = somebody(session, programme)
    assert standby.hours(session, made, NOW) == [AT]
    assert standby.hours(session, held.pair.first, NOW) == []

    standby.offer(session, made, [AT, AT + HOUR], NOW)
    standby.offer(session, made, [AT], NOW)
    assert standby.offered(session, made, NOW) == [AT]

    standby.offer(session, made, [], NOW)
    assert standby.offered(session, made, NOW) == []


def test_who_stands_by_is_called_and_both_have_a_conversation(session, config, held, cleo):
    ada = held.pair.first

    made = standby.stand_in(session, held, ada, AT + 3 * waits.TOLD, config)

    assert held.state == "missed"
    assert {made.pair.first_id, made.pair.second_id} == {ada.id, cleo.id}
    assert made.scheduled_at == AT + 3 * waits.TOLD
    assert stand(session, cleo, made.scheduled_at).state is State.DOOR
    letters = session.scalars(select(models.Mail).where(models.Mail.kind == "called")).all()
    assert [letter.recipient for letter in letters] == [cleo.account.email]
    assert made.token in letters[0].text


def test_a_standby_is_called_once(session, config, held, cleo):
    now = AT + waits.CHOOSE
    standby.stand_in(session, held, held.pair.first, now, config)

    with pytest.raises(NobodyThere):
        standby.stand_in(session, held, held.pair.second, now, config)


def test_who_does_not_fit_is_not_called(session, programme, held):
    like = somebody(session, programme, 1)
    standby.offer(session, like, [AT], NOW)

    assert standby.find(session, held, held.pair.first, AT) is None


def test_nobody_is_called_when_the_hour_is_half_over_or_there_is_none(session, held, cleo):
    ada = held.pair.first
    assert standby.find(session, held, ada, AT + waits.STANDBY + waits.TOLD) is None
    standby.offer(session, cleo, [], NOW)
    assert standby.find(session, held, ada, AT) is None


def test_who_may_not_be_paired_calls_nobody(session, held, cleo):
    held.pair.first.account.suspended_until = AT + HOUR
    session.flush()

    assert standby.find(session, held, held.pair.first, AT) is None


def test_where_both_talk_nobody_is_called(session, config, held, cleo):
    held.state, held.started_at = "open", AT
    session.flush()

    with pytest.raises(NobodyThere):
        standby.stand_in(session, held, held.pair.first, AT, config)


def test_people_kept_apart_meanwhile_are_not_brought_together(
    session, config, held, cleo, monkeypatch
):
    def gone(*_given):
        raise lobby.Gone("They were kept apart.")

    monkeypatch.setattr(lobby, "pair_of", gone)

    with pytest.raises(NobodyThere, match="kept apart"):
        standby.stand_in(session, held, held.pair.first, AT, config)


@pytest.mark.parametrize(("early", "filled"), [(timedelta(minutes=50), True), (3 * HOUR, False)])
def test_a_cancellation_at_the_last_minute_asks_who_stands_by(session, config, cleo, early, filled):
    held = session.scalars(select(models.Conversation)).one()
    ada, ben = held.pair.first, held.pair.second
    arrangements.cancel(session, held, ben, AT - early, config)

    made = standby.fill(session, held, ada, AT - early, config)

    assert (made is not None) == filled
    assert stand(session, ada, AT - early).state is (State.SCHEDULED if filled else State.WAITING)
    if made is not None:
        assert made.scheduled_at == AT
        assert journey.other(made.pair, ada) is cleo


def test_a_cancellation_without_anybody_standing_by_is_only_that(session, config, held):
    arrangements.cancel(session, held, held.pair.second, AT, config)

    assert standby.fill(session, held, held.pair.first, AT, config) is None


def test_the_hour_is_named_while_it_lasts_then_credited_once(session, cleo):
    before = cleo.waiting_since
    assert stand(session, cleo, AT - HOUR / 10).state is State.STANDBY
    assert stand(session, cleo, AT + waits.STANDBY).state is State.WAITING

    assert standby.credit_due(session, AT) == 0
    assert standby.credit_due(session, AT + HOUR) == 1
    assert standby.credit_due(session, AT + HOUR) == 0
    assert cleo.waiting_since == before


def test_an_hour_kept_counts_as_a_week_of_waiting_where_people_are_paired(session, cleo):
    later = AT + 2 * HOUR
    plain = waited(session, cleo, later)

    standby.credit_due(session, later)

    assert standby.credited(session, cleo) == 1
    assert waited(session, cleo, later) == pytest.approx(plain + 7)

    cleo.waiting_since = later + HOUR  # a wait of its own: what was kept before is over
    assert standby.credited(session, cleo) == 0
    assert waited(session, cleo, later + HOUR) == 0


def test_a_break_is_not_ended_by_a_credit(session, cleo):
    cleo.waiting_since = None

    standby.credit_due(session, AT + HOUR)

    assert cleo.waiting_since is None
    assert session.get_one(Standby, (cleo.id, AT)).credited_at == AT + HOUR


def test_two_who_call_the_same_standby_at_once_do_not_both_get_them(
    session, config, main_engine: Engine, programme, held, cleo
):
    other = talk(
        session,
        factories.pair(session, somebody(session, programme, 1), somebody(session, programme, 5)),
        AT,
    )
    calls = [(one.id, one.pair.first_id) for one in (held, other)]
    session.commit()
    sessions, start, made = sessionmaker(main_engine), Barrier(2, timeout=60), []

    def call(number: int, caller: int) -> None:
        start.wait()
        with sessions() as own:
            conversation = own.get_one(models.Conversation, number)
            person = own.get_one(models.Participant, caller)
            try:
                standby.stand_in(own, conversation, person, AT + waits.CHOOSE, config)
            except NobodyThere:
                return
            own.commit()
            made.append(caller)

    threads = [Thread(target=call, args=one) for one in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    assert len(made) == 1
    assert session.get_one(Standby, (cleo.id, AT)).conversation_id is not None


def test_who_stands_by_is_locked_together_with_the_two(session, main_engine: Engine, held, cleo):
    both = {held.pair.first.account_id, held.pair.second.account_id}
    session.commit()

    standby.lock(session, held, AT)

    if main_engine.dialect.name == "postgresql":  # SQLite lets one write at a time
        with sessionmaker(main_engine)() as other:
            free = other.scalars(
                select(models.Account.id).with_for_update(skip_locked=True, key_share=True)
            ).all()
        assert not both.union({cleo.account_id}).intersection(free)
    assert session.in_transaction()
