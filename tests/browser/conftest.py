"""A running Earshot with a mail server beside it, and a real browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from models import engine
from services.site import config, secrets
from services.site.crypto import KeyStore
from tests.browser import chromium
from tests.conftest import ROOT
from tests.rooms.conftest import _database
from tests.rooms.people import Town, settings

PATIENCE = 60.0
PHONE = {"width": 360, "height": 740}
Open = Callable[..., Page]
expect.set_options(timeout=PATIENCE * 1000)


def until(wanted: Callable[[], object], what: str, seconds: float = PATIENCE) -> object:
    """Return the first true answer of *wanted*; fail saying *what* did not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = wanted()
        if found:
            return found
        time.sleep(0.05)  # between looks, not instead of one
    raise AssertionError(f"{what} did not come within {seconds:.0f} s")


@dataclass
class Mailbox:
    """What the mail server took, newest last."""

    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def link(self, address: str, pattern: str) -> str:
        """Wait for a mail to *address* whose text has a link matching *pattern*; return it."""
        return self.find(address, rf"(https?://\S*{pattern}\S*)")

    def find(self, address: str, pattern: str) -> str:
        """Wait for a mail to *address* whose text matches *pattern*; return its first group."""

        def look() -> str | None:
            for message in reversed(self.messages):
                if address in message["To"]:
                    text = message.get_body(("plain",)).get_content()
                    found = re.search(pattern, text)
                    if found:
                        return found.group(1)
            return None

        return str(until(look, f"mail to {address} with {pattern}"))


@contextmanager
def posting() -> Iterator[tuple[Mailbox, int]]:
    """Run a real SMTP server; give it and the port it listens on."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server and the port it listens on."""
    with posting() as made:
        yield made


@dataclass
class Earshot:
    """One running Earshot: its address, its settings, its database, its mail."""

    url: str
    environment: dict[str, str]
    database: Engine
    mailbox: Mailbox
    folder: Path

    def command(self, *words: str, code: int = 0) -> str:
        """Run an `earshot` command to its end."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "earshot.py"), *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def earshot(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> Iterator[Earshot]:
    """`earshot serve` in a process of its own, on a fresh database."""
    with serving(tmp_path, *mailbox) as running:
        yield running


@contextmanager
def serving(tmp_path: Path, box: Mailbox, smtp: int) -> Iterator[Earshot]:
    """Run `earshot serve` in a process of its own, on a fresh database in a folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "EARSHOT_SITE_URL": url,
        "EARSHOT_SITE_PORT": str(port),
        "EARSHOT_SITE_SECRETS": str(tmp_path / "secrets.toml"),
        "EARSHOT_DATABASE_URL": f"sqlite:///{tmp_path / 'earshot.sqlite3'}",
        "EARSHOT_DATABASE_KEYS": f"sqlite:///{tmp_path / 'keys.sqlite3'}",
        "EARSHOT_MAIL_PORT": str(smtp),
    }
    made = engine.create(environment["EARSHOT_DATABASE_URL"])
    running = Earshot(url, environment, made, box, tmp_path)
    running.command("migrate")
    running.command("programme", "open", "town", "--title", "The town talks", "--guide", "first")
    log = (tmp_path / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "earshot.py"), "serve"],
        env=environment,
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    until(lambda: _answers(port) or process.poll() is not None, "the server")
    assert process.poll() is None, (tmp_path / "serve.log").read_text()
    yield running
    process.terminate()
    process.wait(PATIENCE)
    log.close()
    made.dispose()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """A real Chromium, the system's or Playwright's own."""
    with chromium.launched() as browser:
        yield browser


CUT = "net::ERR_INTERNET_DISCONNECTED"  # a test took the connection away


def _complains(said: ConsoleMessage) -> bool:
    return said.type == "error" and CUT not in said.text


@pytest.fixture
def opened(chrome: Browser) -> Iterator[Open]:
    """Phones, each with cookies of its own; a word of a page's console fails the test."""
    contexts, complaints = [], []

    def new(**given: Any) -> Page:
        context = chrome.new_context(**({"viewport": PHONE, "has_touch": True} | given))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda said: _complains(said) and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def town(earshot: Earshot) -> Iterator[Town]:
    """The people of a running Earshot, and the cookies of their browsers."""
    with inhabited(earshot) as made:
        yield made


@contextmanager
def inhabited(earshot: Earshot) -> Iterator[Town]:
    """Give the people of a running Earshot, and the cookies of their browsers."""
    ours = {key: v for key, v in earshot.environment.items() if key.startswith("EARSHOT_")}
    settings = config.load(ROOT / "config.toml", ours)
    known = secrets.load(Path(settings.site.secrets), {})
    store = engine.create(settings.database.keys)
    made = Town(settings, known, KeyStore(sessionmaker(store), known.masters))
    yield made
    made.leave()
    store.dispose()


def let_in(page: Page, town: Town, account: int, url: str) -> None:
    """Sign an account in on a page's browser."""
    name, _, value = town.cookie(account).partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": url}])


@pytest.fixture
def bare_town(tmp_path: Path, template: str, request: pytest.FixtureRequest) -> Iterator[Town]:
    """People on a database of their own, and no server yet."""
    config, secrets, keys, keys_engine = settings(tmp_path, _database(tmp_path, template, request))
    town = Town(config, secrets, keys)
    yield town
    town.leave()
    keys_engine.dispose()
    shutil.rmtree(tmp_path)
