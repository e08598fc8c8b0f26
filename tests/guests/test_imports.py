"""A list is taken in whole or not at all, and its guests are invited, found and let go."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import models
from services.staff import guests, imports, refusals
from tests import factories
from tests.factories import NOW
from tests.guests.conftest import FOUR


def test_a_confirmed_list_is_taken_in_and_said_in_the_audit_log(session, take, sessions):
    made = take()

    assert (factories.rows(session, models.Guest), made.done, made.finished_at) == (4, 4, NOW)
    assert made.rows == b""
    line = session.scalars(select(models.AuditEntry)).one()
    assert (line.actor, line.action) == ("command line", "guests.import")
    assert imports.apply(sessions, made.id, NOW) == 4  # again: nothing happens
    assert (factories.rows(session, models.Guest), factories.rows(session, models.AuditEntry)) == (
        4,
        1,
    )


def test_a_list_nobody_confirmed_or_with_mistakes_is_not_taken_in(session, town, secret, sessions):
    bad = imports.check(session, town, ("list.csv", (FOUR + "nobody,X\n").encode()), secret)
    good = imports.check(session, town, ("list.csv", FOUR.encode()), secret)
    wrong, fine = (imports.keep(session, town, found, NOW) for found in (bad, good))
    with pytest.raises(imports.NotWhole):
        imports.confirm(session, wrong, NOW)
    session.commit()

    assert imports.apply(sessions, fine.id, NOW) == 4
    assert imports.apply_due(sessions, NOW) == 0
    assert (factories.rows(session, models.Guest), wrong.rows) == (0, b"")
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
    assert factories.rows(session, models.Guest) == 2
    assert guests.progress(session, town).guests == 0
    assert guests.search(session, town, "p")[1] == []
    assert guests.ask_all(session, town, NOW, "account:1") == 0
    session.commit()

    assert imports.apply_due(sessions, NOW) == 1
    session.expire_all()
    assert guests.progress(session, town).guests == 4
