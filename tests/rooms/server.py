"""The real server for tests: `python -m tests.rooms.server`, settings from the environment.

Prints its port once it answers; runs until it is ended.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - patching comes first
from pathlib import Path  # noqa: E402

from services.site import platform  # noqa: E402
from web import server  # noqa: E402
from web.app import create_app  # noqa: E402
from web.context import Context  # noqa: E402


def main() -> None:
    made = platform.load(Path("config.toml"), os.environ)
    app = create_app(Context(made.config, made.secrets, made.keys), RATELIMIT_ENABLED=False)
    with server.listen("127.0.0.1", int(os.environ["PORT"])) as listener:
        port = listener.getsockname()[1]
        server.run(app, listener, lambda: print(port, flush=True))


if __name__ == "__main__":
    main()
