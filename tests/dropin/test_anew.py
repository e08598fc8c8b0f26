"""A new time instead of a conversation that did not come about: asked by one, answered by both."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import models
from models import Offer
from services.conversations import offers
from services.conversations.offers import NotOpen
from services.pairing import anew, invitations, waits
from services.path import State
from tests import factories
from tests.dropin.arriving import HOUR, somebody
from tests.factories import NOW
from tests.home.test_journey import stand, talk
from tests.rounds import people
from tests.visitors import Visitor

LATE = NOW + waits.CHOOSE


@pytest.fixture
def held(session: Session) -> models.Conversation:
    """Ada, who is there, and Ben, who is not."""
    programme = people.programme(session)
    ada, ben = somebody(session, programme, 1), somebody(session, programme, 5)
    made = talk(session, factories.pair(session, ada, ben), NOW, state="open", opened_at=NOW)
    session.commit()
    return made


@pytest.fixture
def visitor(app: Flask, held, clock) -> Visitor:
    clock.now = LATE
    return Visitor(app, held.pair.first.account)


def ask(session, held, config, now=LATE) -> Offer:
    hours = invitations.common_hours(session, held.pair, now, config)[:2]
    return anew.ask(session, held, held.pair.first, hours, now, config=config)


def test_one_asks_and_the_other_says_yes_to_an_hour(session, config, held):
    ada, ben = held.pair.first, held.pair.second
    offer = ask(session, held, config)

    assert held.state == "missed"
    assert ben.waiting_since == LATE
    assert stand(session, ben, LATE).state is State.OFFERED
    assert offers.pairs(session, ben.account_id, LATE) == [(held.pair, ben)]
    letters = session.scalars(select(models.Mail).where(models.Mail.kind == "new_time")).all()
    assert [letter.recipient for letter in letters] == [ben.account.email]

    hour = offers.hours_of(offer, LATE)[1]
    made = offers.accept(session, offer, ben, hour, LATE, config=config)
    slug = session.get_one(models.GuideVersion, made.guide_digest).slug
    assert (made.scheduled_at, slug) == (hour, ada.programme.guide)
    assert stand(session, ada, LATE).state is State.SCHEDULED


def begun(_session, held):
    held.started_at = NOW


def called_off(_session, held):
    held.state = "cancelled"


def long_ago(_session, held):
    held.state, held.scheduled_at = "missed", NOW - timedelta(days=3)


def early(_session, held):
    held.state, held.scheduled_at = "scheduled", LATE + HOUR


def blocked(session, held):
    low, high = sorted((held.pair.first.account.key, held.pair.second.account.key))
    session.add(models.Exclusion(low=low, high=high, reason="blocked", at=NOW))


def gone(_session, held):
    held.pair.second.withdrawn_at = NOW


@pytest.mark.parametrize("spoil", [begun, called_off, long_ago, early, blocked, gone])
def test_where_it_makes_no_sense_nobody_is_asked(session, config, held, spoil):
    spoil(session, held)
    session.commit()
    with pytest.raises(NotOpen):
        ask(session, held, config)
    session.rollback()

    assert session.scalars(select(Offer)).all() == []


def test_both_may_ask_but_only_one_question_waits(session, config, held):
    held.state = "missed"
    ask(session, held, config)

    assert not anew.can_ask(session, held, LATE)


def test_a_no_is_not_asked_about_again(session, config, held, visitor):
    offers.decline(session, ask(session, held, config), held.pair.second, LATE)
    session.commit()

    assert not anew.can_ask(session, held, LATE)
    assert stand(session, held.pair.first, LATE).state is State.MISSED
    assert f"/conversations/{held.token}/anew" not in visitor.get("/home").text


def test_what_is_taken_back_can_be_asked_again(session, config, held):
    offers.decline(session, ask(session, held, config), held.pair.first, LATE)
    session.flush()

    assert anew.can_ask(session, held, LATE)


def test_home_says_what_was_asked_and_offers_it_no_second_time(session, config, held, visitor):
    ask(session, held, config)
    session.commit()

    assert stand(session, held.pair.first, LATE).state is State.ASKED
    home = visitor.get("/home").text
    assert "You asked" in home
    assert "See what you asked" in home
    assert "Ask for a new time" not in home
    for days, state in ((2, State.ASKED), (3, State.WAITING)):
        assert stand(session, held.pair.first, LATE + timedelta(days=days)).state is state


@pytest.mark.parametrize("hours", [[], [NOW - HOUR]])
def test_an_hour_they_do_not_share_is_refused_and_the_room_stays(session, config, held, hours):
    with pytest.raises(NotOpen):
        anew.ask(session, held, held.pair.first, hours, LATE, config=config)
    session.rollback()

    assert held.state == "open"


def test_the_page_offers_the_hours_and_asks(session, config, held, visitor):
    address = f"/conversations/{held.token}/anew"
    assert "When you are both free" in visitor.get(address).text
    refused = visitor.post(address, hours=["tomorrow", "2026-01-01T10:00"])
    assert refused.status_code == 422
    assert "choose at least one" in refused.text

    hour = invitations.common_hours(session, held.pair, LATE, config)[0]
    assert visitor.post(address, hours=[hour.isoformat()]).headers["Location"] == "/home"
    assert "We have asked" in visitor.get("/home").text
    assert visitor.get(address).headers["Location"] == "/home"
    assert visitor.post(address, hours=[hour.isoformat()]).headers["Location"] == "/home"
    assert "It waits for an answer until" in visitor.get("/journey").text


def test_who_was_missing_answers_on_the_journeys_page(app, session, config, held, visitor):
    ask(session, held, config)
    session.commit()
    ben = Visitor(app, held.pair.second.account)

    assert "Somebody would like to talk with you" in ben.get("/home").text
    page = ben.get("/journey").text
    assert "A new time" in page
    hour = invitations.common_hours(session, held.pair, LATE, config)[0]
    answer = ben.post(f"/conversations/{held.token}/answer", hour=hour.isoformat())
    assert "/conversations/" in answer.headers["Location"]


def test_after_a_missed_conversation_home_leads_to_it(session, held, visitor):
    held.state = "missed"
    session.commit()

    assert f"/conversations/{held.token}/anew" in visitor.get("/home").text
    assert "The room of today" not in visitor.get(f"/conversations/{held.token}/anew").text


def test_without_a_common_hour_more_times_are_asked_for(session, held, visitor):
    session.execute(delete(models.Availability))
    session.commit()

    assert "No hour that suits you both" in visitor.get(f"/conversations/{held.token}/anew").text
