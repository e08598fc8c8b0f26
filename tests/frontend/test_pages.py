"""Pages around the room in a real browser: no fault for axe, on phone and desk, light and dark."""

from itertools import product

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import DESK, PHONE, Open
from tests.rooms.people import Pair

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), list(product((PHONE, DESK), ("light", "dark"))))
def test_pages_for_everybody_are_clean(at_screen: Open, clean, size, scheme):
    page = at_screen(None, "/", viewport=size, color_scheme=scheme)
    clean(page)
    for path in ("/pledge", "/nothing-here"):
        page.goto(path_of(page, path))
        clean(page)


def path_of(page, path: str) -> str:
    return page.evaluate("path => new URL(path, location.origin).href", path)


def test_an_error_says_what_happened_what_was_kept_and_what_to_do(at_screen):
    page = at_screen(None, "/nothing-here")
    expect(page.get_by_role("heading", level=1)).to_contain_text("nothing here")
    expect(page.get_by_text("Nothing of yours was changed")).to_be_visible()
    expect(page.get_by_role("link", name="Go to the start page")).to_be_visible()


def test_the_skip_link_comes_first_and_leads_to_the_content(at_screen):
    page = at_screen(None, "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_the_door_tries_the_connection_and_tells_who_is_there(at_screen, pair: Pair, clean):
    door = at_screen(pair.accounts["a"], f"/conversations/{pair.token}", viewport=PHONE)
    expect(door.locator("#connection")).to_have_text("Your connection works")
    expect(door.locator("#partner")).to_contain_text("is not here yet")
    clean(door)


def test_whoever_waits_for_a_missing_partner_has_a_way_out(at_screen, pair: Pair, clean):
    room = f"/conversations/{pair.token}/room"
    page = at_screen(pair.accounts["a"], room, viewport=PHONE)
    expect(page.locator("#link")).to_have_text("Connected")
    page.goto(path_of(page, f"/conversations/{pair.token}/missing"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("has not come yet")
    expect(page.locator("#wait span")).to_contain_text("min left")
    expect(page.get_by_role("link", name="Wait in the room")).to_be_visible()
    clean(page)
