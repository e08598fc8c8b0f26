"""Two people write a commitment, change it and sign it, in two real browsers."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House, housed, settled
from tests.browser.people import Person
from tests.browser.phone import check
from tests.conftest import ROOT
from tests.rooms.people import Town

GUIDE = (ROOT / "guides" / "commit.en.toml").read_text(encoding="utf-8")
MINE = "I will call my brother by Sunday and ask him one question."
THEIRS = "I will read the paper he reads for a month."
THEIRS_NOW = "I will read the paper he reads for two weeks, and tell him what I found."


def reach_the_signing(people: list[Person]) -> None:
    """Do what the room asks until there is a part to write; nobody is in a hurry there."""
    while not all(person.page.locator("#part").is_visible() for person in people):
        for person in people:
            if settled(person.page) and not person.page.locator("#part").is_visible():
                person.move()
        people[0].page.wait_for_timeout(30)


def write(page: Page, text: str) -> None:
    page.locator("#part").fill(text)
    page.locator("#card button[type=submit]").click()


def test_a_changed_part_takes_back_the_signature_and_both_sign_the_whole(
    tmp_path: Path, bare_town: Town, chrome: Browser
):
    with housed(tmp_path, bare_town) as house:
        sign(house, chrome)


def sign(house: House, chrome: Browser) -> None:
    people, laments = house.people(chrome, text=GUIDE)
    a, b = (person.page for person in people)
    reach_the_signing(people)
    b.locator("#part").fill(THEIRS[:20])  # half a sentence, while the other's part arrives
    write(a, MINE)
    expect(b.locator("#card blockquote")).to_have_text(MINE)
    expect(b.locator("#part")).to_have_value(THEIRS[:20])
    write(b, THEIRS)
    seal = {"name": "Sign it"}
    a.get_by_role("button", **seal).click()
    expect(b.locator("#card")).to_contain_text("has signed")
    check(a)
    check(b)
    write(b, THEIRS_NOW)
    expect(a.locator("#card blockquote")).to_have_text(THEIRS_NOW)
    for page in (a, b):
        page.get_by_role("button", **seal).click()
    for person in people:
        expect(person.page.locator("#line")).to_be_visible()
        person.move()
    for page in (a, b):
        expect(page.get_by_role("link", name="Go on to the last page")).to_be_visible()
    assert laments == []
    for page in (a, b):
        page.context.close()
