"""A list is taken in whole or not at all, and its guests are invited, found and let go."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import sessionmaker

import models
from services.people import retention
from services.staff import guests, imports, refusals
from tests import factories
from tests.factories import NOW

FOUR = "email,first_name\n" + "".join(f"p{n}@example.org,P{n}\n" for n in range(4))


@pytest.fixture
def town(session):
    return factories.programme(session, "town", title="The town")


@pytest.fixture
def sessions(main_engine):
    return sessionmaker(main_engine, expire_on_commit=False)


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


def count(session, table=models.Guest) -> int:
    return session.scalar(select(func.count()).select_from(table))


def test_a_confirmed_list_is_taken_in_and_said_in_the_audit_log(session, take, sessions):
    made = take()

    assert (count(session), made.done, made.finished_at) == (4, 4, NOW)
    assert made.rows == b""
    line = session.scalars(select(models.AuditEntry)).one()
    assert (line.actor, line.action) == ("command line", "guests.import")
    assert imports.apply(sessions, made.id, NOW) == 4  # again: nothing happens
    assert (count(session), count(session, models.AuditEntry)) == (4, 1)


def test_a_list_nobody_confirmed_or_with_mistakes_is_not_taken_in(session, town, secret, sessions):
    bad = imports.check(session, town, ("list.csv", (FOUR + "nobody,X\n").encode()), secret)
    good = imports.check(session, town, ("list.csv", FOUR.encode()), secret)
    wrong, fine = (imports.keep(session, town, found, NOW) for found in (bad, good))
    with pytest.raises(imports.NotWhole):
        imports.confirm(session, wrong, NOW)
    session.commit()

    assert imports.apply(sessions, fine.id, NOW) == 4
    assert imports.apply_due(sessions, NOW) == 0
    assert (count(session), wrong.rows) == (0, b"")
    assert imports.sayings(bad)[0] == (
        "list.csv: line 6: email: is not an address: An email address must have an @-sign."
    )


def test_a_list_can_be_thrown_away_until_it_is_confirmed(session, town, secret, take):
    found = imports.check(session, town, ("list.csv", FOUR.encode()), secret)
    imports.discard(session, imports.keep(session, town, found, NOW))
    confirmed = take(then=False)
    imports.confirm(session, confirmed, NOW + timedelta(hours=1))
    imports.discard(session, confirmed)

    assert [one.confirmed_at for one in session.scalars(select(models.GuestList))] == [NOW]


def test_whom_the_programme_knows_is_counted_and_left_out(session, town, secret, take):
    take("email\np0@example.org\np1@example.org\n")
    account = factories.account(
        session, email="p2@example.org", key=secret.address_key("p2@example.org")
    )
    factories.participant(session, town, account)
    refusals.refuse(session, session.scalars(select(models.Guest).limit(1)).one(), NOW)

    found = imports.check(session, town, ("list.csv", f"{FOUR}P3@example.org,\n".encode()), secret)

    assert [row[0] for row in found.rows] == ["p3@example.org"]
    assert (found.known, found.members, found.refused, found.twice) == (1, 1, 1, 1)
    assert imports.sayings(found) == [
        "5 lines (UTF-8): 1 new, 1 named twice, 1 guests already, 1 taking part already, "
        "1 asked not to be written to."
    ]


def test_what_would_happen_is_said_also_where_much_is_wrong(session, town, secret, monkeypatch):
    monkeypatch.setattr("services.staff.lists.TOLD", 1)
    found = imports.check(session, town, ("list.csv", b"email,x\nno,\nno,\nno,\n"), secret)

    assert imports.sayings(found)[1:] == [
        "list.csv: and 2 more things like these.",
        "3 lines (UTF-8): 0 new.",
        "Columns nothing is done with: x.",
    ]
    hopeless = imports.check(session, town, ("x.csv", b""), secret)
    assert imports.sayings(hopeless)[1] == "0 lines (not read): 0 new."


def test_a_process_that_dies_half_way_goes_on_and_nobody_sees_a_half_list(
    session, town, take, sessions, monkeypatch
):
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    made = take(then=False)

    def die(done, _of):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.apply(sessions, made.id, NOW, die)
    assert count(session) == 2
    assert guests.progress(session, town).guests == 0
    assert guests.search(session, town, "p")[1] == []
    assert guests.ask_all(session, town, NOW, "account:1") == 0
    session.commit()

    assert imports.apply_due(sessions, NOW) == 1
    session.expire_all()
    assert guests.progress(session, town).guests == 4


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
    assert (count(session), count(session, models.GuestList)) == (4, 1)
    retention.purge_guests(session, NOW + days, config)
    assert session.scalars(select(models.Guest.id)).all() == [2]


def test_what_is_erased_of_an_account_is_erased_of_the_list(session, town, take, secret):
    take()
    refusals.forget(session, secret.address_key("p1@example.org"))

    assert count(session) == 3
