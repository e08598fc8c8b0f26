"""The WebSocket below Socket.IO: framing by `websockets`, written straight to the socket.

python-engineio reads frames in Python through simple-websocket and gives every connection a
reader, a writer, a queue and a sleeping ping of its own. Here the event loop itself reads every
connection and no greenlet stays with it; what is written in one turn of the loop leaves in one
piece, and one wheel pings them all. docs/adr has the figures.

Two things of python-engineio used here are not promised by it: the entry "websocket" of a server's
`_async`, and that this is called with a bound method of `engineio.socket.Socket`.
tests/web/test_transport.py fails on the day one of them changes.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import engineio
import gevent
from engineio import packet
from engineio.exceptions import SocketIsClosedError
from engineio.socket import Socket
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from web.framing import frame
from web.lines import Line
from web.wheel import Wheel

# In the WSGI environment: a function that hands over the request's socket, and the line made of it.
TAKE, LINE = "earshot.take", "earshot.line"


class Wire(Socket):  # type: ignore[misc]  # python-engineio has no types
    """python-engineio's connection, once it speaks WebSocket: it writes to its line."""

    line: Line | None

    def send(self, pkt: packet.Packet) -> None:
        """Send one packet; raise SocketIsClosedError after the end."""
        if self.closed or self.line is None:
            raise SocketIsClosedError
        text = pkt.encode()
        self.line.write(frame(text.encode()))

    def check_ping_timeout(self) -> bool:
        """The wheel looks after pings."""
        return not self.closed

    def schedule_ping(self) -> None:
        """The wheel looks after pings."""

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:
        """End the connection; nobody waits for a queue that nobody reads."""
        super().close(wait=False, abort=abort, reason=reason)
        if self.line is not None:
            self.line.flush()
            self.line.hang_up()
        if self.closed:
            self.line = None  # they know each other: no circle stays


class Switch:
    """All lines of one server: what they have to write, and the wheel that pings them."""

    def __init__(self, server: engineio.Server) -> None:
        self.server = server
        self.lines: set[Line] = set()
        self._due: list[Line] = []
        self._came: list[tuple[Line, bytes]] = []
        self._wheel = Wheel(server.ping_interval, server.ping_timeout)

    def flush_soon(self, line: Line) -> None:
        """Flush *line* before the event loop turns again."""
        if not self._due:
            gevent.get_hub().loop.run_callback(self._flush)
        self._due.append(line)

    def _flush(self) -> None:
        due, self._due = self._due, []
        for line in due:
            line.flush()

    def heed_soon(self, line: Line, data: bytes) -> None:
        """Let *line* heed *data* once all that have something to read in this turn were read.

        One kind of work after the other, for all, takes less than all kinds for one after the
        other: what it runs through and looks up is still in the processor's caches.
        """
        if not self._came:
            gevent.get_hub().loop.run_callback(self._heed)
        self._came.append((line, data))

    def _heed(self) -> None:
        came, self._came = self._came, []
        for line, data in came:
            line.heed(data)

    def answer(self, engine: Socket, environ: dict[str, Any]) -> Iterable[bytes]:
        """Speak WebSocket on the connection of a request, from now until it ends."""
        protocol = ServerProtocol(max_size=self.server.max_http_buffer_size)
        protocol.receive_data(_head(environ))
        for request in protocol.events_received():
            if not isinstance(request, Request):
                continue
            answer = protocol.accept(request)
            if engine.connected:
                answer = protocol.reject(400, "This connection stays with long polling.\n")
            protocol.send_response(answer)
        line = Line(self, environ.pop(TAKE)(), engine)
        line.socket.sendall(b"".join(protocol.data_to_send()))
        if protocol.state is not OPEN:
            line.socket.close()
            return []
        _slim(environ)
        _upgrade(engine, line)
        environ[LINE] = line
        self.lines.add(line)
        self._wheel.add(line)
        line.open(self.server.max_http_buffer_size, partial(self._over, line))
        return []

    def _over(self, line: Line) -> None:
        """Forget a line that has ended, and let python-engineio tell those above."""
        self.lines.discard(line)
        line.engine.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        self.server.sockets.pop(line.engine.sid, None)


def _slim(environ: dict[str, Any]) -> None:
    """Keep what the request said, for who joins a namespace later; let go of what it ran on."""
    for name in [name for name, value in environ.items() if not isinstance(value, str)]:
        del environ[name]


def _head(environ: Mapping[str, Any]) -> bytes:
    """Return the request again as it came, as far as a handshake needs it."""
    lines = [f"GET {environ.get('PATH_INFO', '/')} HTTP/1.1"]
    for name in ("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"):
        value = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        if value is not None:
            lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _upgrade(engine: Socket, line: Line) -> None:
    """Let python-engineio's connection write to *line*, beginning with what it had queued."""
    engine.__class__ = Wire
    engine.line = line
    engine.connected = engine.upgraded = True
    while not engine.queue.empty():
        engine.send(engine.queue.get())


def install(server: engineio.Server) -> Switch:
    """Let *server*, on gevent's, speak WebSocket through this file."""
    switch = Switch(server)

    def websocket(handler: Any, _server: engineio.Server) -> Any:
        return lambda environ, _start: switch.answer(handler.__self__, environ)

    server._async = server._async | {"websocket": websocket}
    return switch
