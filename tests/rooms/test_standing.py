"""Whether an account may still act."""

from datetime import timedelta

from services.people import standing
from tests import factories
from tests.factories import NOW


def test_an_account_in_good_standing_has_its_roles(session):
    account = factories.account(session, "participant", "facilitator")
    found = standing.roles(session, account.id, account.fs_uniquifier, NOW)
    assert found == {"participant", "facilitator"}


def test_an_account_unknown_switched_off_or_changed_has_none(session):
    off = factories.account(session, active=False)
    changed = factories.account(session)
    assert not standing.roles(session, off.id, off.fs_uniquifier, NOW)
    assert not standing.roles(session, changed.id, "the sign-in before", NOW)
    assert not standing.roles(session, 12345, "none", NOW)


def test_a_suspension_lasts_until_its_end(session):
    account = factories.account(session, suspended_until=NOW)
    early = NOW - timedelta(seconds=1)
    assert not standing.roles(session, account.id, account.fs_uniquifier, early)
    assert standing.roles(session, account.id, account.fs_uniquifier, NOW)


def test_many_are_asked_about_at_once(session):
    good = factories.account(session)
    off = factories.account(session, active=False)
    suspended = factories.account(session, suspended_until=NOW + timedelta(seconds=1))
    served = factories.account(session, suspended_until=NOW)
    without = factories.account(session)
    without.roles = []
    session.flush()
    everybody = {one.id for one in (good, off, suspended, served, without)} | {12345}
    assert standing.logins(session, everybody, NOW) == {
        good.id: good.fs_uniquifier,
        served.id: served.fs_uniquifier,
    }
