"""Where servers are forked, with all that a test may lay around them.

`python -m gevent.monkey --module tests.rooms.smithy` reads one order a line, {"environment",
"place", "hit", "bug"}, and answers with {"pid", "port"} once that server answers, or with
{"failed"} where it does not start. Closing its input ends it, not its servers.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

import gevent.os

from services.site import platform
from tests.rooms import faults
from web import server
from web.app import create_app
from web.context import Context

ROOT = Path(__file__).parents[2]


def answer(answers: IO[str], told: Mapping[str, object]) -> None:
    """Answer an order, once."""
    if not answers.closed:
        print(json.dumps(told), file=answers)
        answers.close()


def serve(order: Mapping[str, Any], answers: IO[str]) -> None:
    """Be one server until killed; never returns, but raises where it cannot start."""
    os.dup2(2, 1)  # what the server logs goes to the file, not into a pipe that nobody reads
    environment = order["environment"]
    made = platform.load(ROOT / "config.toml", environment)
    faults.plant(order.get("bug", ""))
    faults.arm(order.get("place", ""), order.get("hit", 0))
    app = create_app(Context(made.config, made.secrets, made.keys), RATELIMIT_ENABLED=False)
    with server.listen("127.0.0.1", int(environment["PORT"])) as listener:
        told = {"pid": os.getpid(), "port": listener.getsockname()[1]}
        server.run(app, listener, partial(answer, answers, told))
    os._exit(0)


def bury() -> None:
    """Let nothing of the dead remain."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    for line in sys.stdin:
        bury()
        if gevent.os.fork() == 0:  # nobody watches it: a watched one has to be waited for
            answers = os.fdopen(os.dup(1), "w")
            try:
                serve(json.loads(line), answers)
            except BaseException as error:  # or who asked would wait for ever
                answer(answers, {"failed": repr(error)})
                raise


if __name__ == "__main__":
    main()
