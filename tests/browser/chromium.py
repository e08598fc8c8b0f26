"""Where a Chromium is on this machine."""

import shutil
from pathlib import Path

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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None
