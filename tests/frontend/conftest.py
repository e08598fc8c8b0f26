"""People at real browsers, in front of the real server."""

import socket
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.rooms.conftest import _database
from tests.rooms.people import Hall, Pair, settings

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 860}

Open = Callable[..., Page]
PATIENCE = 60
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """A real Chromium, the system's or Playwright's own."""
    with chromium.launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def house(
    template: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    """One server for all pages. A browser's origin is its address, so it has to know that."""
    folder = tmp_path_factory.mktemp("house")
    config, secrets, keys, keys_engine = settings(folder, _database(folder, template, request))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    made = Hall(config, secrets, keys, PORT=str(port), EARSHOT_SITE_URL=url)
    yield made
    made.close()
    keys_engine.dispose()


@pytest.fixture
def pair(house: Hall) -> Pair:
    """Two people whose conversation may begin."""
    return house.pair()


@pytest.fixture
def at_screen(chrome: Browser, house: Hall) -> Iterator[Open]:
    """`at_screen(account_id, path)` is that person's page, open; complaints of the browser fail."""
    contexts = []
    complaints: list[str] = []

    def sit(account_id: int | None, path: str, **given: object) -> Page:
        context = chrome.new_context(**{"viewport": DESK, **given})
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        if account_id is not None:
            name, _, value = house.cookie(account_id).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": house.server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: _listen(said.text, complaints))
        page.goto(house.server.url + path)
        return page

    yield sit
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(text: str, complaints: list[str]) -> None:
    if "Content Security Policy" in text or "Content-Security-Policy" in text:
        complaints.append(text)


@pytest.fixture
def clean() -> Callable[[Page], None]:
    """`clean(page)` fails where axe finds a fault on it, or where it scrolls sideways."""

    def look(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return look


def write(page: Page, text: str, way: str | None = None) -> None:
    """Write in the room, and wait until it is stored."""
    if way:
        page.locator(f"#ways label:has(input[value={way}])").click()
    page.fill("#write", text)
    page.click("#send")
    expect(page.locator("#log .msg:not(.unsent)").last).to_contain_text(text)
    expect(page.locator("#log .unsent")).to_have_count(0)
