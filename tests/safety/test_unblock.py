"""Taking a block back: the two may meet again, unless something else keeps them apart."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import models
from services.safety import apart
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor


@pytest.fixture
def pair(session: Session) -> models.Pair:
    ada, ben = people.crowd(session, people.programme(session), 2)
    ada.first_name, ben.first_name = "Ada", "Ben"
    made = factories.pair(session, ada, ben)
    session.commit()
    return made


def reason(session: Session, pair: models.Pair) -> str:
    session.expire_all()
    low, high = sorted((pair.first.account.key, pair.second.account.key))
    return session.get_one(models.Exclusion, (low, high)).reason


def block(session: Session, pair: models.Pair, person: models.Participant, config) -> None:
    apart.block(session, pair, person.account_id, NOW, config)
    session.commit()


def talk(session: Session, pair: models.Pair) -> None:
    """Give the two another conversation, which the database refuses while they are apart."""
    text = (Path(__file__).parents[2] / "guides" / "first-short.en.toml").read_text("utf-8")
    version = factories.guide_version(session, text)
    factories.conversation(session, pair, version, NOW + timedelta(days=1))


def test_a_block_taken_back_lets_them_meet_and_tells_nobody(app: Flask, session, pair, config):
    block(session, pair, pair.first, config)
    mails = session.query(models.Mail).count()
    ada, ben = Visitor(app, pair.first.account), Visitor(app, pair.second.account)
    theirs = ben.get("/me").text
    assert 'Take the block back<span class="hidden">: Ben' in ada.get("/me").text
    assert "Ada" not in theirs

    said = ada.post(f"/me/blocks/{pair.id}/end")

    assert said.headers["Location"] == "/me"
    assert reason(session, pair) == "paired"
    assert "Whom you blocked" not in ada.get("/me").text
    assert session.query(models.Mail).count() == mails
    talk(session, pair)


@pytest.mark.parametrize("by_another_pair", [False, True])
def test_the_block_of_the_other_stands(session, pair, config, by_another_pair):
    block(session, pair, pair.first, config)
    other = pair
    if by_another_pair:
        session.add(models.Block(account_id=pair.second.account_id, pair_id=pair.id, at=NOW))
    else:
        block(session, other, pair.second, config)

    assert apart.unblock(session, pair, pair.first.account_id)

    assert reason(session, pair) == "blocked"
    assert apart.unblock(session, pair, pair.second.account_id)
    assert reason(session, pair) == "paired"


def test_a_report_stands(session, pair, config):
    apart.mark(session, pair, "reported", NOW)
    block(session, pair, pair.first, config)

    assert apart.unblock(session, pair, pair.first.account_id)

    assert reason(session, pair) == "reported"


def test_only_ones_own_block_can_be_taken_back(app: Flask, session, pair, config):
    block(session, pair, pair.first, config)
    ben = Visitor(app, pair.second.account)

    assert ben.post(f"/me/blocks/{pair.id}/end").status_code == 404
    assert ben.post("/me/blocks/99999/end").status_code == 404
    assert reason(session, pair) == "blocked"
    assert apart.blocks(session, pair.second.account_id) == []


def test_what_was_never_noted_is_taken_back_too(session, pair):
    session.add(models.Block(account_id=pair.first.account_id, pair_id=pair.id, at=NOW))
    session.commit()

    assert apart.unblock(session, pair, pair.first.account_id)
