"""One long conversation in two real browsers whose server is killed again and again.

In each step both go on writing numbered lines until the next kill, then do what the step asks: so
the kills are spread from the door to the end. Afterwards each line must be there once, in its
writer's order, and both pages must show the same.
"""

import time
from typing import Any

from playwright.sync_api import Page

from conversation.guide import parse
from tests.browser import chromium
from tests.browser.house import NETWORK, House, messages, over, settled, untroubled
from tests.browser.people import Person, tap
from tests.rooms.grounds import Grounds
from tests.rooms.people import GUIDE

APART_SECONDS, WRITES_SECONDS = 20.0, 4.0
STEPS = len(parse(GUIDE, "the guide").steps)
NOTE_SIGNS = """() => {
    const link = document.getElementById("link");
    window.signs = new Set([link.textContent]);
    const note = () => window.signs.add(link.textContent);
    const whole = { childList: true, characterData: true, subtree: true };
    new MutationObserver(note).observe(link, whole);
}"""


def killed(grounds: Grounds) -> dict[str, Any]:
    """Let two people walk the whole guide, one kill a step at least; return what became of it."""
    folder = grounds.folder / "browsers"
    folder.mkdir()
    with grounds.town(folder, "browsers") as town, chromium.launched() as chrome:
        house = House(town, grounds.forge)
        people, laments = house.people(chrome)
        begun = time.monotonic()
        for person in people:
            person.page.evaluate(NOTE_SIGNS)
        said = _talk(house, people)
        pages = [person.page for person in people]
        broken = [one for one in laments if not one.startswith(NETWORK)] + _broken(pages, said)
        signs = {sign for page in pages for sign in page.evaluate("() => [...window.signs]")}
        lines = len(messages(pages[0]))
    return {
        "fault": "two browsers, killed every 20 s",
        "kills": house.deaths,
        "seconds": round(time.monotonic() - begun),
        "messages": lines,
        "shown": sorted(signs),
        "broken": broken,
    }


def _talk(house: House, people: list[Person]) -> dict[str, int]:
    """Talk to the end; return how many lines each has written."""
    said = {person.name: 0 for person in people}
    died = wrote = time.monotonic()
    while not all(over(person.page) for person in people):
        for person in people:
            untroubled(person.page)
            if settled(person.page) and house.deaths >= _step(person.page):
                _take_the_turn(person)
        if time.monotonic() > wrote + WRITES_SECONDS:
            wrote = time.monotonic()
            for person in people:
                said[person.name] += _write(person, said[person.name] + 1)
        if time.monotonic() > died + APART_SECONDS:
            house.die()
            died = time.monotonic()
        people[0].page.wait_for_timeout(30)
    return said


def _take_the_turn(person: Person) -> None:
    tells = person.page.locator("#ways input[value=tell]")
    if tells.count() and person.page.locator("#ways").is_visible():
        tap(tells)  # the last line may have been said
    person.move()


def _step(page: Page) -> int:
    """Return which step a page shows, from 1."""
    return int(page.locator("#step").inner_text().split()[1])


def _write(person: Person, number: int) -> bool:
    """Send a line, signal or not, where people may write freely; return whether it did."""
    page = person.page
    if over(page) or not page.locator("#write").is_visible():
        return False
    if page.locator("#ways").is_visible():
        tap(page.locator("#ways input[value=say]"))
    page.fill("#write", f"Line {number} of {person.name}")
    page.click("#send")
    return True


def _broken(pages: list[Page], said: dict[str, int]) -> list[str]:
    """Return what was lost, doubled, reordered, or shown to one of the two only."""
    a, b = (messages(page) for page in pages)
    found = [] if a == b else ["the two logs differ"]
    for name, count in said.items():
        lines = [text for text in a if text.startswith("Line ") and text.endswith(f" of {name}")]
        wanted = [f"Line {number} of {name}" for number in range(1, count + 1)]
        found += [] if lines == wanted else [f"{name} wrote {count} lines, the log has {lines}"]
    return found
