"""The pages of passkeys; a device that makes and proves one is in tests/browser."""

from flask import Flask
from flask_security import hash_password
from sqlalchemy.orm import Session

from tests import factories
from tests.visitors import Visitor

PASSWORD = "violet kettle under snow"


def test_signing_in_asks_the_device_and_names_no_address(app: Flask):
    page = Visitor(app).post("/sign-in/passkey", next="").text

    assert 'data-passkey="prove"' in page
    assert "&#34;allowCredentials&#34;: []" in page or "allowCredentials" not in page
    assert "&#34;userVerification&#34;: &#34;required&#34;" in page
    assert "A passkey needs a script" in page


def test_an_answer_that_is_none_signs_nobody_in(app: Flask):
    visitor = Visitor(app)
    page = visitor.post("/sign-in/passkey").text
    action = page.split('action="')[1].split('"')[0]

    answer = visitor.post(action, credential="{}")

    assert answer.status_code in (200, 302)
    assert not visitor.is_signed_in()
    assert visitor.post("/sign-in/passkey/made-up", credential="{}").status_code == 302


def test_a_name_of_signs_is_refused(app: Flask, session: Session):
    with app.app_context():
        account = factories.account(session, password=hash_password(PASSWORD))
    session.commit()
    visitor = Visitor(app)
    visitor.post("/sign-in", identity=account.email, passcode=PASSWORD)

    assert "Letters, numbers" in visitor.post("/passkeys", name="a+b", usage="first").text
    assert "Passkeys" in visitor.get("/me").text
