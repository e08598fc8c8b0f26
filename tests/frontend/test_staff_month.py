"""A month of somebody on the staff, in a real browser: from the programme to what a funder gets."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

import models
from services.staff import imports
from tests import factories
from tests.frontend.conftest import DESK, PHONE
from tests.rounds import people

SHOTS = os.environ.get("EARSHOT_SHOTS")
GOOD = "email;first_name\nada@example.org;Ada\nben@example.org;Ben\n"


def shot(page: Page, name: str) -> None:
    """Keep pictures of the page at both widths, light and dark, where they are asked for."""
    for width, size in (("360", PHONE), ("1280", DESK)) if SHOTS else ():
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")


@pytest.fixture
def visit(at_screen, house, clean):
    """Somebody on the staff at a desk; every page they look at is clean."""
    account = house.account("staff")

    def open_page(path: str) -> Page:
        return at_screen(account, path)

    def look(page: Page, name: str) -> None:
        page.set_viewport_size(PHONE)
        clean(page)
        page.set_viewport_size(DESK)
        clean(page)
        shot(page, name)

    return open_page, look


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_a_month_of_the_staff(house, visit, tmp_path):
    open_page, look = visit
    page = open_page("/staff/new")
    page.fill("#title", "The town talks")
    page.fill("#slug", "month")
    page.fill("#accent", "#ffee00")
    expect(page.locator("#accent-e")).to_contain_text("too pale")
    look(page, "editor-wrong")
    page.fill("#accent", "#1a5e50")
    page.fill("#min_differences", "2")
    press(page, "Open the programme")
    expect(page.get_by_role("status").first).to_contain_text("The programme is open")
    look(page, "editor")
    page.get_by_role("link", name="Its own page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The town talks")
    look(page, "own-page")

    _write(page, house, look)
    _import(page, house, tmp_path, look)
    _round(page, house, look, open_page)

    page.goto(f"{house.server.url}/staff/programmes/month")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "funnel")
    _release(page, house, look)
    for path, name in (
        ("programmes/month/forecast", "forecast"),
        ("programmes/month/questions", "questions"),
        ("programmes/month/effect", "effect"),
        ("programmes/month/hours", "hours"),
        ("programmes/month/extracts", "extracts"),
        ("texts", "texts"),
        ("system", "system"),
        ("audit?check=1", "audit"),
    ):
        page.goto(f"{house.server.url}/staff/{path}")
        look(page, name)


def _write(page: Page, house, look) -> None:
    page.goto(f"{house.server.url}/staff/texts/guide/first-short/en")
    text = page.locator("#manuscript")
    good = text.input_value()
    text.fill(good.replace('activity = "say_back"', 'activity = "sing"', 1))
    wrong = page.get_by_role("link", name=re.compile("Line"))
    expect(wrong).to_have_count(1)
    look(page, "text-wrong")
    wrong.click()
    expect(page.locator("#manuscript-at")).to_have_text(wrong.inner_text())
    text.fill(good + "# kept in the browser\n")
    expect(page.get_by_text("Nothing is wrong with it.")).to_be_visible()
    press(page, "Keep this version")
    expect(page.get_by_role("status").first).to_contain_text("Kept as version 1")
    look(page, "text")


def _import(page: Page, house, tmp_path: Path, look) -> None:
    url = f"{house.server.url}/staff/programmes/month/people"
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(GOOD + "nobody;Eve\ncy@example.org;=1+1\n")
    good.write_text(GOOD)
    page.goto(url)
    look(page, "people-empty")
    page.set_input_files("#file", bad)
    press(page, "Check the file")
    expect(page.get_by_role("status").first).to_contain_text("2 things are wrong")
    look(page, "list-wrong")
    page.goto(url)
    page.set_input_files("#file", good)
    press(page, "Check the file")
    look(page, "list-good")
    press(page, "Take in 2 guests")
    imports.apply_due(sessionmaker(house.engine), datetime.now(UTC))
    page.goto(url)
    press(page, "Invite them by mail")
    expect(page.get_by_role("status").first).to_contain_text("being written")
    look(page, "people")


def _round(page: Page, house, look, open_page) -> None:
    url = f"{house.server.url}/staff/programmes/month/rounds"
    with sessionmaker(house.engine).begin() as session:
        town = session.scalars(
            select(models.Programme).where(models.Programme.slug == "month")
        ).one()
        people.crowd(session, town, 24)
    page.goto(url)
    press(page, "Make a preview")
    expect(page.get_by_role("heading", level=1)).to_have_text("Round, preview")
    look(page, "round")
    first, second = (page.locator(f"tbody tr:nth-child({n}) [data-person]").first for n in (1, 2))
    first.click()
    expect(page.locator(".chip.mine")).to_have_count(1)
    page.locator("tbody tr:nth-child(2) [data-person]").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cost")).to_be_visible()
    page.get_by_role("link", name="Leave it").click()
    first.drag_to(second)
    expect(page.locator("#cost")).to_be_visible()
    look(page, "round-cost")
    page.get_by_role("link", name="Leave it").click()
    late = open_page(page.url.replace(house.server.url, ""))
    press(page, "Publish 12 pairs")
    expect(page.get_by_role("status").first).to_contain_text("12 pairs are published")
    look(page, "round-published")
    press(late, "Publish 12 pairs")
    expect(late.get_by_role("status").first).to_contain_text("It went out once")


def _release(page: Page, house, look) -> None:
    now = datetime.now(UTC)
    with sessionmaker(house.engine).begin() as session:
        town = session.scalars(
            select(models.Programme).where(models.Programme.slug == "month")
        ).one()
        town.opened_at = now - timedelta(days=70)
        for _ in range(60):
            factories.participant(session, town, joined_at=now - timedelta(days=45))
    url = f"{house.server.url}/staff/programmes/month/releases"
    page.goto(f"{url}/{now:%Y-%m}")
    expect(page.get_by_role("status").first).to_contain_text("is not over yet")
    page.goto(url)
    look(page, "releases")
    page.get_by_role("link", name=re.compile("Preview")).first.click()
    look(page, "release-preview")
    page.get_by_role("button", name="Publish for good").click(timeout=60_000)
    expect(page.get_by_role("status").first).to_contain_text("published")
    look(page, "release")
    with page.expect_download() as handed:
        page.get_by_role("link", name="Download the files").click()
    with ZipFile(handed.value.path()) as archive:
        assert {"datapackage.json", "report.pdf"} <= set(archive.namelist())
