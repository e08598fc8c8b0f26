"""Earshot with a clock that a test moves: `python -m tests.browser.moving_server`.

Settings come from the environment. Prints its port, then reads lines: a number moves the clock on
by so many seconds; `work` runs the timed jobs once. Each line is answered when it is done.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - patching comes first
import sys  # noqa: E402
from datetime import UTC, datetime, timedelta  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
from gevent.fileobject import FileObjectThread  # noqa: E402
from sqlalchemy.orm import sessionmaker  # noqa: E402

import matcher  # noqa: E402
from scheduler import jobs  # noqa: E402
from services.site import platform  # noqa: E402
from web import server  # noqa: E402
from web.app import create_app  # noqa: E402
from web.context import Context  # noqa: E402

JOBS = (jobs.pair_lobbies, jobs.miss, jobs.expire)


class Clock:
    """The present moment, and what a test adds to it."""

    def __init__(self, ahead: float) -> None:
        self.ahead = timedelta(seconds=ahead)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def obey(work: jobs.Work, clock: Clock) -> None:
    for line in FileObjectThread(sys.stdin.buffer, "rb"):
        order = line.decode().strip()
        if order == "work":
            for job in JOBS:
                job(work)
        else:
            clock.ahead += timedelta(seconds=float(order))
        print("done", flush=True)


def main() -> None:
    made = platform.load(Path("config.toml"), os.environ)
    clock = Clock(float(os.environ.get("AHEAD", "0")))
    app = create_app(Context(made.config, made.secrets, made.keys, clock), RATELIMIT_ENABLED=False)
    work = jobs.Work(
        sessionmaker(made.engine), made.config, made.secrets, made.keys, clock, matcher.pair
    )
    with server.listen("127.0.0.1", int(os.environ["PORT"])) as listener:
        port = listener.getsockname()[1]
        gevent.spawn(obey, work, clock)
        server.run(app, listener, lambda: print(port, flush=True))


if __name__ == "__main__":
    main()
