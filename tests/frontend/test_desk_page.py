"""The desk as a facilitator lives it: live tiles, by need, by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.conftest import PHONE, Open, write
from tests.rooms.people import Hall, Pair

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(house: Hall, at_screen: Open) -> Page:
    page = at_screen(house.account("facilitator", first_name="Ruth"), "/desk")
    expect(page.locator("#link")).to_have_text("Live")
    return page


@pytest.fixture
def sitter(pair: Pair, at_screen: Open) -> Page:
    path = f"/conversations/{pair.token}/room"
    a = at_screen(pair.accounts["a"], path, viewport=PHONE)
    at_screen(pair.accounts["b"], path, viewport=PHONE)
    expect(a.locator("#log")).to_contain_text("You are both here")
    return a


def of(desk: Page, pair: Pair):
    return desk.locator(f"[data-room='{pair.token}']")


def test_a_call_for_help_brings_the_room_to_the_top_without_its_words(desk, sitter, pair, clean):
    write(sitter, "A secret nobody else should read")
    expect(of(desk, pair)).to_have_count(1)
    sitter.click("#help-open")
    sitter.get_by_role("button", name="without the words").click()
    tile = of(desk, pair)
    expect(tile).to_have_class("tile now")
    expect(tile.locator("h3")).to_contain_text("asked for help")
    expect(desk.get_by_role("alert")).to_contain_text("need somebody now")
    assert "secret" not in desk.content()
    clean(desk)


def test_a_nudge_is_told_to_the_pair_with_its_name(desk, sitter, pair):
    of(desk, pair).get_by_role("button", name="More").click()
    desk.get_by_role("button", name="Join", exact=True).last.click()
    expect(sitter.locator("#log")).to_contain_text(re.compile("Ruth[^,]*, facilitator, has joined"))
    expect(desk.locator("#told")).to_contain_text("done")
    of(desk, pair).get_by_role("button", name="Nudge").click()
    desk.locator("[data-preset]").first.click()
    desk.get_by_role("button", name="Send to both").click()
    expect(sitter.locator("#log .guide")).to_contain_text("Take it in smaller bits")


PRESSED_FOR = """(id) => new Promise((tell) => {
    const room = document.querySelector(`[data-room="${id}"]`);
    const pressed = performance.now();
    room.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    const watch = new MutationObserver(() => room.isConnected || tell(performance.now() - pressed));
    watch.observe(document.getElementById("rooms"), { childList: true, subtree: true });
})"""


def test_a_room_is_not_drawn_anew_under_a_finger(desk, sitter, pair):
    expect(of(desk, pair)).to_have_count(1)
    desk.evaluate(f"(id) => {{ window.drawn = ({PRESSED_FOR})(id) }}", pair.token)
    write(sitter, "One more line")
    assert desk.evaluate("() => window.drawn") >= 1000


def test_ending_a_room_takes_it_off_the_desk_and_tells_the_pair(desk, sitter, pair):
    of(desk, pair).get_by_role("button", name="More").click()
    desk.get_by_role("button", name="End the conversation").click()
    expect(sitter.locator("#card h3")).to_contain_text("facilitator ended")
    expect(of(desk, pair)).to_have_count(0)


def test_the_desk_is_walked_by_keys_among_the_rooms(desk, sitter, pair):
    room = of(desk, pair)
    expect(room).to_have_count(1)
    room.get_by_role("button", name="More").focus()
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.hasAttribute('data-room')")
    room.focus()
    desk.keyboard.press("n")
    expect(desk.locator("#nudge-text")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.locator("#find").fill("nobody is called so")
    expect(desk.locator("#none")).to_be_visible()
