"""A network that takes everything and brings nothing, while the browser believes it is online."""

from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Earshot, Open, let_in
from tests.rooms.people import Town

SAID = "The river was up to the door."
DRAFT = "And then the neighbours came with a boat"


@dataclass
class Wire:
    """Every connection of a page's room: open all the time, and silent while it *swallows*."""

    swallows: bool = False

    def over(self, page: Page) -> None:
        page.route_web_socket("**/socket.io/**", self._connect)
        page.route("**/socket.io/**", lambda route: None if self.swallows else route.continue_())

    def _connect(self, here: WebSocketRoute) -> None:
        if self.swallows:
            return  # it opens, and nobody is there
        there = here.connect_to_server()
        here.on_message(lambda said: self.swallows or there.send(said))
        there.on_message(lambda said: self.swallows or here.send(said))


def come(page: Page, earshot: Earshot, town: Town, account: int, token: str) -> None:
    let_in(page, town, account, earshot.url)
    page.goto(f"{earshot.url}/conversations/{token}/room")


def test_what_is_written_into_a_swallowing_network_is_kept_and_arrives_once(
    earshot: Earshot, town: Town, opened: Open
):
    pair = town.pair(scheduled_at=datetime.now(UTC))
    ana, ben, wire = opened(), opened(), Wire()
    wire.over(ana)
    come(ana, earshot, town, pair.accounts["a"], pair.token)
    come(ben, earshot, town, pair.accounts["b"], pair.token)
    for page in (ana, ben):
        expect(page.locator("#log")).to_contain_text("You are both here")

    wire.swallows = True
    ana.locator("#write").fill(SAID)
    ana.locator("#send").click()
    expect(ana.locator("#link")).to_have_text("No signal")
    expect(ana.locator("#log")).to_contain_text("waits for signal, then sends itself")
    assert ana.evaluate("navigator.onLine")
    ana.locator("#write").fill(DRAFT)

    wire.swallows = False
    expect(ana.locator("#link")).to_have_text("Connected")
    expect(ben.locator("#log")).to_contain_text(SAID)
    expect(ana.locator("#log")).not_to_contain_text("waits for signal")
    expect(ana.locator("#write")).to_have_value(DRAFT)
    for page in (ana, ben):
        expect(page.locator("#log").get_by_text(SAID)).to_have_count(1)


def test_who_only_reads_is_told_as_well(earshot: Earshot, town: Town, opened: Open):
    pair = town.pair(scheduled_at=datetime.now(UTC))
    ana, wire = opened(), Wire()
    wire.over(ana)
    come(ana, earshot, town, pair.accounts["a"], pair.token)
    expect(ana.locator("#link")).to_have_text("Connected")

    wire.swallows = True
    expect(ana.locator("#link")).to_have_text("No signal")
    assert ana.evaluate("navigator.onLine")
    wire.swallows = False
    expect(ana.locator("#link")).to_have_text("Connected")
