"""Consents, joining, breaks and pledges."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from services.people import enrolment, pledges
from services.site import audit
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(days=1)


def test_a_consent_stands_from_when_it_is_given_until_it_is_taken_back(session: Session):
    account = factories.account(session)
    enrolment.consent(session, account.id, ["matching", "research"], NOW)
    enrolment.consent(session, account.id, ["matching"], LATER)
    enrolment.withdraw_consent(session, account.id, "research", LATER)

    standing = enrolment.consents(session, account.id)

    assert {name: row.given_at for name, row in standing.items()} == {"matching": NOW}
    assert audit.last(session).action == "consent.withdraw"
    rows = session.scalars(select(models.Consent).where(models.Consent.purpose == "research")).all()
    assert [(row.version, row.withdrawn_at) for row in rows] == [(1, LATER)]


def test_a_consent_to_older_words_is_asked_again(session: Session):
    account = factories.account(session)
    session.add(models.Consent(account_id=account.id, purpose="research", version=0, given_at=NOW))
    session.flush()
    enrolment.consent(session, account.id, ["research"], LATER)

    assert enrolment.consents(session, account.id)["research"].version == 1


def test_only_adults_with_every_required_consent_take_part(session: Session):
    grown, young = factories.account(session), factories.account(session, adult_at=None)
    enrolment.consent(session, grown.id, ["matching"], NOW)
    assert not enrolment.may_take_part(session, grown)
    for account in (grown, young):
        enrolment.consent(session, account.id, ["matching", "conversation"], NOW)

    assert enrolment.may_take_part(session, grown)
    assert not enrolment.may_take_part(session, young)


def test_only_open_programmes_can_be_joined(session: Session):
    factories.programme(session, closed_at=NOW - timedelta(days=1))
    still = factories.programme(session, closed_at=LATER)

    assert enrolment.open_programmes(session, NOW) == [still]


def test_joining_twice_is_one_place(session: Session):
    account, programme = factories.account(session), factories.programme(session)

    place = enrolment.join(session, account.id, programme, NOW)
    again = enrolment.join(session, account.id, programme, LATER)

    assert place is again
    assert session.scalar(select(func.count()).select_from(models.Participant)) == 1


def test_a_break_ends_the_wait_and_coming_back_begins_it_anew(session: Session):
    person = factories.participant(session, factories.programme(session))
    enrolment.pause(session, person, NOW)
    enrolment.pause(session, person, LATER)
    assert (person.paused_at, person.waiting_since) == (NOW, None)

    enrolment.return_to(session, person, LATER)

    assert (person.paused_at, person.waiting_since) == (None, LATER)


def test_who_left_can_come_back_to_an_unfinished_profile(session: Session):
    programme = factories.programme(session)
    person = factories.participant(session, programme, completed_at=None, waiting_since=None)
    enrolment.leave(session, person, NOW)
    enrolment.leave(session, person, LATER)
    assert person.withdrawn_at == NOW

    enrolment.join(session, person.account_id, programme, LATER)

    assert (person.withdrawn_at, person.waiting_since) == (None, None)


def test_pledges_are_counted_and_linked_once(session: Session):
    ada, ben = factories.account(session), factories.account(session)
    token = pledges.take(session, NOW).token
    pledges.take(session, NOW)

    assert pledges.count(session) == 2
    assert pledges.link(session, token, ada.id)
    assert pledges.link(session, token, ada.id)
    assert not pledges.link(session, token, ben.id)
    assert not pledges.link(session, "unknown", ben.id)
    assert pledges.of(session, ada.id).token == token
    assert pledges.of(session, ben.id) is None
