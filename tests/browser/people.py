"""People in front of a browser: what each of them does, page by page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Earshot

TIMES = ("0-19", "1-19", "2-19", "3-19", "4-19", "5-10", "6-10", "6-18")
STORY = "My grandfather drove a bus. He asked one question, why, and then he listened."
SAID_BACK = "Your grandfather asked why, and then he let you find it yourself."


def tap(box: Locator) -> None:
    """Tick a box or a choice the way a thumb does: on its words."""
    box.locator("xpath=ancestor::label").click()


def unfold(page: Page) -> None:
    """Open what an invitation tells, one thing after the other."""
    closed = page.locator("main .path > li > div > details:not([open]) > summary")
    while closed.count():
        closed.first.click()


@dataclass
class Person:
    """Somebody who takes part, with a page of their own."""

    page: Page
    earshot: Earshot
    email: str
    name: str
    leaning: int  # 1 or 5: which end of each issue
    shots: Path | None = None
    greeted: bool = False
    taken: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.earshot.url + path)

    def press(self, label: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=label).or_(
            self.page.get_by_role("link", name=label)
        ).first.click()

    def pledge(self) -> None:
        self.go("/pledge")
        self.press("I take the pledge")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def sign_up(self) -> None:
        self.go("/sign-up")
        self.page.get_by_label(re.compile("Mail address")).fill(self.email)
        self.page.locator("#password").fill("a long walk by the river")
        for box in ("adult", "consent_matching", "consent_conversation"):
            self.page.locator(f"[name={box}]").check()
        self.press("Sign up")
        expect(self.page).to_have_url(re.compile("/sign-up/sent"))
        self.go(self.earshot.mailbox.link(self.email, "/confirm/"))

    def fill_in_the_profile(self) -> None:
        """Answer whatever is asked until home says that a partner is looked for."""
        self.go("/profile")
        self.press("Begin")
        for _ in range(60):
            if not self._answer_one_question():
                return
        raise AssertionError(f"the profile does not end: {self.page.url}")

    def _answer_one_question(self) -> bool:
        page = self.page
        if not re.search(r"/profile/", page.url):
            return False
        before = page.url
        if page.locator("input#answer[autocomplete=given-name]").count():
            page.locator("input#answer").fill(self.name)
        elif page.locator("select#zone").count():
            page.locator("select#zone").select_option("Europe/Berlin")
            for time in TIMES:
                tap(page.locator(f"input[name=answer][value='{time}']"))
        elif page.locator("input[type=checkbox][name=answer]").count():
            tap(page.locator("input[type=checkbox][name=answer]").first)
        else:
            self._choose()
        page.locator("form button.primary").click()
        page.wait_for_url(lambda url: url != before)
        return True

    def _choose(self) -> None:
        choices = self.page.locator("input[type=radio][name=answer]")
        if not choices.count():
            self.page.locator("[name=answer]").fill("50")
            return
        view = self.page.locator("input[name=weight]")
        wanted = choices.last if self.leaning == 5 or not view.count() else choices.first
        tap(wanted)
        if view.count():
            tap(view.last)

    def accept(self, link: str) -> None:
        self.go(link)
        unfold(self.page)
        tap(self.page.locator("input[type=checkbox]").first)
        self.page.locator("form button.primary").first.click()

    def enter(self, token: str) -> None:
        self.go(f"/conversations/{token}")
        self.page.locator("#enter").click()
        expect(self.page.locator("#link")).to_have_text("Connected", timeout=PATIENCE * 1000)

    def move(self) -> None:
        """Do the next thing that the room asks of this person, if there is one."""
        page = self.page
        yes = page.get_by_role("button", name="Yes, that is it")
        if yes.is_visible():
            yes.click()
            expect(yes).to_be_hidden(timeout=30_000)  # answered, so that nobody answers twice
        elif page.get_by_role("button", name="That is what I saw").is_visible():
            self._once("tick", self._tick)
        elif page.locator("#line").is_visible():
            self._once("reflect", self._reflect)
        elif page.locator("#write").is_visible():
            self._write()

    def _once(self, what: str, do: Callable[[], None]) -> None:
        """Answer once: the card stays open to a change of mind until the other has answered."""
        if what not in self.taken:
            self.taken.append(what)
            do()

    def _write(self) -> None:
        ways = self.page.locator("#ways input").evaluate_all("all => all.map(one => one.value)")
        if "say_back" in ways:
            tap(self.page.locator("#ways input[value=say_back]"))
            self._send(SAID_BACK)
        elif "tell" in ways and "telling" not in self._turn():
            self._send(STORY)
        elif not self.greeted and self.page.locator("#ready").is_visible():
            self.greeted = True
            self._send("Hello. I am at my kitchen table.")
            self.page.locator("#ready").click()

    def _turn(self) -> str:
        """What was told already, so that nobody tells the same story for ever."""
        step = self.page.locator("#step").inner_text() + self.page.locator("#prompt-h").inner_text()
        if step in self.taken:
            return "telling"
        self.taken.append(step)
        return ""

    def _send(self, text: str) -> None:
        self.page.locator("#write").fill(text)
        self.page.locator("#send").click()
        expect(self.page.locator("#write")).to_have_value("")

    def _tick(self) -> None:
        tap(self.page.locator("#card input[name=value]").nth(0))
        tap(self.page.locator("#card input[name=value]").nth(3))
        self.press("That is what I saw")

    def _reflect(self) -> None:
        self.page.locator("#line").fill("That he waited.")
        tap(self.page.locator("#card input[name=again][value=yes]"))
        self.page.locator("#card button[type=submit]").click()
