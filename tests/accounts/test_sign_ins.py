"""Sign-ins are listed to their owner, who can end each from another one."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.people import signins
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor

PASSWORD = "violet kettle under snow"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1 Version/17 Safari/605.1"


@pytest.fixture
def account(app: Flask, session: Session) -> models.Account:
    with app.app_context():
        made = factories.account(session, password=hash_password(PASSWORD))
    session.commit()
    return made


def sign_in(app: Flask, account: models.Account, agent: str) -> Visitor:
    visitor = Visitor(app)
    visitor.client.environ_base["HTTP_USER_AGENT"] = agent
    visitor.post("/sign-in", identity=account.email, passcode=PASSWORD)
    assert visitor.is_signed_in()
    return visitor


def test_each_browser_is_listed_and_ended_from_another(app, session, account):
    phone, laptop = sign_in(app, account, PHONE), sign_in(app, account, LAPTOP)
    page = phone.get("/me").text
    assert "Chrome, Android" in page
    assert "Safari, Mac" in page
    lost = session.scalars(select(models.SignIn).where(models.SignIn.device == "Safari, Mac")).one()

    phone.post(f"/me/sign-ins/{lost.id}/end")

    assert phone.is_signed_in()
    assert not laptop.is_signed_in()
    assert "Safari, Mac" not in phone.get("/me").text


def test_nobody_ends_what_is_not_theirs(app, session, account):
    visitor = sign_in(app, account, PHONE)
    other = factories.account(session)
    signins.begin(session, other.id, "mark", LAPTOP, NOW)
    session.commit()
    theirs = signins.of(session, other.id)[0]

    assert visitor.post(f"/me/sign-ins/{theirs.id}/end").status_code == 404
    assert visitor.post("/me/sign-ins/999/end").status_code == 404
    assert len(signins.of(session, other.id)) == 1


def test_use_is_noted_now_and_then_and_old_ones_are_forgotten(session, account):
    signins.begin(session, account.id, "one", "", NOW)
    session.flush()

    assert not signins.is_ended(session, "one", NOW + timedelta(minutes=5))
    assert signins.of(session, account.id)[0].seen_at == NOW
    assert not signins.is_ended(session, "one", NOW + timedelta(hours=1))
    assert signins.of(session, account.id)[0].seen_at == NOW + timedelta(hours=1)
    signins.begin(session, account.id, "two", "", NOW + timedelta(days=100))
    session.flush()

    assert len(signins.of(session, account.id)) == 1
    assert not signins.is_ended(session, "unknown", NOW)


@pytest.mark.parametrize(
    ("agent", "said"),
    [(PHONE, "Chrome, Android"), (LAPTOP, "Safari, Mac"), ("", ""), ("curl/8", "")],
)
def test_a_browser_is_named_in_two_words(agent, said):
    assert signins.device(agent) == said
