"""The server: gevent's, with Nagle's algorithm off and garbage collection tamed."""

import errno
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import gevent
from flask import Flask
from gevent.pywsgi import WSGIHandler, WSGIServer

from services.config import ConfigError

BACKLOG = 1024


class Handler(WSGIHandler):  # type: ignore[misc]  # gevent has no types
    """Ends a connection with its WebSocket: what a client still sends is no HTTP request."""

    def run_application(self) -> None:
        """Answer; after a WebSocket, hang up, so that nobody reads or logs its frames as HTTP."""
        super().run_application()
        if self.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            self.close_connection = True
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)


def listen(host: str, port: int) -> socket.socket:
    """Take the port; raise ConfigError where somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(_why(host, port, error)) from None
    listener.listen(BACKLOG)
    return listener


def run(app: Flask, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; call *ready* once requests are answered."""
    server = WSGIServer(listener, app, log=None, handler_class=Handler)
    for stop in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(stop, server.stop, 5)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    server.start()
    ready()
    server.serve_forever()


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken. Nothing was started. "
            "Stop what uses it or name another: --port for the demo, site.port otherwise."
        )
    return f"Cannot listen on {host}:{port}: {error.strerror}. Nothing was started."
