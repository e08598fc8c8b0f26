"""What every engine keeps to, whichever database it speaks to."""

from contextlib import nullcontext

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import models
from models import engine
from tests import factories


def stored(session) -> int:
    """How many accounts others see."""
    with Session(session.get_bind()) as other:
        return other.scalar(select(func.count()).select_from(models.Account))


def test_an_error_does_not_show_what_was_to_be_stored(session):
    factories.account(session, email="ada@example.org", key="k")

    with pytest.raises(IntegrityError) as caught:
        factories.account(session, email="bea@example.org", key="k", zone="Europe/Secret")

    assert "Europe/Secret" not in str(caught.value)


def test_a_commit_waits_for_the_disk_where_it_is_told_to(session):
    factories.account(session)
    seen = []

    def aside(work):
        seen.append(stored(session))
        work()
        seen.append(stored(session))

    engine.commit(session, aside)

    assert stored(session) == 1
    assert seen == ([0, 1] if session.get_bind().dialect.name == "sqlite" else [])


def test_a_commit_that_fails_aside_stores_nothing_and_lets_others_write(session):
    is_aside = session.get_bind().dialect.name == "sqlite"
    factories.account(session)

    def aside(_work):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full") if is_aside else nullcontext():
        engine.commit(session, aside)
    session.rollback()

    kept = 0 if is_aside else 1
    assert stored(session) == kept
    with Session(session.get_bind()) as other:
        factories.account(other)
        other.commit()
    assert stored(session) == kept + 1
