"""Two people talk while the server under them is killed again and again, or does not answer."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Person
from tests.rooms.forge import Forge, Forged
from tests.rooms.outages import free_port
from tests.rooms.people import Town

SAID = ("The river was up to the door.", "We carried the books upstairs.")
DRAFT = "And then the neighbours came with a boat"
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

    def people(self, chrome: Browser) -> tuple[list[Person], list[str]]:
        """Both people of a fresh pair in browsers of their own, and what their browsers lament."""
        pair, laments = self.town.pair(), []
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


def walk(house: House, people: list[Person], due: Callable[[int], bool]) -> None:
    """Do what the room asks, to its end, killing the server when *due*, given how much was said."""
    while not all(over(person.page) for person in people):
        for person in people:
            untroubled(person.page)
            if settled(person.page):
                person.move()
        people[0].page.wait_for_timeout(30)
        if due(len(messages(people[0].page))):
            house.die()


def every(messages_more: int) -> Callable[[int], bool]:
    """Due each time so many more messages were written."""
    marks = iter(range(messages_more, 1000, messages_more))
    mark = next(marks)

    def due(said: int) -> bool:
        nonlocal mark
        if said < mark:
            return False
        mark = next(marks)
        return True

    return due


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


@pytest.fixture
def house(tmp_path: Path, bare_town: Town) -> Iterator[House]:
    forge = Forge(tmp_path / "log")
    made = House(bare_town, forge)
    yield made
    made.server.close()
    forge.close()


def test_a_whole_conversation_outlives_its_server(house: House, chrome: Browser):
    people, laments = house.people(chrome)
    a, b = (person.page for person in people)
    a.fill("#write", "half a thought")
    house.die()
    expect(a.locator("#link")).to_have_text("Connected")
    expect(a.locator("#write")).to_have_value("half a thought")
    a.fill("#write", "")
    walk(house, people, every(2))
    assert house.deaths >= 3
    assert messages(a) == messages(b)
    assert len(messages(a)) > 8
    assert [said for said in laments if not said.startswith(NETWORK)] == []
    for page in (a, b):
        page.context.close()


@pytest.mark.parametrize("way", ["stopped", "dumb"])
def test_who_writes_to_a_server_that_does_not_answer_is_told_and_loses_nothing(
    house: House, chrome: Browser, way: str
):
    people, laments = house.people(chrome)
    a, b = (person.page for person in people)
    for page in (a, b):
        expect(page.locator("#log")).to_contain_text("You are both here")
    with getattr(house, way)():
        for text in SAID:
            a.fill("#write", text)
            a.click("#send")
        for page in (a, b):  # who writes and who only reads
            expect(page.locator("#link")).to_have_text("No signal")
        expect(a.locator("#log .unsent")).to_have_count(2)
        expect(a.locator("#log")).to_contain_text("waits for signal, then sends itself")
        a.fill("#write", DRAFT)
    for page in (a, b):
        expect(page.locator("#link")).to_have_text("Connected")
        expect(page.locator("#log .msg .text")).to_have_text(SAID)
        expect(page.locator("#log .unsent")).to_have_count(0)
        untroubled(page)
    expect(a.locator("#write")).to_have_value(DRAFT)
    assert [said for said in laments if not said.startswith(NETWORK)] == []
    for page in (a, b):
        page.context.close()
