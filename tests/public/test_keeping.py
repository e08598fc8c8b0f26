"""A pledge taken without an account is tied to one later: by the browser, or by a mailed link."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.people import pledges
from tests import factories
from tests.visitors import Visitor


@pytest.fixture
def taker(app: Flask) -> Visitor:
    return Visitor(app)


def card(visitor: Visitor) -> str:
    return visitor.post("/pledge", first_name="Ada").headers["Location"].split("?")[0]


def mailed(session: Session) -> str:
    text = session.scalars(select(models.Mail.text).where(models.Mail.kind == "pledge_keep")).one()
    return re.search(r"http://localhost(/pledge/kept/\S+)", text)[1]


def test_the_link_ties_the_pledge_to_who_is_signed_in(app, session, taker):
    said = taker.post(f"{card(taker)}/keep", email=" ada@example.org ")
    assert "Look into your mail" in taker.get(said.headers["Location"]).text
    ada = factories.account(session, email="ada@example.org")
    session.commit()

    to = Visitor(app, ada).get(mailed(session))

    assert to.headers["Location"] == "/home"
    assert pledges.of(session, ada.id) is not None


def test_the_link_carries_the_pledge_to_the_one_who_signs_up(app, session, taker):
    taker.post(f"{card(taker)}/keep", email="ada@example.org")
    phone = Visitor(app)

    to = phone.get(mailed(session))

    assert to.headers["Location"] == "/sign-up"
    assert "Your promise comes along" in phone.get("/sign-up").text
    with phone.client.session_transaction(base_url=phone.site) as cookie:
        assert pledges.find(session, cookie["pledge"]) is not None


def test_it_is_written_once_a_day_and_kept_by_nobody_else(app, session, taker):
    mine = card(taker)
    for _ in range(2):
        taker.post(f"{mine}/keep", email="ada@example.org")
    link = mailed(session)
    ada, eve = (factories.account(session) for _ in range(2))
    session.commit()
    Visitor(app, ada).get(link)

    Visitor(app, eve).get(link)

    assert pledges.of(session, eve.id) is None
    assert pledges.of(session, ada.id) is not None


@pytest.mark.parametrize("address", ["", "ada", "ada@example"])
def test_what_is_no_address_comes_back(session, taker, address):
    said = taker.post(f"{card(taker)}/keep", email=address)

    assert said.status_code == 422
    assert session.scalars(select(models.Mail)).all() == []


def test_who_took_no_pledge_here_sends_none(app, session, taker):
    mine = card(taker)

    assert Visitor(app).post(f"{mine}/keep", email="ada@example.org").status_code == 422
    assert session.scalars(select(models.Mail)).all() == []


def test_a_link_that_was_not_made_here_is_not_found(taker):
    assert taker.get("/pledge/kept/made-up").status_code == 404
