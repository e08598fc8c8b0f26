"""A facilitator finds the one room in trouble among fifty by the board, and helps; then a report.

The rooms are made by the real server: two people are connected in each, and talk. Everything that
came over the facilitator's sockets is kept and searched for what was written in the rooms.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from tests.browser.conftest import Earshot, until
from tests.browser.fifty import PHONE, ROOMS, SCREEN, Scene, enter, fifty, leaks, talk
from tests.browser.people import tap
from tests.browser.phone import check

CRUEL = "Nobody needs somebody like you in this town, axolotl."
AGREED = "All right. Let us begin again from the start, narwhal."


@pytest.fixture
def scene(earshot: Earshot, chrome: Browser) -> Iterator[Scene]:
    with fifty(earshot, chrome) as made:
        yield made


def press(page: Page, within: str, label: str) -> None:
    page.locator(within).get_by_role("button", name=re.compile(label)).first.click()


def more(page: Page, label: str) -> None:
    press(page, "[data-room].tile", "^More")
    press(page, "#more", label)


def by_keys(desk: Page) -> None:
    """J and K move among the rooms, slash searches, C claims; no mouse."""
    urgent = desk.locator("#now-rooms > li")
    urgent.focus()
    desk.keyboard.press("j")
    expect(urgent).not_to_be_focused()
    desk.keyboard.press("/")
    expect(desk.locator("#find")).to_be_focused()
    desk.keyboard.type("mila")
    expect(desk.locator("[data-room]")).to_have_count(1)
    desk.locator("#find").clear()
    urgent.focus()
    desk.keyboard.press("k")
    expect(urgent).to_be_focused()
    desk.keyboard.press("c")


def find_and_help(scene: Scene, desk: Page, mila: Page) -> None:
    """By the board alone: one tile is urgent, and says why."""
    expect(desk.locator("#link")).to_have_text("Live", timeout=20_000)
    expect(desk.locator("#now-rooms > li")).to_have_count(1)
    expect(desk.locator("[data-room]")).to_have_count(ROOMS)
    urgent = desk.locator("#now-rooms > li")
    expect(urgent).to_contain_text("Mila")
    expect(urgent.locator("h3")).to_contain_text("3 accusing and 3 hostile")
    check(desk)
    by_keys(desk)
    expect(mila.locator("#log")).to_contain_text("facilitator, keeps an eye")
    press(desk, "#now-rooms", "^Join")
    expect(urgent).to_contain_text(re.compile("Sign then: .?harsh words.?. It still stands"))
    expect(mila.locator("#allow")).to_be_visible()
    check(mila)
    assert leaks("".join(scene.frames), scene.written()) == []


def read_with_both(scene: Scene, desk: Page, mila: Page) -> None:
    """Both say yes: what is written from then on is read, and nothing from before."""
    before = scene.written()
    mila.locator("#allow-yes").click()
    scene.crowd.do(lambda: scene.caller(17, "b").act("allow", show=True))
    scene.crowd.settle()
    expect(mila.locator("#watched")).not_to_have_attribute("hidden", "")
    more(desk, "^Read")
    scene.crowd.do(scene.caller(17, "b").say, AGREED)
    expect(desk.locator("#words-log")).to_contain_text(AGREED)
    check(desk)
    press(desk, "#words", "Stop reading")
    expect(mila.locator("#log")).to_contain_text("facilitator, reads")
    assert leaks("".join(scene.frames), before) == []
    assert leaks("".join(scene.frames), [AGREED]) == [AGREED]  # the search finds what is there


def extend_and_end(scene: Scene, desk: Page, mila: Page) -> None:
    more(desk, "5 more minutes")
    expect(mila.locator("#log")).to_contain_text("Ruth")
    more(desk, "End the conversation")
    expect(desk.locator("[data-room]")).to_have_count(ROOMS - 1)
    expect(desk.locator("#now-section")).to_be_hidden()


def report(scene: Scene, ines: Page) -> None:
    """From the room, with one message attached."""
    scene.crowd.do(scene.caller(31, "b").say, CRUEL)
    expect(ines.locator("#log")).to_contain_text(CRUEL)
    ines.locator("#report-open").click()
    tap(ines.locator("#report-form input[value=harassment]"))
    tap(ines.locator("#evidence input").first)
    check(ines)
    ines.get_by_role("button", name="Report and leave").click()
    with Session(scene.town.engine) as session:
        sealed = until(lambda: session.scalars(select(models.Report)).one_or_none(), "the report")
        assert sealed.reported_id == scene.pairs[31].participants["b"]
    files = [path for path in Path(scene.earshot.folder).iterdir() if path.is_file()]
    assert not any(leaks(path.read_bytes().decode("latin-1"), [CRUEL]) for path in files)


def judge(desk: Page, measure: str, why: str) -> None:
    desk.get_by_role("link", name="Reports", exact=True).first.click()
    desk.locator("a[href*='/reports/']").first.click()
    if desk.get_by_role("button", name="Open the evidence").count():
        press(desk, "main", "Open the evidence")
        expect(desk.locator("main")).to_contain_text(CRUEL)
        expect(desk.locator("main")).not_to_contain_text("heron")
    check(desk)
    tap(desk.locator(f"input[name=measure][value={measure}]"))
    desk.locator("#why").fill(why)
    press(desk, "main", "^Decide")


def appeal(scene: Scene, kurt: Page) -> None:
    with Session(scene.town.engine) as session:
        email = session.get_one(models.Account, scene.pairs[31].accounts["b"]).email
    kurt.goto(scene.earshot.mailbox.link(email, "/cases/"))
    check(kurt)
    kurt.locator("#words").fill("It was meant for the mayor, not for her.")
    press(kurt, "main", "Send the objection")
    expect(kurt.locator("main")).to_contain_text("Your objection is here")


def test_the_one_room_in_trouble_is_found_and_helped(scene: Scene):
    ruth = scene.town.account("facilitator", first_name="Ruth")
    mila, ines = enter(scene, 17), enter(scene, 31)
    talk(scene)
    desk = scene.page(ruth, SCREEN)
    scene.capture(desk)
    desk.goto(f"{scene.earshot.url}/desk")
    find_and_help(scene, desk, mila)
    read_with_both(scene, desk, mila)
    extend_and_end(scene, desk, mila)

    report(scene, ines)
    judge(desk, "talk", "That was said to hurt.")
    appeal(scene, scene.page(scene.pairs[31].accounts["b"], PHONE, color_scheme="dark"))
    other = scene.page(scene.town.account("staff", first_name="Omar"), SCREEN)
    other.goto(f"{scene.earshot.url}/desk")
    judge(other, "nothing", "It can be read so. It is taken back.")

    log = (scene.earshot.folder / "serve.log").read_text()
    assert leaks(log, [*scene.written(), "narwhal"]) == []
    assert leaks(f"{log}\n{AGREED}", [AGREED]) == [AGREED]  # planted: the search finds it there
    assert scene.complaints == []
    for page in (desk, other, mila, ines):
        page.context.close()
