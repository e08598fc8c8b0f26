"""Where a Chromium is on this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def path() -> str | None:
    """Return the system's Chromium, else Playwright's own, else None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _own()


def _own() -> str | None:
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


@contextmanager
def launched() -> Iterator[Browser]:
    """Start it, headless; a root user has no sandbox."""
    found = path()
    assert found, "No Chromium on this machine. Install one (Debian: apt-get install chromium)."
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
        yield browser
        browser.close()
