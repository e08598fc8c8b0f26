"""Giving roles to people who run Earshot."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from services.people import appointments
from services.site.secrets import Secrets
from tests import factories
from tests.factories import NOW


def names(account: models.Account) -> set[str]:
    return {role.name for role in account.roles}


def test_a_new_account_has_the_roles_and_no_password(session: Session, secret: Secrets):
    made = appointments.appoint(session, "Ruth@Example.org", ["facilitator"], secret, NOW)

    assert names(made) == {"facilitator"}
    assert made.password is None
    assert made.key == secret.address_key("ruth@example.org")


def test_a_known_account_keeps_what_it_had(session: Session, secret: Secrets):
    known = factories.account(session, "participant", email="ruth@example.org")

    for _ in range(2):
        appointments.appoint(session, "ruth@example.org", ["staff"], secret, NOW)

    assert names(known) == {"participant", "staff"}
    assert session.scalar(select(func.count(models.Account.id))) == 1


def test_what_is_no_address_is_named(session: Session, secret: Secrets):
    with pytest.raises(appointments.BadAddress, match="ruth at example"):
        appointments.appoint(session, "ruth at example", ["staff"], secret, NOW)
