"""What a thumb does on a page, and what every page is held to."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.browser.pace import Pace
from tests.browser.people import TIMES, tap

PASSWORD = "a long walk by the river"


def check(page: Page) -> None:
    """Hold the page to the rules axe knows."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def press(page: Page, label: str) -> None:
    """Press a button or a link by its words, wherever on the page it is."""
    page.get_by_role("button", name=label).or_(page.get_by_role("link", name=label)).first.click()


def sign_in(page: Page, site: str, email: str) -> None:
    """Sign in by password."""
    page.goto(f"{site}/sign-in")
    page.locator("#identity").fill(email)
    page.locator("#passcode").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/home")


def asks(page: Page) -> bool:
    """Whether the page is a question of the profile."""
    return re.search(r"/profile/", page.url) is not None


def answer(page: Page, pace: Pace, name: str, leaning: int = 1) -> None:
    """Answer one question, counting what a person would read, tap and type, and go on.

    *leaning* is 1 or 5: which end of each view.
    """
    before = page.url
    pace.look(page)
    weighed = page.locator("input[type=radio][name=weight]")
    choices = page.locator("input[name=answer]:is([type=radio], [type=checkbox])")
    if page.locator("select#zone").count():
        _each(pace, [page.locator(f"input[name=answer][value='{hour}']") for hour in TIMES])
    elif page.locator("input#answer[autocomplete=given-name]").count():
        page.locator("input#answer").fill(name)
        pace.type(name)
    elif weighed.count():
        _each(pace, [choices.last if leaning == 5 else choices.first, weighed.last])
    elif choices.count():
        _each(pace, [choices.first if page.locator("[type=checkbox]").count() else choices.last])
    else:
        page.locator("[name=answer]").fill("50")
        pace.type("50")
    page.locator("form button.primary").click()
    pace.tap()
    page.wait_for_url(lambda url: url != before)


def _each(pace: Pace, boxes: list[Locator]) -> None:
    for box in boxes:
        tap(box)
        pace.tap()
