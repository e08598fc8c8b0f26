"""People in rooms on a real server, whose database this test shares."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services.config import Config
from services.crypto import KeyStore
from services.secrets import Secrets
from tests.rooms.people import Pair, Person, Server, cookie_of, make_pair


@pytest.fixture
def server(config: Config, secret: Secrets, keys: KeyStore) -> Iterator[Server]:
    """The real server, for this test alone."""
    made = Server(config)
    yield made
    if made.process.poll() is None:
        made.stop()


@pytest.fixture
def pair(session: Session) -> Pair:
    """Two people whose conversation may begin."""
    return make_pair(session)


@pytest.fixture
def people(server: Server, app: Flask) -> Iterator[Callable[..., Person]]:
    """`people(pair, "a")` is that seat's client, connected; all are gone after the test."""
    made: list[Person] = []

    def come(pair: Pair, seat: str, **given: object) -> Person:
        person = Person(server, cookie_of(app, pair.accounts[seat]), pair.token, **given)
        made.append(person)
        return person.connect()

    yield come
    for person in made:
        person.client.disconnect()
