"""From the pledge to anonymised figures: two people, a facilitator, staff, in a real browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from tests.browser.conftest import Earshot, until
from tests.browser.people import Person, tap

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
Open = Callable[..., Page]


@pytest.fixture
def opened(chrome: Browser) -> Iterator[Open]:
    """Pages in browsers of their own; a word of a browser's console fails the test."""
    contexts, complaints = [], []

    def new(viewport: dict[str, int], **given: str) -> Page:
        context = chrome.new_context(viewport=viewport, **given)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


def check(page: Page) -> None:
    """Hold the page to the rules axe knows."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def begin_now(earshot: Earshot) -> str:
    """Move the one conversation's hour to now, as waiting for it would; return its token."""
    with Session(earshot.database) as session:
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        session.execute(update(models.Conversation).values(scheduled_at=now))
        session.commit()
        return session.scalars(select(models.Conversation.token)).one()


def state(earshot: Earshot) -> str:
    with Session(earshot.database) as session:
        return session.scalars(select(models.Conversation.state)).one()


def talk(people: list[Person]) -> None:
    """Let both do what the room asks, until it closes."""
    for _ in range(400):
        for person in people:
            person.move()
        if all(
            one.page.get_by_role("link", name="Go on to the last page").count() for one in people
        ):
            return
        people[0].page.wait_for_timeout(30)
    raise AssertionError(people[0].page.locator("main").inner_text())


def answer_how_it_was(person: Person) -> None:
    person.press("Go on to the last page")
    for _ in range(6):
        page = person.page
        if not page.url.endswith("/after"):
            return
        check(page)
        for name in page.locator("input[type=radio]").evaluate_all(
            "all => [...new Set(all.map(one => one.name))]"
        ):
            tap(page.locator(f"input[name='{name}']").nth(-2))
        page.locator("form button.primary").first.click()
        page.wait_for_load_state()


def test_two_people_from_the_pledge_to_how_it_was(earshot: Earshot, opened: Open):
    ana = Person(opened(PHONE), earshot, "ana@example.org", "Ana", leaning=1)
    ben = Person(opened(DESK, color_scheme="dark"), earshot, "ben@example.org", "Ben", leaning=5)

    ana.pledge()
    for person in (ana, ben):
        person.sign_up()
        person.fill_in_the_profile()
        person.go("/home")
        check(person.page)

    assert "1 pair" in earshot.command("round", "--programme", "town")
    for person in (ana, ben):
        person.accept(earshot.mailbox.link(person.email, r"/invitations/\d+"))
    token = begin_now(earshot)

    for person in (ana, ben):
        person.enter(token)
        check(person.page)
    talk([ana, ben])
    until(lambda: state(earshot) == "closed", "the end of the conversation")

    for person in (ana, ben):
        answer_how_it_was(person)
        person.go("/home")
        expect(person.page.get_by_role("heading", level=1)).to_be_visible()
        check(person.page)
    with Session(earshot.database) as session:
        answered = session.scalars(select(models.SurveyAnswer.participant_id).distinct()).all()
    assert len(answered) == 2
