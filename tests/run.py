"""Run everything: the cores and services with coverage, both databases, the front end, a browser.

`make test` calls this after the checks of form and types. Each part says what it is and how long
it took; all are run, and one that failed fails the whole at the end.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import randrange

from matcher import warm

ROOT = Path(__file__).parent.parent
PURE = ("matcher", "conversation", "disclosure", "demo", "frontend")
OWN_DATABASE = (  # PostgreSQL in either run
    *("rooms/test_workers.py", "rooms/test_deploy.py", "safety/test_never_again.py"),
)
WORKERS = str(os.cpu_count() or 2)
SEED = os.environ.get("TEST_SEED") or str(randrange(2**32))  # the order, and what is drawn


def pytest(*arguments: str) -> list[str]:
    usual = ("-q", "-n", WORKERS, f"--randomly-seed={SEED}", "--durations=8")
    return [sys.executable, "-m", "pytest", *usual, *arguments]


def without_database() -> list[str]:
    return [f"--ignore=tests/{name}" for name in (*PURE, *OWN_DATABASE)]


# Both runs together reach every branch; below 99 % the second part fails.
PARTS = [
    (
        "Cores, services and pages on SQLite",
        pytest("tests", "--ignore=tests/browser", "--cov", "--cov-report="),
    ),
    (
        "Services and pages on PostgreSQL, with what both runs covered",
        pytest(
            *("tests", "--ignore=tests/browser", *without_database(), "--database=postgresql"),
            *("--cov", "--cov-append", "--cov-report=term", "--cov-fail-under=99"),
        ),
    ),
    ("A whole conversation in a real browser", pytest("tests/browser", "-n", "0")),
]


def main() -> int:
    if not browser() or not proxy():
        return 1
    started = time.monotonic()
    print("Compiling the matcher, as `earshot migrate` does ...", flush=True)
    warm.compile_loops()  # or a test with a clock would wait for it, where it comes first
    failed = [title for title, command in PARTS if not passed(title, command)]
    took = f"{time.monotonic() - started:.0f} s"
    if failed:
        print(f"\nFailed after {took}: {'; '.join(failed)}.")
        print(f"The same order again: TEST_SEED={SEED} make test")
        return 1
    print(f"\nEverything passed in {took}.")
    return 0


def passed(title: str, command: list[str]) -> bool:
    print(f"\n== {title}", flush=True)
    begun = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"   {time.monotonic() - begun:.0f} s", flush=True)
    return code == 0


def browser() -> bool:
    """Find Chromium, or fetch it; say what to do where neither works."""
    from tests.browser.chromium import path

    if path() is not None:
        return True
    print("No Chromium found: fetching Playwright's own ...", flush=True)
    fetched = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=False
    )
    if fetched.returncode == 0 and path() is not None:
        return True
    known = "apt-get install chromium" if shutil.which("apt-get") else "your system's packages"
    print(
        "The browser tests need Chromium, and it could not be had. Nothing was run. "
        f"Install it ({known}) and run `make test` again."
    )
    return False


def proxy() -> bool:
    """Find nginx; say what to do where there is none."""
    if shutil.which("nginx") or Path("/usr/sbin/nginx").exists():
        return True
    known = "apt-get install nginx-light" if shutil.which("apt-get") else "your system's packages"
    print(
        "The tests of several workers need nginx, and it is not here. Nothing was run. "
        f"Install it ({known}) and run `make test` again."
    )
    return False


if __name__ == "__main__":
    sys.exit(main())
