"""Questions in a real browser: the week by mouse, by keys and without script; thermometers."""

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.conftest import PHONE, Open
from tests.rooms.people import Pair

pytestmark = pytest.mark.browser


def cell(page: Page, day: int, hour: int):
    """The box in a column (0 Monday) and a row of the week."""
    return page.locator("table[data-week] tr:has(input)").nth(hour).locator("input").nth(day)


@pytest.fixture
def week(at_screen: Open, pair: Pair) -> Page:
    page = at_screen(pair.accounts["a"], "/profile/times", viewport=PHONE)
    for box in page.locator("table[data-week] input:checked").all():
        box.evaluate("box => { box.checked = false }")
    return page


def middle(page: Page, day: int, hour: int) -> tuple[float, float]:
    box = cell(page, day, hour).locator("xpath=..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_press_marks_one_hour_and_a_second_press_takes_it_back(week, clean):
    label = cell(week, 1, 0).locator("xpath=..")
    label.click()
    expect(cell(week, 1, 0)).to_be_checked()
    expect(week.locator("[data-week-count]")).to_contain_text("1 time marked")
    label.click()
    expect(cell(week, 1, 0)).not_to_be_checked()
    clean(week)


def test_dragging_marks_every_hour_on_the_way(week):
    cell(week, 1, 1).locator("xpath=..").scroll_into_view_if_needed()
    week.mouse.move(*middle(week, 1, 1))
    week.mouse.down()
    for day in (2, 3):
        week.mouse.move(*middle(week, day, 1), steps=4)
    week.mouse.up()
    for day in (1, 2, 3):
        expect(cell(week, day, 1)).to_be_checked()
    expect(cell(week, 4, 1)).not_to_be_checked()


def test_arrow_keys_walk_the_week_and_space_marks(week):
    cell(week, 0, 0).focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        week.keyboard.press(key)
    expect(cell(week, 1, 1)).to_be_checked()
    expect(cell(week, 1, 1)).to_be_focused()
    week.keyboard.press("End")
    expect(cell(week, 6, 1)).to_be_focused()
    week.keyboard.press("ArrowRight")
    expect(cell(week, 6, 1)).to_be_focused()
    assert week.locator("table[data-week] input[tabindex='0']").count() == 1


def test_the_week_is_saved_without_any_script(at_screen, pair):
    page = at_screen(pair.accounts["b"], "/profile/times", java_script_enabled=False)
    cell(page, 5, 2).locator("xpath=..").click()
    marked = page.locator("table[data-week] input:checked").count()
    page.locator(".actionbar button.primary").click()
    page.goto(page.evaluate("new URL('/profile/times', location.origin).href"))
    expect(cell(page, 5, 2)).to_be_checked()
    assert page.locator("table[data-week] input:checked").count() == marked


def test_a_thermometer_stays_unanswered_until_it_is_touched(at_screen, pair, clean):
    page = at_screen(pair.accounts["a"], "/profile/warmth_other")
    number, slider = page.locator("input[data-warmth]"), page.locator("input[type=range]")
    expect(number).to_have_value("")
    slider.press("ArrowRight")
    expect(number).to_have_value("55")
    number.fill("20")
    expect(slider).to_have_value("20")
    clean(page)
