"""The server: gevent's, with Nagle's algorithm off and garbage collection tamed."""

import errno
import signal
import socket
from collections.abc import Callable
from typing import Any

import gevent
import structlog
from flask import Flask
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.threadpool import ThreadPool

from services.site.config import ConfigError
from web import admission, draining, garbage, live, sockets, transport

BACKLOG = 1024

log = structlog.get_logger(__name__)


class Handler(WSGIHandler):  # type: ignore[misc]  # gevent has no types
    """Gives a WebSocket its socket, and has then nothing more to do with the connection."""

    socket: Any

    def get_environ(self) -> dict[str, Any]:
        """Return the request's environment, with a way to the socket for a WebSocket."""
        environ: dict[str, Any] = super().get_environ()
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            environ[transport.TAKE] = self.take
        return environ

    def take(self) -> Any:
        """Hand over the socket: nobody reads or logs its frames as HTTP, nor closes it, here."""
        taken = socket.socket(fileno=self.socket.detach())
        self.socket, self.close_connection = None, True
        return taken

    def run_application(self) -> None:
        """Answer; where a WebSocket was asked for, end the connection unless it was taken."""
        super().run_application()
        garbage.looks.requests += 1
        if self.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            self.close_connection = True


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
    known = sockets.of(app)
    known.most, warning = admission.places(known.most)
    if warning:
        log.warning(warning)
    server = WSGIServer(listener, app, log=None, handler_class=Handler)
    for stop in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(stop, draining.drain, app, server)
    gevent.config.track_greenlet_tree = False  # who began a greenlet: 20 objects each, never read
    live.of(app).writer.aside = ThreadPool(1).apply  # the event loop turns during a commit
    garbage.tame()
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
