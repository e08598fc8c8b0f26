"""Where servers are forked, with all that a test may lay around them.

`python -m tests.rooms.smithy` reads one order a line, {"environment", "place", "hit", "bug"}, and
answers with {"pid", "port"} once that server answers. Closing its input ends it, not its servers.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - patching comes first
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from services.site import platform  # noqa: E402
from tests.rooms import faults  # noqa: E402
from web import server  # noqa: E402
from web.app import create_app  # noqa: E402
from web.context import Context  # noqa: E402

ROOT = Path(__file__).parents[2]


def serve(order: Mapping[str, Any]) -> None:
    """Be one server until killed; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the server logs goes to the file, not into a pipe that nobody reads
    environment = order["environment"]
    made = platform.load(ROOT / "config.toml", environment)
    faults.plant(order.get("bug", ""))
    faults.arm(order.get("place", ""), order.get("hit", 0))
    app = create_app(Context(made.config, made.secrets, made.keys), RATELIMIT_ENABLED=False)
    with server.listen("127.0.0.1", int(environment["PORT"])) as listener:
        told = {"pid": os.getpid(), "port": listener.getsockname()[1]}
        server.run(app, listener, lambda: print(json.dumps(told), file=answers, flush=True))
    os._exit(0)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead leave nothing behind
    for line in sys.stdin:
        if os.fork() == 0:
            serve(json.loads(line))


if __name__ == "__main__":
    main()
