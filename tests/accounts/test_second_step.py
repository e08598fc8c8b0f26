"""Who sees other people's data signs in with two steps; a code is good once."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_security import hash_password
from passlib.totp import TOTP
from sqlalchemy.orm import Session

import models
from tests import factories
from tests.visitors import Visitor

PASSWORD = "violet kettle under snow"
KEY = re.compile(r'<code dir="ltr">([^<]+)</code>')


@pytest.fixture
def ruth(app: Flask, session: Session) -> models.Account:
    with app.app_context():
        hashed = hash_password(PASSWORD)
    made = factories.account(session, "facilitator", password=hashed)
    session.commit()
    return made


def sign_in(visitor: Visitor, account: models.Account):
    return visitor.post("/sign-in", identity=account.email, passcode=PASSWORD)


def code(key: str) -> str:
    return TOTP(key=key).generate(time=datetime.now(UTC)).token


def key_shown(visitor: Visitor, account: models.Account) -> str:
    sign_in(visitor, account)
    page = visitor.post("/second-step", setup="authenticator").text
    return KEY.search(page)[1]


def set_up(visitor: Visitor, account: models.Account) -> str:
    key = key_shown(visitor, account)
    visitor.post("/second-step/code", code=code(key))
    return key


def test_a_facilitator_sets_up_the_second_step_before_anything_else(app, ruth):
    visitor = Visitor(app)
    answer = sign_in(visitor, ruth)
    assert "/second-step" in answer.headers["Location"]
    assert not visitor.is_signed_in()

    set_up(visitor, ruth)

    assert visitor.is_signed_in()


def test_the_password_alone_is_not_enough_afterwards(app, ruth):
    key = set_up(Visitor(app), ruth)
    visitor = Visitor(app)
    answer = sign_in(visitor, ruth)

    assert answer.headers["Location"].startswith("/second-step/code")
    assert not visitor.is_signed_in()
    visitor.post("/second-step/code", code="000000")
    assert not visitor.is_signed_in()
    assert key


def test_a_code_that_was_used_is_refused(app, ruth):
    first, visitor = Visitor(app), Visitor(app)
    used = code(key_shown(first, ruth))
    first.post("/second-step/code", code=used)
    assert first.is_signed_in()
    sign_in(visitor, ruth)

    visitor.post("/second-step/code", code=used)

    assert not visitor.is_signed_in()


def test_the_picture_to_scan_stands_in_the_page(app, ruth):
    visitor = Visitor(app)
    sign_in(visitor, ruth)

    page = visitor.post("/second-step", setup="authenticator").text

    picture = page.split('class="qr"')[1].split("</svg>")[0]
    assert 'fill="white"' in picture  # also where the page is dark
    assert "data:" not in page


def test_a_participant_needs_no_second_step(app, session):
    with app.app_context():
        account = factories.account(session, password=hash_password(PASSWORD))
    session.commit()
    visitor = Visitor(app)

    sign_in(visitor, account)

    assert visitor.is_signed_in()
