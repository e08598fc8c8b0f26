"""The real server for tests: `python -m gevent.monkey --module tests.rooms.server`.

Its settings come from the environment.
Prints its port once it answers; runs until it is ended.
"""

import os
from pathlib import Path

from services.site import platform
from web import server
from web.app import create_app
from web.context import Context


def main() -> None:
    made = platform.load(Path("config.toml"), os.environ)
    app = create_app(Context(made.config, made.secrets, made.keys), RATELIMIT_ENABLED=False)
    with server.listen("127.0.0.1", int(os.environ["PORT"])) as listener:
        port = listener.getsockname()[1]
        server.run(app, listener, lambda: print(port, flush=True))


if __name__ == "__main__":
    main()
