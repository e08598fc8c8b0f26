"""Sessions end by themselves, and everywhere where that is asked for."""

from flask import Flask
from flask_security import hash_password
from sqlalchemy.orm import Session

from tests import factories
from tests.visitors import Visitor

PASSWORD = "violet kettle under snow"


def test_participants_stay_signed_in_as_long_as_they_come(app: Flask, session: Session, clock):
    account = factories.account(session)
    session.commit()
    visitor = Visitor(app, account)
    for _ in range(4):
        assert visitor.is_signed_in()
        clock.forward(days=13)

    clock.forward(days=2)

    assert not visitor.is_signed_in()


def test_nobody_stays_signed_in_forever(app: Flask, session: Session, clock):
    account = factories.account(session)
    session.commit()
    visitor = Visitor(app, account)
    for _ in range(10):
        visitor.get("/me")
        clock.forward(days=10)

    assert not visitor.is_signed_in()


def test_staff_are_signed_out_after_half_an_hour(app: Flask, session: Session, clock):
    account = factories.account(session, "staff")
    session.commit()
    visitor = Visitor(app, account)
    assert visitor.is_signed_in()
    clock.forward(minutes=29)
    assert visitor.is_signed_in()

    clock.forward(minutes=31)

    assert not visitor.is_signed_in()


def test_staff_sign_in_again_every_day(app: Flask, session: Session, clock):
    account = factories.account(session, "staff")
    session.commit()
    visitor = Visitor(app, account)
    for _ in range(26):
        visitor.get("/me")
        clock.forward(minutes=28)

    assert not visitor.is_signed_in()


def test_signing_out_everywhere_ends_other_browsers(app: Flask, session: Session):
    account = factories.account(session)
    session.commit()
    phone, desk = Visitor(app, account), Visitor(app, account)
    assert phone.is_signed_in()

    desk.post("/me/sign-out-everywhere")

    assert not phone.is_signed_in()
    assert not desk.is_signed_in()


def test_a_suspended_login_is_none(app: Flask, session: Session):
    account = factories.account(session, active=False)
    session.commit()

    assert not Visitor(app, account).is_signed_in()


def test_signing_in_begins_a_session_that_shares_nothing_with_the_one_before(app, session):
    with app.app_context():
        account = factories.account(session, password=hash_password(PASSWORD))
    session.commit()
    visitor = Visitor(app)
    planted = visitor.token()
    with visitor.client.session_transaction() as cookie:
        cookie["planted"], cookie["pledge"] = "by somebody else", "kept on purpose"
        before = dict(cookie)

    visitor.post("/sign-in", identity=account.email, passcode=PASSWORD)

    with visitor.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["pledge"] == "kept on purpose"
        assert cookie["mark"] != before.get("mark")
        assert cookie.get("csrf_token") != before["csrf_token"]
    refused = visitor.client.post("/home/pause", data={"csrf_token": planted})
    assert refused.status_code == 400


def test_no_copy_of_a_cookie_outlives_its_sign_out(app, session):
    with app.app_context():
        account = factories.account(session, password=hash_password(PASSWORD))
    session.commit()
    visitor = Visitor(app)
    visitor.post("/sign-in", identity=account.email, passcode=PASSWORD)
    with visitor.client.session_transaction() as cookie:
        copied = dict(cookie)
    assert visitor.is_signed_in()

    visitor.post("/sign-out")

    assert not visitor.is_signed_in()
    with visitor.client.session_transaction() as cookie:
        cookie.update(copied)
    assert not visitor.is_signed_in()


def test_an_answer_that_comes_late_brings_no_older_session_back(app, session):
    with app.app_context():
        account = factories.account(session, password=hash_password(PASSWORD))
    session.commit()
    visitor = Visitor(app)
    entered = visitor.post("/sign-in", identity=account.email, passcode=PASSWORD)
    assert "Set-Cookie" in entered.headers
    visitor.get("/me")  # its forms need a token, which the session keeps

    file = visitor.get("/static/mark.svg", buffered=True)
    page = visitor.get("/me")

    assert file.status_code == page.status_code == 200
    assert "Set-Cookie" not in file.headers
    assert "Set-Cookie" not in page.headers
