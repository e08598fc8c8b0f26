"""Fifty rooms that talk on a real server, one of them in trouble, and all that was said there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, WebSocket, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.site import platform
from tests.browser.conftest import Earshot
from tests.conftest import ROOT
from tests.desk.crowd import Crowd
from tests.rooms.callers import Caller
from tests.rooms.people import Pair, Town, make_pair

ROOMS = 50
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1280, "height": 800}
FRIENDLY = (
    "What was it like for you when the river came up, {}?",
    "I see what you mean, and I had not thought of the ferry, {}.",
)
HARSH = (
    "You always twist my words, you liar, quokka.",
    "You never listen, you are an idiot, quokka.",
    "You people are all stupid and you know nothing, quokka.",
)


@dataclass
class Scene:
    """One Earshot with fifty rooms, the people in them, and all that was written there."""

    earshot: Earshot
    town: Town
    pairs: list[Pair]
    crowd: Crowd
    chrome: Browser
    complaints: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    def page(self, account: int, viewport: dict[str, int], **given: str) -> Page:
        """A browser of its own, in which an account is signed in."""
        context = self.chrome.new_context(viewport=viewport, **given)  # type: ignore[arg-type]
        name, _, value = self.town.cookie(account).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": self.earshot.url}])
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def capture(self, page: Page) -> None:
        """Keep every frame of every socket of a page, both ways."""

        def opened(wire: WebSocket) -> None:
            wire.on("framereceived", lambda frame: self.frames.append(str(frame)))
            wire.on("framesent", lambda frame: self.frames.append(str(frame)))

        page.on("websocket", opened)

    def caller(self, room: int, seat: str) -> Caller:
        return next(
            one
            for one in self.crowd.callers
            if (one.token, one.seat) == (self.pairs[room].token, seat)
        )

    def written(self) -> list[str]:
        """Everything that anybody said, and the words only they used."""
        return [text for one in self.crowd.callers for text in one.history.sent.values() if text]


def call_them(town: Town, pair: Pair, first: str, second: str) -> None:
    for seat, name in (("a", first), ("b", second)):
        town.change(models.Participant, pair.participants[seat], first_name=name)


@contextmanager
def fifty(earshot: Earshot, chrome: Browser) -> Iterator[Scene]:
    """Let fifty pairs into their rooms; two people come by a browser of their own later."""
    made = platform.load(ROOT / "config.toml", earshot.environment)
    town = Town(made.config, made.secrets, made.keys)
    with Session(town.engine) as session:
        programme = session.scalars(select(models.Programme)).one()
        now = datetime.now(UTC)
        pairs = [make_pair(session, programme=programme, scheduled_at=now) for _ in range(ROOMS)]
    call_them(town, pairs[17], "Mila", "Rolf")
    call_them(town, pairs[31], "Ines", "Kurt")
    port = urlsplit(earshot.url).port or 0
    in_browsers = {(17, "a"), (31, "a")}
    callers = [
        Caller(port, earshot.url, town.cookie(pair.accounts[seat]), pair.token, seat)
        for number, pair in enumerate(pairs)
        for seat in "ab"
        if (number, seat) not in in_browsers
    ]
    with Crowd(callers) as crowd:
        yield Scene(earshot, town, pairs, crowd, chrome)
    town.leave()
    made.close()


def leaks(where: str, texts: list[str]) -> list[str]:
    """Return those of *texts* that are found, whole or by their last word."""
    marks = [re.sub(r"\W", "", text.split()[-1]) for text in texts]
    return [text for text, mark in zip(texts, marks, strict=True) if text in where or mark in where]


def enter(scene: Scene, room: int) -> Page:
    page = scene.page(scene.pairs[room].accounts["a"], PHONE)
    page.goto(f"{scene.earshot.url}/conversations/{scene.pairs[room].token}")
    page.locator("#enter").click()
    expect(page.locator("#link")).to_have_text("Connected", timeout=20_000)
    return page


def talk(scene: Scene) -> None:
    """Everybody says something friendly, but for one."""
    for number, caller in enumerate(scene.crowd.callers):
        if caller is not scene.caller(17, "b"):
            text = FRIENDLY[number % 2].format(f"heron{number}")
            scene.crowd.do(caller.say, text)
    for text in HARSH:
        scene.crowd.do(scene.caller(17, "b").say, text)
    scene.crowd.settle()
