"""The server of bench/dropin.py: Earshot's own, with a clock that runs faster than life.

`python -m bench.dropin_server SPEED BEGAN`, settings from the environment; prints its port.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - patching comes first
import sys  # noqa: E402
import time  # noqa: E402
from datetime import UTC, datetime, timedelta  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from services.pairing import lobby, waits  # noqa: E402
from services.site import platform  # noqa: E402
from services.site.platform import Platform  # noqa: E402
from web import server  # noqa: E402
from web.app import create_app  # noqa: E402
from web.context import Context  # noqa: E402

EVERY = 2.0  # seconds of the hour between two looks for pairs, as in the scheduler
LEAST = 0.05  # seconds of the wall between two looks


class Clock:
    """Begins where it is told, and runs *speed* times as fast."""

    def __init__(self, speed: float, began: float) -> None:
        self.speed, self.began, self.start = speed, datetime.fromtimestamp(began, UTC), time.time()

    def __call__(self) -> datetime:
        """Return the present moment of this clock."""
        return self.began + timedelta(seconds=(time.time() - self.start) * self.speed)


def look(made: Platform, clock: Clock) -> None:
    """Pair who waits, again and again; the matcher runs on a native thread."""
    aside = gevent.get_hub().threadpool
    while True:
        lobby.run(made.sessions, clock(), lambda *given: aside.apply(lobby.choose, given))
        gevent.sleep(max(LEAST, EVERY / clock.speed))


def main() -> None:
    """Serve until ended."""
    made = platform.load(Path("config.toml"), os.environ)
    waits.LOST *= float(sys.argv[1])  # a signal is lost after as long on the wall as in life
    clock = Clock(float(sys.argv[1]), float(sys.argv[2]))
    app = create_app(Context(made.config, made.secrets, made.keys, clock), RATELIMIT_ENABLED=False)
    with server.listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        gevent.spawn(look, made, clock)
        server.run(app, listener, lambda: print(port, flush=True))


if __name__ == "__main__":
    main()
