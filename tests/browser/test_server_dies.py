"""Two people talk while the server under them is killed again and again, or does not answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.house import NETWORK, House, housed, messages, over, settled, untroubled
from tests.browser.people import Person
from tests.rooms.people import Town

SAID = ("The river was up to the door.", "We carried the books upstairs.")
DRAFT = "And then the neighbours came with a boat"


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


@pytest.fixture
def house(tmp_path: Path, bare_town: Town) -> Iterator[House]:
    with housed(tmp_path, bare_town) as made:
        yield made


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
