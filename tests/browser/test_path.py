"""The scheduled path on a phone: pledge, profile, two devices, no connection, waiting."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from tests.browser.conftest import Earshot, Open
from tests.browser.pace import Pace
from tests.browser.people import Person, tap
from tests.browser.phone import answer, asks, check, press, sign_in

FIVE_MINUTES = 300
LOOKING = "We are looking for your partner"


def choose(page: Page, number: int, pace: Pace) -> None:
    pace.look(page)
    tap(page.locator("input[type=radio][name=answer]").nth(number))
    pace.tap()


def chosen(page: Page, number: int) -> None:
    expect(page.locator("input[type=radio][name=answer]").nth(number)).to_be_checked()


def go(page: Page, label: str) -> str:
    """Go on or back; return where that led."""
    before = page.url
    page.get_by_role("button", name=label, exact=True).click()
    page.wait_for_url(lambda url: url != before)
    return page.url


def go_back_and_forth(page: Page, pace: Pace) -> None:
    """Two questions on, two back and two on again: what was chosen is still chosen."""
    first = page.url
    for number in (3, 4):
        choose(page, number, pace)
        third = go(page, "Next")
        pace.tap()
    go(page, "Back")
    chosen(page, 4)
    assert go(page, "Back") == first
    chosen(page, 3)
    go(page, "Next")
    chosen(page, 4)
    assert go(page, "Next") == third


def lose_the_connection(page: Page, pace: Pace) -> None:
    """Answer without a connection: the answer waits in the page and goes by itself."""
    asked_at = page.url
    page.wait_for_load_state()
    page.context.set_offline(True)
    choose(page, 5, pace)
    page.get_by_role("button", name="Next", exact=True).click()
    pace.tap()
    expect(page.locator("[data-offline]")).to_be_visible()
    assert page.url == asked_at
    page.context.set_offline(False)
    page.wait_for_url(lambda url: url != asked_at)
    assert go(page, "Back") == asked_at
    chosen(page, 5)
    go(page, "Next")


def test_from_the_pledge_to_an_invitation(earshot: Earshot, opened: Open, record_property):
    phone, email = opened(timezone_id="Europe/Berlin"), "ana@example.org"
    ana = Person(phone, earshot, email, "Ana", leaning=1)
    ana.pledge()
    expect(phone.locator("meta[property='og:image']")).to_have_attribute(
        "content", re.compile(r"^http://.*\.png$")
    )
    check(phone)
    ana.sign_up()
    check(phone)

    pace = Pace()
    phone.goto(f"{earshot.url}/profile")
    pace.look(phone)
    press(phone, "Begin")
    pace.tap()
    check(phone)
    answer(phone, pace, "Ana")
    go_back_and_forth(phone, pace)
    lose_the_connection(phone, pace)
    check(phone)
    stopped_at = phone.url
    tablet = opened(timezone_id="Europe/Berlin")
    sign_in(tablet, earshot.url, email)
    tablet.goto(f"{earshot.url}/profile")
    assert tablet.url == stopped_at
    seen = set()
    while asks(tablet):
        kind = tablet.locator("form [name=answer]").first.get_attribute("type")
        if kind not in seen:
            check(tablet)
            seen.add(kind)
        answer(tablet, pace, "Ana")
    expect(tablet.get_by_role("heading", level=1)).to_have_text(LOOKING)
    with Session(earshot.database) as session:
        account = session.scalars(select(models.Account)).one()
        assert account.zone == "Europe/Berlin"  # detected, never typed
        assert session.scalars(select(models.Pledge.account_id)).one() == account.id
        everything = session.scalars(select(models.Participant)).one()
        assert everything.completed_at is not None
    record_property("profile with detours: taps", pace.taps)
    record_property("profile with detours: seconds", round(pace.seconds))

    straight = an_invitation_comes(earshot, opened, tablet)
    record_property("profile: taps", straight.taps)
    record_property("profile: seconds", round(straight.seconds))
    print(straight, straight.seconds)
    assert straight.seconds < FIVE_MINUTES, straight


def go_straight_on(ben: Person) -> Pace:
    """Fill in the profile without a detour, at a person's speed."""
    pace = Pace()
    ben.go("/profile")
    pace.look(ben.page)
    press(ben.page, "Begin")
    pace.tap()
    while asks(ben.page):
        answer(ben.page, pace, "Ben", ben.leaning)
    return pace


def an_invitation_comes(earshot: Earshot, opened: Open, page: Page) -> Pace:
    """Somebody who fits arrives; the page that waits says so without being loaded again."""
    ben = Person(opened(timezone_id="Europe/Berlin"), earshot, "ben@example.org", "Ben", leaning=5)
    ben.sign_up()
    straight = go_straight_on(ben)
    page.evaluate("window.same = true")
    assert "1 pair" in earshot.command("round", "--programme", "town")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is somebody for you")
    assert page.evaluate("window.same")
    check(page)
    return straight
