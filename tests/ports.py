"""Ports for servers of tests, also for those that die and come back on the same one."""

import socket
from secrets import choice

LOW = range(10_000, 32_000)  # outgoing connections are given higher ones


def free_port() -> int:
    """Return a port that nobody has and that no outgoing connection is given by chance.

    Whoever tries to reach a server that is down could be given the server's port for its own end:
    it would talk to itself, and the server could not come back.
    """
    while True:
        port = choice(LOW)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
