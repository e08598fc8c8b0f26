"""Signing up: a confirmed address, an adult, consents item by item; nothing told to strangers."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.people import enrolment
from tests.visitors import Visitor

ADDRESS = "Ada@Example.org"
PASSWORD = "violet kettle under snow"
AGREED = {"adult": "y", "consent_matching": "y", "consent_conversation": "y"}
LINK = re.compile(r"http://\S+")


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def sign_up(visitor: Visitor, **given):
    return visitor.post("/sign-up", **{"email": ADDRESS, "password": PASSWORD, **AGREED, **given})


def mails(session: Session) -> list[models.Mail]:
    session.expire_all()
    return list(session.scalars(select(models.Mail).order_by(models.Mail.id)))


def accounts(session: Session) -> list[models.Account]:
    session.expire_all()
    return list(session.scalars(select(models.Account)))


def path(mail: models.Mail) -> str:
    return LINK.search(mail.text)[0].removeprefix("http://localhost")


def test_the_link_in_the_mail_opens_the_account(visitor: Visitor, session: Session, clock):
    answer = sign_up(visitor, consent_research="y")
    assert answer.headers["Location"] == "/sign-up/sent"
    assert not visitor.is_signed_in()

    answer = visitor.get(path(mails(session)[0]))

    assert answer.headers["Location"] == "/home"
    assert visitor.is_signed_in()
    [account] = accounts(session)
    assert account.adult_at == clock()
    assert [role.name for role in account.roles] == ["participant"]
    given = enrolment.consents(session, account.id)
    assert set(given) == {"matching", "conversation", "research"}
    assert {row.given_at for row in given.values()} == {clock()}


def test_before_the_address_is_confirmed_nobody_gets_in(visitor: Visitor, session: Session):
    sign_up(visitor)

    visitor.post("/sign-in", identity=ADDRESS, passcode=PASSWORD)

    assert not visitor.is_signed_in()


@pytest.mark.parametrize("missing", ["adult", "consent_matching", "consent_conversation"])
def test_what_is_needed_is_asked_for_and_what_was_typed_is_kept(visitor, session, missing):
    page = sign_up(visitor, **{missing: ""}).text

    assert accounts(session) == []
    assert 'value="Ada@example.org"' in page
    ticked = [
        re.search(r'name="(\w+)"', box)[1] for box in re.findall(r"<input[^>]* checked[^>]*>", page)
    ]
    assert set(ticked) == AGREED.keys() - {missing}


def test_nothing_is_ticked_beforehand(visitor: Visitor):
    assert " checked" not in visitor.get("/sign-up").text


@pytest.mark.parametrize("password", ["violet", "password12", "aaaaaaaaaaaa", "x" * 129])
def test_short_and_common_passwords_are_refused(visitor, session, password):
    sign_up(visitor, password=password)

    assert accounts(session) == []


def test_a_known_address_is_answered_like_an_unknown_one(visitor, session, app):
    first = sign_up(visitor)
    second = sign_up(Visitor(app))

    assert (first.status_code, first.headers["Location"]) == (
        second.status_code,
        second.headers["Location"],
    )
    assert len(accounts(session)) == 1
    assert [mail.kind for mail in mails(session)] == ["account_welcome", "account_exists"]
    assert Visitor(app).get("/sign-up/sent").status_code == 200


def test_the_pledge_of_this_browser_goes_with_the_account(visitor, session):
    visitor.post("/pledge", first_name="Ada")
    sign_up(visitor)

    [pledge] = session.scalars(select(models.Pledge)).all()
    assert pledge.account_id == accounts(session)[0].id


def test_without_a_password_a_mailed_code_signs_in(visitor, session, app):
    sign_up(visitor, password="")
    visitor.get(path(mails(session)[0]))
    other = Visitor(app)

    page = other.post("/sign-in/code", identity=ADDRESS, chosen_method="email").text
    code = re.search(r"\b\d{6}\b", mails(session)[-1].text)[0]
    assert f'value="{ADDRESS}"' in page
    other.post("/sign-in", identity=ADDRESS, passcode=code)

    assert other.is_signed_in()


def test_a_code_works_once(visitor, session, app):
    sign_up(visitor)
    visitor.get(path(mails(session)[0]))
    Visitor(app).post("/sign-in/code", identity=ADDRESS, chosen_method="email")
    code = re.search(r"\b\d{6}\b", mails(session)[-1].text)[0]
    first, second = Visitor(app), Visitor(app)

    first.post("/sign-in", identity=ADDRESS, passcode=code)
    second.post("/sign-in", identity=ADDRESS, passcode=code)

    assert first.is_signed_in()
    assert not second.is_signed_in()


def test_a_code_for_an_unknown_address_is_answered_alike_and_sent_to_nobody(app, session):
    sign_up(Visitor(app))
    visitor = Visitor(app)
    pages = [
        visitor.post("/sign-in/code", identity=address, chosen_method="email")
        for address in (ADDRESS, "nobody@example.org")
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert [("If there is an account" in page.text) for page in pages] == [True, True]
    assert [mail.kind for mail in mails(session)] == ["account_welcome"]


def test_a_forgotten_password_is_set_anew_and_ends_other_sessions(visitor, session, app):
    sign_up(visitor)
    visitor.get(path(mails(session)[0]))
    other = Visitor(app)
    other.post("/password/forgotten", email=ADDRESS)
    fresh = "purple lamp over water"

    other.post(path(mails(session)[-1]), password=fresh, password_confirm=fresh)
    other.post("/sign-in", identity=ADDRESS, passcode=fresh)

    assert other.is_signed_in()
    assert not visitor.is_signed_in()
    assert mails(session)[-1].kind == "account_changed"


def test_a_changed_password_is_told_by_mail(visitor, session):
    sign_up(visitor)
    visitor.get(path(mails(session)[0]))
    fresh = "purple lamp over water"

    visitor.post("/password", password=PASSWORD, new_password=fresh, new_password_confirm=fresh)

    assert mails(session)[-1].kind == "account_changed"
    assert visitor.is_signed_in()


def test_a_new_link_to_confirm_can_be_asked_for(visitor, session, app):
    sign_up(visitor)
    visitor.post("/sign-up/confirm", email=ADDRESS)
    visitor.post("/sign-up/confirm", email="nobody@example.org")
    assert [mail.kind for mail in mails(session)] == ["account_welcome", "account_confirm"]

    visitor.get(path(mails(session)[-1]))

    assert visitor.is_signed_in()
