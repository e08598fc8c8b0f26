"""Rounds that cannot be run, and what is said of them."""

from datetime import timedelta

import pytest

import models
from matcher.errors import BadInput
from services.pairing.rounds import NotOpen
from services.staff.programmes import NoSuchProgramme
from tests import factories
from tests.factories import NOW
from tests.rounds import people

SLUG = "across-the-table"


def test_an_unknown_programme_is_named_with_those_there_are(programme, run):
    with pytest.raises(NoSuchProgramme, match=f"'nowhere'.*{SLUG}"):
        run("nowhere")


def test_a_programme_that_is_closed_or_to_come_has_no_round(session, programme, run):
    people.programme(session, slug="over", closed_at=NOW - timedelta(days=1))
    future = people.programme(session, slug="future")
    future.opened_at = NOW + timedelta(days=1)

    for slug in ("over", "future"):
        with pytest.raises(NotOpen, match=f"'{slug}' is not open.* Open ones: {SLUG}"):
            run(slug)
    assert factories.rows(session, models.Round) == 0


def test_where_nothing_is_open_the_message_says_so(session, run):
    people.programme(session, slug="over", closed_at=NOW - timedelta(days=1))

    with pytest.raises(NotOpen, match="Open ones: none"):
        run("over")


def test_a_policy_that_cannot_be_met_stops_before_anything_is_proposed(session, run):
    people.programme(session, policy={"min_diferences": 2})

    with pytest.raises(BadInput, match=rf"programme {SLUG}: policy.*min_diferences"):
        run()
    assert factories.rows(session, models.Round) == 0
