"""My data, as pages: see, download, withdraw, erase."""

import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import models
from services.people import enrolment
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor


@pytest.fixture
def person(session: Session) -> models.Participant:
    made = people.person(session, people.programme(session), 5)
    enrolment.consent(session, made.account_id, ["matching", "conversation"], NOW)
    session.commit()
    return made


@pytest.fixture
def visitor(app: Flask, person: models.Participant) -> Visitor:
    return Visitor(app, person.account)


def test_the_page_says_what_was_agreed_to_and_what_follows(visitor):
    page = visitor.get("/me").text

    assert page.count("Agreed on Wednesday 7 October, 12:00 UTC, in version 1 of these words.") == 2
    assert page.count("Not agreed.") == 2
    assert "There is nobody you are kept apart from" in page


def test_who_one_is_kept_apart_from_is_counted_and_not_named(visitor, session, person):
    for reason, other in (("blocked", "f"), ("paired", "e")):
        session.add(
            models.Exclusion(low=person.account.key, high=other * 64, reason=reason, at=NOW)
        )
    session.commit()

    assert "You and 1 other person are never" in visitor.get("/me").text


def test_the_download_is_a_file_of_json(visitor, person):
    answer = visitor.get("/me/download")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="earshot-2026-10-07.json"'
    assert json.loads(answer.text)["held"]["accounts"][0]["email"] == person.account.email


def test_consents_are_given_and_taken_back(visitor, session, person):
    visitor.post("/me/consents/research", give="1")
    assert "research" in enrolment.consents(session, person.account_id)
    session.rollback()

    visitor.post("/me/consents/research")
    visitor.post("/me/consents/matching")

    session.expire_all()
    assert set(enrolment.consents(session, person.account_id)) == {"conversation"}
    assert person.withdrawn_at is not None
    assert visitor.post("/me/consents/everything").status_code == 404


def test_erasing_asks_for_the_address(visitor, session, person):
    email = person.account.email
    page = visitor.post("/me/erase", address="other@example.org")
    assert page.status_code == 422
    assert "Nothing was erased" in page.text
    assert visitor.is_signed_in()

    done = visitor.post("/me/erase", address=f" {email.upper()} ")

    assert "Your account is erased" in done.text
    assert not visitor.is_signed_in()
    session.expire_all()
    assert person.account.email != email


def test_what_erasing_leaves_is_said(visitor, session, person):
    assert "14 days after it ended" in visitor.get("/me/erase").text


def test_everything_can_be_read_as_a_page(app: Flask, session: Session):
    person = factories.participant(session, factories.programme(session), first_name="<b>Ada</b>")
    session.add(models.Consent(account_id=person.account_id, purpose="m", version=3, given_at=NOW))
    session.commit()

    page = Visitor(app, person.account).get("/me/everything").text

    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "Your places in programmes (1)" in page
    assert "would let somebody else sign in" in page
