"""Guests are invited, found, forgotten and deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

import models
from services.people import retention
from services.staff import guests, refusals
from tests import factories
from tests.factories import NOW


@pytest.fixture
def tell(sessions, config, secret):
    return lambda: guests.tell_due(sessions, config, secret, NOW)


def test_guests_are_invited_once_with_a_way_in_and_a_way_out(session, town, take, tell, secret):
    take()
    assert guests.ask_all(session, town, NOW, "account:1") == 4
    assert guests.ask_all(session, town, NOW, "account:1") == 0
    session.commit()
    assert (tell(), tell()) == (4, 0)

    letters = session.scalars(select(models.Mail).order_by(models.Mail.id)).all()
    assert [one.recipient for one in letters] == [f"p{n}@example.org" for n in range(4)]
    assert "Hello P0," in letters[0].text
    assert "/p/town\n" in letters[0].text
    guest = session.scalars(select(models.Guest).where(models.Guest.email == "p0@example.org"))
    assert f"/p/town/no/{refusals.token(secret, guest.one().id)}" in letters[0].text


def test_the_letters_go_in_short_transactions_up_to_a_limit(session, town, take, tell, monkeypatch):
    monkeypatch.setattr(guests, "AT_ONCE", 1)
    monkeypatch.setattr(guests, "MOST", 3)
    take()
    guests.ask_all(session, town, NOW, "account:1")
    session.commit()

    assert (tell(), tell(), tell()) == (3, 1, 0)


def test_how_far_the_invitations_are_is_counted(session, town, take, tell, secret):
    take()
    guests.ask_all(session, town, NOW, "account:1")
    session.commit()
    tell()
    first, second, _, fourth = session.scalars(select(models.Mail).order_by(models.Mail.id))
    first.sent_at, first.next_try_at = NOW, None
    second.next_try_at = None
    account = factories.account(session, key=secret.address_key("p0@example.org"))
    factories.participant(session, town, account)
    refusals.refuse(session, session.get(models.Guest, 4), NOW)

    found = guests.progress(session, town)

    assert found == guests.Progress(
        guests=4, uninvited=0, due=0, written=4, sent=2, failed=1, joined=1, refused=1
    )
    assert fourth.recipient not in session.scalars(select(models.Mail.recipient)).all()


def test_who_has_joined_or_refused_is_not_invited(session, town, take, secret):
    take()
    account = factories.account(session, key=secret.address_key("p0@example.org"))
    factories.participant(session, town, account)
    refusals.refuse(session, session.get(models.Guest, 2), NOW)

    assert guests.ask_all(session, town, NOW, "account:1") == 2


def test_people_are_found_by_part_of_name_or_address(session, town, take):
    take("email,first_name\nada@example.org,Ada\nper_cent@example.org,100%\n")
    factories.participant(session, town, first_name="Adam")

    people, invited = guests.search(session, town, " ADA ")
    assert ([one.first_name for one in people], [one.first_name for one in invited]) == (
        ["Adam"],
        ["Ada"],
    )
    assert [one.first_name for one in guests.search(session, town, "%")[1]] == ["100%"]
    assert guests.search(session, town, "d_m")[0] == []


def test_a_guest_who_says_no_is_forgotten_and_stays_away(session, town, take, secret):
    take()
    guest = session.get(models.Guest, 1)
    given = refusals.token(secret, 1)
    assert refusals.of_token(session, secret, given) is guest

    refusals.refuse(session, guest, NOW)
    refusals.refuse(session, guest, NOW + timedelta(days=1))

    assert (guest.email, guest.first_name, guest.refused_at) == ("", "", NOW)
    assert guests.progress(session, town).refused == 1


@pytest.mark.parametrize("given", ["", "1", "x-1", "1-0", "²-1", "9" * 20 + "-1", "1-é"])
def test_nobody_else_can_take_a_guest_off(session, town, take, secret, given):
    take()

    assert refusals.of_token(session, secret, given) is None


def test_guests_who_did_not_come_are_deleted_in_time(session, town, take, config):
    take()
    session.execute(update(models.Guest).where(models.Guest.id < 3).values(told_at=NOW))
    refusals.refuse(session, session.get(models.Guest, 2), NOW)
    unconfirmed = models.GuestList(
        programme_id=town.id, name="x", report={}, rows=b"", total=1, at=NOW
    )
    session.add(unconfirmed)
    session.flush()
    days = timedelta(days=config.retention.guest_days)

    retention.purge_guests(session, NOW + days - timedelta(minutes=1), config)
    assert (factories.rows(session, models.Guest), factories.rows(session, models.GuestList)) == (
        4,
        1,
    )
    retention.purge_guests(session, NOW + days, config)
    assert session.scalars(select(models.Guest.id)).all() == [2]


def test_what_is_erased_of_an_account_is_erased_of_the_list(session, town, take, secret):
    take()
    refusals.forget(session, secret.address_key("p1@example.org"))

    assert factories.rows(session, models.Guest) == 3
