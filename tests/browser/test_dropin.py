"""From an open drop-in hour to what is asked afterwards, in two browsers, with clocks moved."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

import models
from services.pairing import openings
from tests.browser.moving import Moving
from tests.browser.phone import check
from tests.browser.test_whole_conversation import talk
from tests.rooms.people import Town

DOOR = re.compile("/conversations/[^/]+$")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def moving(bare_town: Town, chrome: Browser) -> Iterator[Moving]:
    with Moving(bare_town, chrome).running() as made:
        yield made


def open_hours(moving: Moving, programme: int) -> None:
    with Session(moving.town.engine) as session, session.begin():
        of = session.get_one(models.Programme, programme)
        begins, ends = moving.now() - MINUTE, moving.now() + 60 * MINUTE
        openings.open_hours(
            session, of, opens_at=begins, closes_at=ends, now=moving.now(), actor="account:1"
        )


def test_two_drop_in_are_paired_and_talk_to_the_end(moving: Moving):
    programme = moving.programme()
    ana, _ = moving.person(programme, "Ana", 1)
    ben, _ = moving.person(programme, "Ben", 5)
    open_hours(moving, programme)

    ana.go("/home")
    check(ana.page)
    ana.press("Go to the lobby")
    check(ana.page)
    ana.press("Come in")
    expect(ana.page.locator("#outlook")).to_contain_text("Too few people have met in this hour")
    expect(ana.page.locator("#others")).to_contain_text("You are the first to be met")
    check(ana.page)
    for _ in range(6):  # a page that looks again every few seconds gives a sign of life each time
        moving.forward(seconds=55)
        ana.go("/lobby")
    expect(ana.page.get_by_text("What would you like to do?")).to_be_visible()
    check(ana.page)

    ben.go("/lobby")
    ben.press("Come in")
    moving.work()
    for person in (ana, ben):
        expect(person.page).to_have_url(DOOR, timeout=20_000)
        check(person.page)
    for person in (ana, ben):
        person.page.locator("#enter").click()
        expect(person.page.locator("#link")).to_have_text("Connected", timeout=20_000)
    talk([ana, ben])
    for person in (ana, ben):
        person.press("Go on to the last page")
        person.page.wait_for_url("**/questions/1")
        check(person.page)
    assert moving.complaints == []
