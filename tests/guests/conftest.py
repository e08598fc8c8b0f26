"""A programme, and lists of guests for it."""

import pytest

import models
from services.staff import imports
from tests import factories
from tests.factories import NOW

FOUR = "email,first_name\n" + "".join(f"p{n}@example.org,P{n}\n" for n in range(4))


@pytest.fixture
def town(session):
    return factories.programme(session, "town", title="The town")


@pytest.fixture
def take(session, town, secret, sessions):
    """Check, confirm and take in a list, as the page and the command do."""

    def of(text: str = FOUR, *, then: bool = True) -> models.GuestList:
        found = imports.check(session, town, ("list.csv", text.encode()), secret)
        made = imports.keep(session, town, found, NOW)
        imports.confirm(session, made, NOW)
        session.commit()
        if then:
            imports.apply(sessions, made.id, NOW)
            session.expire_all()
        return made

    return of
