"""A job's turn: taken once, and given back where its effect did not come about."""

from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import JobRun
from services.site import jobs
from tests.factories import NOW


def test_a_turn_is_taken_once(session):
    assert jobs.claim(session, "a", NOW, NOW)
    assert not jobs.claim(session, "a", NOW, NOW + timedelta(hours=1))
    assert jobs.claim(session, "b", NOW, NOW)
    assert jobs.claim(session, "a", NOW + timedelta(days=1), NOW)


def test_a_turn_is_given_back_with_its_effect(session):
    assert jobs.claim(session, "a", NOW, NOW)
    session.rollback()

    assert jobs.claim(session, "a", NOW, NOW)


def test_of_many_at_once_one_gets_the_turn(main_engine):
    slots = [NOW + timedelta(minutes=number) for number in range(200)]
    taken, together = [], Barrier(3, timeout=60)

    def one() -> None:
        together.wait()
        for slot in slots:
            with Session(main_engine) as mine, mine.begin():
                if jobs.claim(mine, "a", slot, NOW):
                    taken.append(slot)

    threads = [Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == slots
    with Session(main_engine) as session:
        assert session.scalar(select(func.count()).select_from(JobRun)) == len(slots)
