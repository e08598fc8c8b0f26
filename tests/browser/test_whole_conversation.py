"""From the pledge to anonymised figures: two people, a facilitator, staff, in a real browser."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import ne
from pathlib import Path

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from tests.browser.conftest import Earshot, until
from tests.browser.people import Person, tap
from tests.browser.phone import check

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


def begin_now(earshot: Earshot) -> str:
    """Move the one conversation's hour to now, as waiting for it would; return its token."""
    with Session(earshot.database) as session:
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        session.execute(update(models.Conversation).values(scheduled_at=now))
        session.commit()
        return session.scalars(select(models.Conversation.token)).one()


def open_since_two_months(earshot: Earshot) -> None:
    """Let the programme have a closed month behind it."""
    with Session(earshot.database) as session, session.begin():
        opened_at = datetime.now(UTC) - timedelta(days=62)
        session.execute(update(models.Programme).values(opened_at=opened_at))


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
    person.page.wait_for_url("**/questions/1")
    for _ in range(6):
        page = person.page
        before = page.url
        if "/questions/" not in before:
            return
        check(page)
        for name in page.locator("input[type=radio]").evaluate_all(
            "all => [...new Set(all.map(one => one.name))]"
        ):
            tap(page.locator(f"input[name='{name}']").nth(-2))
        page.locator("main form button.primary").first.click()
        page.wait_for_url(partial(ne, before))


def sign_in(earshot: Earshot, page: Page, email: str, role: str) -> None:
    """Appoint somebody and sign them in: a code by mail, then a second step is set up."""
    earshot.command("user", "add", email, "--role", role)
    page.goto(f"{earshot.url}/sign-in")
    page.locator("#identity").fill(email)
    page.get_by_role("button", name="Mail me a code instead").click()
    page.locator("#passcode").fill(earshot.mailbox.find(email, r"\b(\d{6})\b"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    check(page)
    page.get_by_role("button", name="Set up an app for codes").click()
    key = page.locator("code").inner_text().replace(" ", "").replace("-", "")
    check(page)
    page.locator("#code").fill(TOTP(key=key).generate().token)
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_load_state()


def watch(page: Page, earshot: Earshot) -> None:
    """See the live room on the desk, nudge it and join it; read nothing that was written."""
    page.goto(f"{earshot.url}/desk")
    expect(page.locator("#link")).to_have_text("Live", timeout=20_000)
    expect(page.locator("#rooms")).to_contain_text("Ben")
    check(page)
    page.get_by_role("button", name=re.compile("^Nudge")).first.click()
    page.locator("#nudge-text").fill("Take your time.")
    page.get_by_role("button", name="Send to both").click()
    page.get_by_role("button", name=re.compile("^More")).first.click()
    page.locator("#more").get_by_role("button", name="Join").click()
    expect(page.locator("#told")).to_contain_text("Join")
    assert "kitchen table" not in page.content()


def publish(page: Page, earshot: Earshot) -> bytes:
    """Look at the funnel, publish last month's release and download it."""
    page.goto(f"{earshot.url}/staff/programmes/town")
    expect(page.locator("svg[role=img]").first).to_be_visible()
    check(page)
    page.goto(f"{earshot.url}/staff/programmes/town/releases/{last_month()}")
    check(page)
    page.get_by_role("button", name="Publish for good").click()
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download the files").click()
    check(page)
    return begun.value.path().read_bytes()


def last_month() -> str:
    return (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def test_from_the_pledge_to_anonymised_figures(earshot: Earshot, opened: Open, tmp_path: Path):
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
    ana.move()
    facilitator = opened(DESK)
    sign_in(earshot, facilitator, "ruth@example.org", "facilitator")
    watch(facilitator, earshot)
    expect(ana.page.locator("#log")).to_contain_text("Take your time.")
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

    open_since_two_months(earshot)
    staff = opened(DESK)
    sign_in(earshot, staff, "sol@example.org", "staff")
    archive = publish(staff, earshot)
    written = earshot.command(
        *("export", "--programme", "town", "--month", last_month(), "--out", str(tmp_path / "out"))
    )
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name in files.namelist():
            assert files.read(name) == next((tmp_path / "out").rglob(name)).read_bytes(), written
