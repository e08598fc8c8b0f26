"""Two answers at the same moment leave one outcome."""

from threading import Barrier, Thread

from sqlalchemy.orm import Session

import models
from services.pairing import invitations
from services.pairing.invitations import Over
from tests.factories import NOW
from tests.invitations.arranging import accept, common


def in_two_threads(main_engine, work):
    """Do *work* twice at once, each in a session of its own; return what came of it."""
    both, results = Barrier(2, timeout=60), []

    def run(number):
        with Session(main_engine) as own:
            both.wait()
            try:
                results.append(work(own, number))
            except Over as error:
                results.append(error)
            own.commit()

    threads = [Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_yeses_at_once_make_one_conversation(invited, main_engine, config):
    hours = common(invited, config)[:2]
    ids = [invited.of(person).id for person in (invited.first, invited.second)]
    invited.session.commit()

    def say_yes(own, number):
        invitation = own.get_one(models.Invitation, ids[number])
        return invitations.accept(own, invitation, hours, NOW, config) is not None

    assert sorted(in_two_threads(main_engine, say_yes)) == [False, True]
    assert len(invited.conversations) == 1
    assert len(invited.mails(invited.first, "scheduled")) == 1


def test_a_yes_pressed_twice_at_once_makes_one_conversation(invited, main_engine, config):
    hours = common(invited, config)[:1]
    accept(invited, invited.first, hours, config)
    wanted = invited.of(invited.second).id
    invited.session.commit()

    def say_yes(own, _number):
        invitation = own.get_one(models.Invitation, wanted)
        return invitations.accept(own, invitation, hours, NOW, config)

    results = in_two_threads(main_engine, say_yes)
    assert sorted(isinstance(one, Over) for one in results) == [False, True]
    assert len(invited.conversations) == 1


def test_yes_and_no_at_once_leave_one_answer(invited, main_engine, config):
    hours = common(invited, config)[:1]
    accept(invited, invited.first, hours, config)
    wanted = invited.of(invited.second).id
    invited.session.commit()

    def answer(own, number):
        invitation = own.get_one(models.Invitation, wanted)
        if number:
            return invitations.decline(own, invitation, NOW, config)
        return invitations.accept(own, invitation, hours, NOW, config)

    results = in_two_threads(main_engine, answer)
    assert sum(isinstance(one, Over) for one in results) == 1
    invited.session.expire_all()
    assert bool(invited.conversations) == (invited.states == ("accepted", "accepted"))
