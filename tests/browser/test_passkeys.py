"""A passkey is made and signs in, with a device that holds it, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, Earshot
from tests.browser.people import Person

PHONE = {"width": 360, "height": 740}
PASSWORD = "a long walk by the river"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def phone(chrome: Browser) -> Iterator[Page]:
    """A phone whose device makes and keeps passkeys."""
    context = chrome.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).or_(page.get_by_role("link", name=label)).first.click()


def test_a_passkey_signs_in_without_an_address(earshot: Earshot, phone: Page):
    site = earshot.url.replace("127.0.0.1", "localhost")  # passkeys need a name, not a number
    Person(phone, earshot, "ana@example.org", "Ana", leaning=1).sign_up()
    phone.goto(f"{site}/sign-in")
    phone.locator("#identity").fill("ana@example.org")
    phone.locator("#passcode").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.wait_for_url("**/home")

    phone.goto(f"{site}/passkeys")
    phone.locator("#name").fill("my phone")
    press(phone, "Add a passkey")
    kept = phone.get_by_text("The passkey my phone is kept.")
    expect(kept).to_be_visible(timeout=PATIENCE * 1000)
    press(phone, "Sign out")
    phone.wait_for_url(re.compile(f"^{site}/(sign-in)?$"))
    phone.goto(f"{site}/sign-in")
    press(phone, "Sign in with a passkey")

    phone.wait_for_url("**/home")
