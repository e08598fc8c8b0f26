"""A partner who never comes, and somebody who stood by and does: told, asked, met, thanked."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models import Standby
from services.pairing import standby
from tests.browser.late import DOOR, arrange, wait_alone
from tests.browser.moving import Moving
from tests.browser.people import tap
from tests.browser.phone import check
from tests.browser.test_whole_conversation import answer_how_it_was, talk
from tests.rooms.people import Town


@pytest.fixture
def moving(bare_town: Town, chrome: Browser) -> Iterator[Moving]:
    with Moving(bare_town, chrome).running() as made:
        yield made


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
    talk([ana, cleo])
    for person in (ana, cleo):
        answer_how_it_was(person)
        person.go("/home")
        check(person.page)

    moving.forward(hours=1)
    moving.work()
    with Session(moving.town.engine) as session:
        kept = session.scalars(select(Standby)).one()
        assert kept.participant_id == third
        assert kept.credited_at is not None
        assert standby.credited(session, session.get_one(models.Participant, third)) == 1
    for person, thanked in ((ana, False), (cleo, True)):
        person.go("/home")
        expect(person.page.get_by_role("heading", level=1)).to_have_text(
            "That was this month's conversation"
        )
        thanks = person.page.get_by_text("Thank you for standing by for 1 hour")
        expect(thanks).to_be_visible() if thanked else expect(thanks).to_be_hidden()
        check(person.page)
    cleo.go("/journey")
    expect(cleo.page.locator("main")).to_contain_text("1 conversation so far")
    check(cleo.page)
    assert moving.complaints == []
