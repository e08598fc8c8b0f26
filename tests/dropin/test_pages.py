"""The lobby's page in each of its states, without any script."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from services.pairing import lobby, waits
from tests.dropin.arriving import MINUTE, hour, somebody
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor


@pytest.fixture
def ada(session: Session):
    made = somebody(session, people.programme(session))
    session.commit()
    return made


@pytest.fixture
def visitor(app: Flask, ada) -> Visitor:
    return Visitor(app, ada.account)


@pytest.fixture
def opening(session: Session, ada):
    made = hour(session, ada.programme)
    session.commit()
    return made


def test_without_an_hour_the_page_says_so(session, ada, visitor):
    assert "No drop-in hour is planned" in visitor.get("/lobby").text
    hour(session, ada.programme, 60, 120)
    session.commit()
    assert "The next drop-in hour begins on" in visitor.get("/lobby").text
    assert visitor.post("/lobby").status_code == 409


def test_home_leads_to_an_open_lobby_and_back(visitor, opening):
    assert "Go to the lobby" in visitor.get("/home").text
    visitor.post("/lobby")
    assert "Back to the lobby" in visitor.get("/home").text


def test_who_comes_in_waits_with_an_honest_word_and_leaves(visitor, opening):
    assert "Come in" in visitor.get("/lobby").text
    assert visitor.post("/lobby").headers["Location"] == "/lobby"

    page = visitor.get("/lobby").text
    assert "You are in the lobby" in page
    assert "Too few people have met in this hour yet" in page
    assert 'http-equiv="refresh"' in page

    assert visitor.post("/lobby/leave").headers["Location"] == "/home"
    assert "You left the lobby" in visitor.get("/lobby").text
    assert visitor.post("/lobby/leave").headers["Location"] == "/lobby"


def test_after_five_minutes_there_is_a_choice(visitor, clock, opening):
    visitor.post("/lobby")
    for _ in range(5):
        clock.forward(seconds=50)
        page = visitor.get("/lobby").text
        assert "What would you like to do?" not in page
    clock.forward(seconds=50)
    assert "Choose times instead" in visitor.get("/lobby").text


@pytest.mark.usefixtures("opening")
@pytest.mark.parametrize(
    ("forward", "keeps", "says"),
    [
        (waits.LOST, False, "had no signal"),
        (waits.UNMATCHED, True, "Nobody who fits came in time"),
        (50 * MINUTE, True, "No drop-in hour is planned"),
    ],
)
def test_each_end_of_waiting_has_its_words(visitor, clock, forward, keeps, says):
    visitor.post("/lobby")
    step = timedelta(seconds=40) if keeps else forward
    while clock.now < NOW + forward:
        clock.forward(seconds=step.total_seconds())
        page = visitor.get("/lobby").text

    assert says in page
    assert "Go to your home" in page


def test_who_may_not_be_paired_is_told_why(session, ada, visitor, opening):
    ada.paused_at = NOW
    session.commit()

    refused = visitor.post("/lobby")

    assert refused.status_code == 409
    assert "nothing that rests their account" in refused.text


@pytest.mark.usefixtures("opening")
def test_the_page_leads_on_to_the_door(app, session, main_engine, ada, visitor):
    ben = somebody(session, ada.programme, 5)
    session.commit()
    visitor.post("/lobby")
    Visitor(app, ben.account).post("/lobby")
    lobby.run(sessionmaker(main_engine), NOW)

    assert "/conversations/" in visitor.get("/lobby").headers["Location"]
