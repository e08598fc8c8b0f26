"""The audit log is narrowed by who, what and day."""

from datetime import timedelta

import pytest

from services.site import audit
from tests import factories
from tests.visitors import Visitor


@pytest.fixture
def staff(app, session):
    account = factories.account(session, "staff")
    for number, (who, what) in enumerate(
        [("account:1", "desk.look"), ("account:2", "desk.look"), ("account:1", "round.publish")]
    ):
        audit.record(
            session,
            now=factories.NOW + timedelta(days=number),
            actor=who,
            action=what,
            subject=f"thing:{number}",
        )
    session.commit()
    return Visitor(app, account)


def shown(text):
    return [number for number in range(3) if f"thing:{number}<" in text]


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("", [0, 1, 2]),
        ("actor=account:1", [0, 2]),
        ("action=desk.look", [0, 1]),
        ("actor=account:1&action=desk.look", [0]),
        ("since={1}", [1, 2]),
        ("until={1}", [0, 1]),
        ("since={1}&until={1}", [1]),
        ("until=9999-12-31", [0, 1, 2]),
    ],
)
def test_lines_are_found_by_who_what_and_day(staff, asked, lines):
    days = [(factories.NOW + timedelta(days=number)).date() for number in range(3)]
    assert shown(staff.get("/staff/audit?" + asked.format(*days)).text) == lines


def test_what_is_not_there_or_not_a_day_is_said(staff):
    assert "No line is like this" in staff.get("/staff/audit?actor=nobody").text
    answer = staff.get("/staff/audit?since=%3Cb%3E&action=desk.look")
    assert answer.status_code == 200
    assert "“&lt;b&gt;” is not a day" in answer.text
    assert shown(answer.text) == [0, 1]


def test_further_pages_keep_what_was_asked(staff, session):
    for number in range(60):
        audit.record(
            session, now=factories.NOW, actor="account:9", action="x", subject=f"more:{number}"
        )
    session.commit()
    assert "actor=account:9" in staff.get("/staff/audit?actor=account:9").text
