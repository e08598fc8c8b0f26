"""A partner who is not there: each way on leaves both people with a next step."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.pairing import pools
from services.path import PLACES, State
from tests.browser.late import LOOKS_AGAIN, arrange, go_in, until_the_hour, wait_alone
from tests.browser.moving import Moving
from tests.browser.people import Person, tap
from tests.browser.phone import check
from tests.rooms.people import Town


@dataclass
class Two:
    """Ana, who is there, Ben, who is not, and their conversation."""

    moving: Moving
    ana: Person
    ben: Person
    token: str


@pytest.fixture
def two(bare_town: Town, chrome: Browser) -> Iterator[Two]:
    with Moving(bare_town, chrome).running() as moving:
        programme = moving.programme()
        (ana, first), (ben, second) = (
            moving.person(programme, "Ana", 1),
            moving.person(programme, "Ben", 5),
        )
        yield Two(moving, ana, ben, arrange(moving, first, second))
        assert moving.complaints == []


def stands(person: Person, state: State, name: str = "") -> None:
    """Look at home: it says this state and its next step, and nothing that axe objects to."""
    place = PLACES[state]
    person.go("/home")
    heading = person.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(place.title.partition("%")[0] + name)
    expect(person.page.locator("main .primary").first).to_contain_text(place.step.label)
    check(person.page)


def test_a_new_time_is_asked_for_and_agreed_on(two: Two):
    wait_alone(two.moving, two.ana, two.token)
    two.ana.press("Choose other times")
    check(two.ana.page)
    tap(two.ana.page.locator("input[name=hours]").nth(1))
    two.ana.press("Ask for these times")
    expect(two.ana.page.get_by_role("status").first).to_contain_text("We have asked Ben")

    stands(two.ana, State.ASKED, "Ben")
    expect(two.ana.page.get_by_role("link", name="Ask for a new time")).to_be_hidden()
    stands(two.ben, State.OFFERED)
    two.ben.press("Look at the offer")
    check(two.ben.page)
    tap(two.ben.page.locator("input[name=hour]").nth(1))
    two.ben.press("Yes, at that time")
    for person, other in ((two.ana, "Ben"), (two.ben, "Ana")):
        stands(person, State.SCHEDULED, other)


def test_who_said_no_to_a_new_time_is_not_asked_again(two: Two):
    wait_alone(two.moving, two.ana, two.token)
    two.ana.press("Ask for this time")
    stands(two.ben, State.OFFERED)
    two.ben.press("Look at the offer")
    two.ben.press("No, thank you")
    expect(two.ben.page.get_by_role("status").first).to_contain_text("Nobody owes a reason")
    for person in (two.ana, two.ben):
        stands(person, State.MISSED)
        expect(person.page.get_by_role("link", name="Ask for a new time")).to_be_hidden()


def test_who_waits_on_meets_a_partner_who_is_late(two: Two):
    wait_alone(two.moving, two.ana, two.token)
    two.ana.press("Wait in the room")
    expect(two.ana.page.locator("#link")).to_have_text("Connected")
    stands(two.ben, State.DOOR)
    go_in(two.ben, two.token)
    for person in (two.ana, two.ben):
        expect(person.page.locator("#log")).to_contain_text("You are both here")


def test_who_waits_on_for_nobody_is_told_when_the_room_closes(two: Two):
    wait_alone(two.moving, two.ana, two.token)
    minutes = two.moving.town.config.room.missed_minutes
    until_the_hour(two.moving, two.token, timedelta(minutes=minutes, seconds=5))
    two.moving.work()
    two.ana.page.clock.run_for(LOOKS_AGAIN)
    expect(two.ana.page).to_have_url(re.compile("/home$"))
    for person in (two.ana, two.ben):
        stands(person, State.MISSED)
        expect(person.page.get_by_role("link", name="Ask for a new time")).to_be_visible()


def test_a_reload_while_waiting_starts_no_minute_anew(two: Two):
    until_the_hour(two.moving, two.token)
    go_in(two.ana, two.token)
    until_the_hour(two.moving, two.token, timedelta(seconds=125))
    two.ana.page.reload()
    expect(two.ana.page.get_by_role("heading", name="is a little late")).to_be_visible()
    until_the_hour(two.moving, two.token, timedelta(seconds=185))
    two.ana.page.clock.run_for(LOOKS_AGAIN)
    expect(two.ana.page.get_by_role("link", name="See what else you can do")).to_be_visible()


@pytest.mark.parametrize("waits", ["in the room", "on the waiting page"])
def test_who_cannot_make_it_at_the_last_second_frees_both(two: Two, waits: str):
    wait_alone(two.moving, two.ana, two.token)
    if waits == "in the room":
        two.ana.press("Wait in the room")
        expect(two.ana.page.locator("#link")).to_have_text("Connected")
    stands(two.ben, State.DOOR)
    two.ben.press("I cannot make it")
    check(two.ben.page)
    two.ben.press("Cancel the conversation")
    expect(two.ben.page.get_by_role("status").first).to_contain_text("We have written to Ana")

    if waits == "in the room":
        two.ana.press("Go to your home")
    two.ana.page.clock.run_for(LOOKS_AGAIN)
    expect(two.ana.page).to_have_url(re.compile("/home$"))
    for person in (two.ana, two.ben):
        stands(person, State.WAITING)
    with Session(two.moving.town.engine) as session:
        programme = session.scalars(select(models.Programme)).one()
        assert pools.size(session, programme, two.moving.now()) == 2
        letters = session.scalars(select(models.Mail.kind)).all()
    assert letters.count("cancelled") == 2
