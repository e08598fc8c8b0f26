"""A town whose clock a test moves, on the server and in every browser, and people to live in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

import models
from services.people import enrolment
from tests.browser.people import Person
from tests.conftest import ROOT
from tests.ports import free_port
from tests.rooms.people import Town
from tests.rounds import people
from web.context import Context, install

PHONE = {"width": 360, "height": 740}
Hours: TypeAlias = list[tuple[int, int]]
ALWAYS: Hours = [(day, hour) for day in range(7) for hour in range(24)]
EXPECTED = ("WebSocket connection to", "Failed to load resource")  # when the network is cut


@dataclass
class Moving:
    """The server's process, and how far its clock is ahead."""

    town: Town
    chrome: Browser
    ahead: timedelta = timedelta(0)
    port: int = field(default_factory=free_port)
    pages: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = self.town.config, self.town.secrets, self.town.keys
        install(self.town.app, Context(*known, self.now))  # who signs in does so by it

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator["Moving"]:
        config = self.town.config
        environment = os.environ | {
            "EARSHOT_DATABASE_URL": config.database.url,
            "EARSHOT_DATABASE_KEYS": config.database.keys,
            "EARSHOT_SITE_SECRETS": config.site.secrets,
            "EARSHOT_SITE_URL": self.url,
            "AHEAD": str(self.ahead.total_seconds()),
            "PORT": str(self.port),
        }
        log = Path(config.site.secrets).parent / "moving.log"
        with (
            log.open("w") as errors,
            subprocess.Popen(
                [sys.executable, "-m", "tests.browser.moving_server"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as self.process,
        ):
            assert self.process.stdout
            assert self.process.stdout.readline(), log.read_text()
            try:
                yield self
            finally:
                for page in self.pages:
                    page.context.close()
                self.process.terminate()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def _order(self, line: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def forward(self, **by: float) -> None:
        """Move every clock on."""
        step = timedelta(**by)
        self.ahead += step
        self._order(str(step.total_seconds()))
        for page in self.pages:
            page.clock.set_system_time(self.now())

    def work(self) -> None:
        """Let the timed jobs do what is due."""
        self._order("work")

    def programme(self) -> int:
        with Session(self.town.engine) as session:
            made = people.programme(session, guide="first-short")
            session.commit()
            return made.id

    def person(
        self, programme: int, name: str, view: int, hours: Hours = ALWAYS, **given: str
    ) -> tuple[Person, int]:
        """Somebody with a complete profile, signed in, and their participant id."""
        with Session(self.town.engine) as session:
            of = session.get_one(models.Programme, programme)
            made = people.person(session, of, view, hours=hours, first_name=name, **given)
            enrolment.consent(
                session, made.account_id, ["matching", "conversation"], made.joined_at
            )
            session.commit()
            account, participant = made.account_id, made.id
        context = self.chrome.new_context(viewport=PHONE)
        key, _, value = self.town.cookie(account).partition("=")
        context.add_cookies([{"name": key, "value": value, "url": self.url}])
        page = context.new_page()
        page.clock.install(time=self.now())
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: said.type == "error" and self.complaints.append(said.text),
        )
        self.pages.append(page)
        return Person(page, self, "", name, view), participant  # type: ignore[arg-type]
