"""The room as two people live it, each in a browser of their own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.conftest import PHONE, Open, write
from tests.rooms.people import Pair

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> \u202egnp.exe \"'><script>alert(2)</script> {{7*7}}"


@pytest.fixture
def both(pair: Pair, at_screen: Open) -> tuple[Page, Page]:
    """Seat a at a desk, seat b on a phone, both in the room."""
    path = f"/conversations/{pair.token}/room"
    a = at_screen(pair.accounts["a"], path)
    b = at_screen(pair.accounts["b"], path, viewport=PHONE, has_touch=True, is_mobile=True)
    for page in (a, b):
        expect(page.locator("#log")).to_contain_text("You are both here")
    return a, b


def at_step(page: Page, title: str) -> None:
    expect(page.locator("#ribbon [aria-current=step]")).to_contain_text(title)


def ready(*pages: Page) -> None:
    for page in pages:
        page.click("#ready")


def tell_and_say_back(teller: Page, listener: Page) -> None:
    write(teller, "It was on a train, all the way to the sea.", "tell")
    write(listener, "Somebody listened to you all the way to the sea.", "say_back")
    expect(teller.locator("#card blockquote")).to_contain_text("all the way to the sea")
    teller.get_by_role("button", name="Yes, that is it").click()


def teller_of(a: Page, b: Page) -> tuple[Page, Page]:
    expect(a.locator("#turn")).not_to_be_empty()
    return (a, b) if a.locator("#ways input[value=tell]").count() else (b, a)


def test_two_people_walk_through_every_step(both, clean):
    a, b = both
    at_step(a, "Arrive")
    write(a, "Hello from the kitchen.")
    clean(a)
    ready(a, b)
    for title in ("Listen", "Empathize"):
        if title == "Empathize":
            at_step(a, "Humanize")
            ready(a, b)
        at_step(a, title)
        first, second = teller_of(a, b)
        tell_and_say_back(first, second)
        expect(second.locator("#turn")).to_contain_text("Your turn")
        tell_and_say_back(second, first)
    at_step(b, "Values")
    clean(b)
    for page in both:
        page.locator("#card label", has_text="Honesty").click()
        page.get_by_role("button", name="That is what I saw").click()
    expect(a.locator("#log")).to_contain_text(re.compile("You both saw: .?Honesty"))
    at_step(a, "Close")
    for page in both:
        page.fill("#line", "The sea.")
        page.locator("#card label", has_text="Yes").click()
        page.get_by_role("button", name="Done").click()
    expect(b.locator("#card h3")).to_contain_text("That was your conversation")
    expect(b.locator("#log")).to_contain_text("You would both talk again")
    clean(b)


def test_not_quite_says_what_is_missing_and_asks_for_another_try(both):
    a, b = both
    ready(a, b)
    at_step(a, "Listen")
    teller, listener = teller_of(a, b)
    write(teller, "My aunt listened.", "tell")
    write(listener, "Your uncle listened.", "say_back")
    teller.get_by_role("button", name="Not quite").click()
    teller.fill("#missing", "It was my aunt.")
    teller.locator("#card form button").click()
    expect(listener.locator("#log")).to_contain_text("It was my aunt.")
    expect(listener.locator("#turn")).to_contain_text("once more")


def test_what_waits_for_a_signal_says_so_and_sends_itself(both):
    a, b = both
    a.context.set_offline(True)
    expect(a.locator("#link")).to_have_text("No signal")
    a.fill("#write", "I would have missed him too.")
    a.click("#send")
    expect(a.locator("#log .unsent .meta")).to_contain_text("waits for signal")
    a.context.set_offline(False)
    expect(a.locator("#link")).to_have_text("Connected")
    expect(b.locator("#log")).to_contain_text("missed him too")
    expect(a.locator("#log .msg", has_text="missed him too")).to_have_count(1)
    expect(a.locator("#log .unsent")).to_have_count(0)


def test_what_was_typed_survives_a_reload(both):
    a, _ = both
    write(a, "Sent before.")
    a.fill("#write", "half a thought")
    a.reload()
    expect(a.locator("#write")).to_have_value("half a thought")
    expect(a.locator("#log")).to_contain_text("Sent before.")


def test_two_tabs_of_one_person_tell_the_same(both):
    a, b = both
    other = a.context.new_page()
    other.goto(a.url)
    expect(other.locator("#link")).to_have_text("Connected")
    write(a, "From the first tab.")
    write(other, "From the second tab.")
    write(b, "I hear you twice as well.")
    wanted = ["From the first tab.", "From the second tab.", "I hear you twice as well."]
    for page in (a, other, b):
        expect(page.locator("#log .msg .text")).to_have_text(wanted)
    other.close()
    expect(b.locator("#presence")).to_contain_text("is here")


def test_words_are_never_markup_and_never_turn_the_page_around(both):
    a, b = both
    write(a, HOSTILE)
    said = b.locator("#log .theirs .text").last
    expect(said).to_have_text(HOSTILE)
    assert said.evaluate("node => node.children.length") == 0
    assert said.evaluate("node => getComputedStyle(node).unicodeBidi") == "plaintext"
    assert said.get_attribute("dir") == "auto"


def test_a_screen_reader_is_told_what_changes(both):
    a, b = both
    expect(a.get_by_role("log", name="Messages")).to_contain_text("You are both here")
    for place in ("#link", "#turn", "#said-now", "#ready-note"):
        assert a.locator(place).get_attribute("role") == "status", place
    ready(b)
    expect(a.locator("#ready-note")).to_contain_text("is ready to go on")
    a.click("#pause")
    expect(b.locator("#said-now")).to_contain_text("paused")
    expect(b.locator("#log .msg")).to_have_count(0)


def test_the_keyboard_reaches_everything_and_focus_stays_where_it_is(both):
    a, b = both
    a.keyboard.press("Tab")
    assert a.evaluate("document.activeElement.className") == "skip"
    a.keyboard.press("Enter")
    a.locator("#write").focus()
    a.keyboard.type("By keys alone")
    a.keyboard.press("Enter")
    expect(b.locator("#log")).to_contain_text("By keys alone")
    assert a.evaluate("document.activeElement.id") == "write"
    b.locator("#ready").focus()
    a.locator("#ready").press("Enter")
    b.keyboard.press("Enter")
    at_step(b, "Listen")
    assert b.evaluate("document.activeElement.id") == "ready"


def test_pausing_stops_everything_until_the_one_who_paused_goes_on(both, clean):
    a, b = both
    a.click("#pause")
    expect(b.locator("#card h3")).to_contain_text("paused")
    expect(b.locator("#pause")).to_be_disabled()
    expect(b.locator("#card button")).to_have_count(0)
    clean(b)
    a.get_by_role("button", name="Go on").first.click()
    expect(b.locator("#card h3")).to_have_count(0)


def test_one_tap_leaves_and_the_other_is_told_kindly(both):
    a, b = both
    a.get_by_role("button", name="Leave").click()
    a.wait_for_url(lambda url: not url.endswith("/room"))
    expect(b.locator("#card h3")).to_contain_text("has left")
    expect(b.locator("#composer")).to_be_hidden()


def test_a_report_shows_what_its_sender_chose_and_closes_the_room(both, clean):
    a, b = both
    write(b, "I know where you walk.")
    a.get_by_role("button", name="Report").first.click()
    clean(a)
    a.get_by_text("A threat", exact=True).click()
    a.locator("#evidence label", has_text="I know where you walk.").click()
    a.get_by_role("button", name="Report and leave").click()
    a.wait_for_url(lambda url: not url.endswith("/room"))
    expect(b.locator("#card h3")).to_contain_text("has left")
    expect(b.locator("#log")).not_to_contain_text("eport")


def test_help_can_be_asked_for_without_the_words(both):
    a, b = both
    a.get_by_role("button", name="Help").click()
    a.get_by_role("button", name="An idea for what to say").click()
    expect(a.locator("#idea")).not_to_be_empty()
    a.get_by_role("button", name="without the words").click()
    expect(a.locator("#log")).to_contain_text("You asked for help")
    expect(b.locator("#log")).not_to_contain_text("help")


def test_who_waits_is_told_and_never_stuck(pair, at_screen, clean):
    a = at_screen(pair.accounts["a"], f"/conversations/{pair.token}/room", viewport=PHONE)
    expect(a.locator("#card h3")).to_contain_text("is not here yet")
    clean(a)
