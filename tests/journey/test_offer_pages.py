"""The pages of an offer, and of what two people signed."""

import pytest
from flask import Flask

from tests import factories
from tests.factories import NOW
from tests.journey.offering import held, sign
from tests.visitors import Visitor


@pytest.fixture
def ada(app: Flask, session, again) -> Visitor:
    session.commit()
    return Visitor(app, again.first.account)


@pytest.fixture
def ben(app: Flask, session, again) -> Visitor:
    session.commit()
    return Visitor(app, again.second.account)


def test_pages_lead_from_an_offer_to_the_door(session, ada, ben, again):
    token = held(session).token
    assert "What we both hold dear" in ada.get("/journey").text
    page = f"/conversations/{token}/offer/values"
    assert "Right now" in ada.get(page).text
    assert ada.post(page).status_code == 422
    assert ada.post(page, hours="nonsense").status_code == 422
    assert ada.post(page, hours="now").headers["Location"] == "/journey"
    assert "Take it back" in ada.get("/journey").text
    assert "Yes, at that time" in ben.get("/journey").text

    answer = f"/conversations/{token}/answer"
    assert ben.post(answer, hour=NOW.isoformat()).headers["Location"].startswith("/conversations/")
    assert ben.post(answer, answer="no").headers["Location"] == "/journey"


def test_no_is_a_whole_answer(session, ada, ben, again):
    token = held(session).token
    ada.post(f"/conversations/{token}/offer/again", hours="now")

    assert ben.post(f"/conversations/{token}/answer", answer="no").headers["Location"] == "/journey"
    assert "Either of you can offer" in ben.get("/journey").text
    assert ada.get(f"/conversations/{token}/offer/truth").status_code == 404


def test_the_commitment_is_a_page_and_a_picture_for_the_two_alone(app, session, ada, again):
    sign(session)
    session.commit()
    page = f"/conversations/{held(session).token}/commitment"

    assert "Signed by both of you" in ada.get(page).text
    drawn = ada.get(f"{page}.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert ">We<" in drawn.text
    assert "What you have signed" in ada.get("/journey").text
    assert Visitor(app, factories.account(session)).get(page).status_code in (302, 404)
