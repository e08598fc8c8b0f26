"""A partner who never comes, and somebody who stood by and does: told, asked, met, thanked."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models import Standby
from services.pairing import arrangements, standby
from tests import factories
from tests.browser.moving import Moving, check
from tests.browser.people import Person, tap
from tests.rooms.people import Town

DOOR = re.compile("/conversations/[^/]+$")
HOUR = timedelta(hours=1)
LOOKS_AGAIN = 10_000  # milliseconds until the room's card looks at the clock again


@pytest.fixture
def moving(bare_town: Town, chrome: Browser) -> Iterator[Moving]:
    with Moving(bare_town, chrome).running() as made:
        yield made


def arrange(moving: Moving, first: int, second: int) -> str:
    """Let the two have a conversation at the next hour but one; return its token."""
    with Session(moving.town.engine) as session, session.begin():
        both = [session.get_one(models.Participant, number) for number in (first, second)]
        hour = moving.now().replace(minute=0, second=0, microsecond=0) + 2 * HOUR
        pair = factories.pair(session, *both, proposed_at=moving.now())
        made = arrangements.schedule(session, pair, hour, moving.now(), moving.town.config)
        return made.token


def until_the_hour(moving: Moving, token: str, late: timedelta = timedelta(0)) -> None:
    """Move the clocks to *late* after the conversation's hour."""
    with Session(moving.town.engine) as session:
        hour = session.scalars(
            select(models.Conversation.scheduled_at).where(models.Conversation.token == token)
        ).one()
    moving.forward(seconds=(hour + late - moving.now()).total_seconds())


def wait_alone(moving: Moving, ana: Person, token: str) -> None:
    """Go into the room, and be told after one minute, and asked after three."""
    until_the_hour(moving, token)
    ana.go(f"/conversations/{token}")
    ana.page.locator("#enter").click()
    expect(ana.page.locator("#link")).to_have_text("Connected")
    choose = ana.page.get_by_role("link", name="See what else you can do")
    until_the_hour(moving, token, timedelta(seconds=65))
    ana.page.clock.run_for(LOOKS_AGAIN)
    expect(ana.page.get_by_role("heading", name="is a little late")).to_be_visible()
    expect(choose).to_be_hidden()
    check(ana.page)
    until_the_hour(moving, token, timedelta(seconds=185))
    ana.page.clock.run_for(LOOKS_AGAIN)
    choose.click()
    check(ana.page)


def test_who_stood_by_comes_where_a_partner_does_not(moving: Moving):
    programme = moving.programme()
    ana, first = moving.person(programme, "Ana", 1)
    _ben, second = moving.person(programme, "Ben", 5)
    cleo, third = moving.person(programme, "Cleo", 5)
    token = arrange(moving, first, second)
    cleo.go("/standby")
    check(cleo.page)
    tap(cleo.page.locator("input[name=hours]").first)
    cleo.press("Keep these hours free")
    expect(cleo.page.get_by_role("status").first).to_contain_text("Thank you for standing by")

    wait_alone(moving, ana, token)
    ana.press("Meet Cleo now")
    expect(ana.page).to_have_url(DOOR)
    cleo.go("/home")
    cleo.press(re.compile("To the door|Go in"))
    for person in (ana, cleo):
        check(person.page)
        person.page.locator("#enter").click()
        expect(person.page.locator("#link")).to_have_text("Connected")
    for person in (ana, cleo):
        person.move()
    expect(ana.page.locator("#log")).to_contain_text("at my kitchen table")
    expect(cleo.page.locator("#log")).to_contain_text("at my kitchen table")

    with Session(moving.town.engine) as session:
        before = session.get_one(models.Participant, third).waiting_since
    moving.forward(hours=1)
    moving.work()
    with Session(moving.town.engine) as session:
        kept = session.scalars(select(Standby)).one()
        assert kept.participant_id == third
        assert kept.credited_at is not None
        after = session.get_one(models.Participant, third).waiting_since
        assert before - after == standby.CREDIT
    assert moving.complaints == []
