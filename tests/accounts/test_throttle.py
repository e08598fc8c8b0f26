"""Trying is limited, for each account and for each address it is tried from."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.visitors import Visitor
from web.app import create_app
from web.context import Context
from web.extensions import db, limiter


@pytest.fixture
def strict(config, secret, keys, clock) -> Iterator[Flask]:
    """The application with its limits on."""
    limiter.enabled = True
    made = create_app(Context(config, secret, keys, clock), TESTING=True)
    yield made
    limiter.reset()
    limiter.enabled = False
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def test_mailing_codes_to_one_account_is_limited(strict: Flask):
    visitor = Visitor(strict)
    token = visitor.token()

    answers = [
        visitor.client.post(
            "/sign-in/code",
            data={"csrf_token": token, "identity": "ada@example.org", "chosen_method": "email"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        ).status_code
        for number in range(7)
    ]

    assert answers == [200] * 5 + [429] * 2


def test_trying_many_accounts_from_one_address_is_limited(strict: Flask):
    visitor = Visitor(strict)
    token = visitor.token()

    answers = [
        visitor.client.post(
            "/password/forgotten", data={"csrf_token": token, "email": f"p{number}@example.org"}
        ).status_code
        for number in range(7)
    ]

    assert answers == [200] * 5 + [429] * 2
