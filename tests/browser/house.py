"""A server that can be killed or stopped, and two people in one room of it in real browsers."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Person
from tests.ports import free_port
from tests.rooms.forge import Forge, Forged
from tests.rooms.people import Town

SIGNS = {"Connecting", "Connected", "No signal", "Saving takes longer than usual"}
NETWORK = ("WebSocket connection to", "Failed to load resource")


@dataclass
class House:
    """A server that dies on demand, and two people in one room of it."""

    town: Town
    forge: Forge
    port: int = field(default_factory=free_port)
    deaths: int = 0
    pages: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = self.town.config
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "EARSHOT_DATABASE_URL": config.database.url,
            "EARSHOT_DATABASE_KEYS": config.database.keys,
            "EARSHOT_SITE_SECRETS": config.site.secrets,
            "EARSHOT_SITE_URL": self.url,
            "PORT": str(self.port),
        }
        self.server: Forged = self.forge.start(self.environment)

    def die(self) -> None:
        """Be killed, and away until both pages have noticed."""
        self.server.close()
        for page in self.pages:
            expect(page.locator("#link")).not_to_have_text("Connected")
        self.server = self.forge.start(self.environment)
        self.deaths += 1

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stand still: every connection stays open, and nothing is read or answered."""
        self.server.signal(signal.SIGSTOP)
        yield
        self.server.signal(signal.SIGCONT)

    @contextmanager
    def dumb(self) -> Iterator[None]:
        """Be dead, and something else in its place that takes connections and never answers."""
        self.server.close()
        with socket.create_server(("127.0.0.1", self.port)):
            yield
        self.server = self.forge.start(self.environment)

    def people(self, chrome: Browser, **given: Any) -> tuple[list[Person], list[str]]:
        """Both people of a fresh pair in browsers of their own, and what their browsers lament."""
        pair, laments = self.town.pair(**given), []
        people = []
        for seat, leaning in (("a", 1), ("b", 5)):
            context = chrome.new_context()
            name, _, value = self.town.cookie(pair.accounts[seat]).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": self.url}])
            page = context.new_page()
            page.on("pageerror", lambda error: laments.append(str(error)))
            page.on("console", lambda said: said.type == "error" and laments.append(said.text))
            people.append(Person(page, self, "", seat, leaning))  # type: ignore[arg-type]
            people[-1].enter(pair.token)
        self.pages = [person.page for person in people]
        return people, laments


@contextmanager
def housed(folder: Path, town: Town) -> Iterator[House]:
    """A house in a town, whose server's log is kept in a folder."""
    forge = Forge(folder / "log")
    made = House(town, forge)
    yield made
    made.server.close()
    forge.close()


def over(page: Page) -> bool:
    return page.get_by_role("link", name="Go on to the last page").count() > 0


def settled(page: Page) -> bool:
    """Whether nothing of this person's waits to be sent."""
    connected = page.locator("#link").inner_text() == "Connected"
    return connected and page.locator("#log .unsent").count() == 0 and not over(page)


def untroubled(page: Page) -> None:
    """Nobody is told more than that there is no signal."""
    shown = page.locator("#link").inner_text()
    assert shown in SIGNS, shown
    assert page.locator("#refusal-box").is_hidden()
    assert page.locator("#gone").is_hidden()


def messages(page: Page) -> list[str]:
    return page.locator("#log .msg .text").all_inner_texts()
