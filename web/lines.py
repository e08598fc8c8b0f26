"""One open WebSocket: messages heard, frames written without waiting, a slow reader let go."""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any, Protocol

import gevent
import structlog
from engineio import packet
from engineio.exceptions import EngineIOError, SocketIsClosedError
from engineio.socket import Socket

from web.framing import Inflow

MOST_WAITING = 262_144  # bytes a slow reader may leave unread before it is let go
MOST_UNHEARD = 64  # messages that wait for one that takes long, before no more are read
READ = 16_384
READABLE = 1  # of libev
PONG = b"3"
NOTHING = b"\x00"  # no message begins with it

Ear = Callable[[bytes], bool]


class Turns(Protocol):
    """What comes to many lines, or goes out to them, in one turn of the event loop."""

    def flush_soon(self, line: "Line") -> None:
        """Flush *line* before the event loop turns again."""

    def heed_soon(self, line: "Line", data: bytes) -> None:
        """Let *line* heed *data* once all that have something to read in this turn were read."""


log = structlog.get_logger(__name__)


class Line:
    """One open WebSocket, of which *turns* flushes what was written and heeds what came.

    It is read from the event loop itself: no greenlet waits for what comes. `listen` gives the
    messages that begin with a prefix to an ear of our own, which must not wait; all others, and
    those the ear does not take, go to python-engineio, in a greenlet of their own and in order.
    """

    __slots__ = (
        "_ear",
        "_hearing",
        "_inflow",
        "_out",
        "_over",
        "_prefix",
        "_readable",
        "_unheard",
        "_waiting",
        "closed",
        "engine",
        "pinged",
        "socket",
        "turns",
    )  # fmt: skip

    def __init__(self, turns: Turns, socket: Any, engine: Socket) -> None:
        self.turns = turns
        self._prefix = NOTHING
        self._ear: Ear = _deaf
        self._out: list[bytes] = []
        self._unheard: deque[bytes | None] = deque()  # None: the end
        self._hearing = False  # whether a greenlet hears what waits
        self._over: Callable[[], None] = _nothing
        self._readable: Any = None
        self._waiting: list[bytes] | None = None  # what a slow reader has not taken yet
        self.socket = socket
        self.engine = engine
        self.closed = False
        self.pinged: float | None = None  # when, while no answer has come

    def listen(self, prefix: bytes, ear: Ear) -> None:
        """Let *ear* hear each message that begins with *prefix*; it returns whether it took it."""
        self._prefix, self._ear = prefix, ear

    def write(self, framed: bytes) -> None:
        """Send frames before the event loop turns again. Never waits, never raises."""
        if self.closed:
            return
        if not self._out:
            self.turns.flush_soon(self)
        self._out.append(framed)

    def flush(self) -> None:
        """Hand what was written to the socket; keep what it does not take, up to a limit."""
        out = self._out[0] if len(self._out) == 1 else b"".join(self._out)
        self._out.clear()
        if self.closed or not out:
            return
        if self._waiting is not None:
            self._keep(out)
            return
        try:
            taken = os.write(self.socket.fileno(), out)
        except BlockingIOError:
            taken = 0
        except OSError:
            self.hang_up()
            return
        if taken < len(out):
            self._waiting = []
            self._keep(out[taken:])
            gevent.spawn(self._push)

    def _keep(self, rest: bytes) -> None:
        waiting = self._waiting or []
        waiting.append(rest)
        self._waiting = waiting
        if sum(map(len, waiting)) > MOST_WAITING:
            log.warning("a slow reader was let go", waiting=sum(map(len, waiting)))
            self.hang_up()

    def _push(self) -> None:
        try:
            while self._waiting and not self.closed:
                rest, self._waiting = b"".join(self._waiting), []
                self.socket.sendall(rest)
        except OSError:
            self.hang_up()
        self._waiting = None

    def hang_up(self) -> None:
        """End the connection; what reads it sees to the rest."""
        self.closed = True
        with suppress(OSError):  # it may be gone already
            self.socket.shutdown(SHUT_RDWR)

    def open(self, most: int, over: Callable[[], None]) -> None:
        """Begin to read messages of at most so many bytes; once, at the end, call *over*."""
        self._inflow: Inflow = Inflow(most)
        self._over = over
        self._readable = gevent.get_hub().loop.io(self.socket.fileno(), READABLE)
        self._readable.start(self._read)

    def _read(self) -> None:
        """Read what has arrived. Runs in the event loop: nothing here may wait."""
        try:
            data = b"" if self.closed else os.read(self.socket.fileno(), READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.turns.heed_soon(self, data)

    def heed(self, data: bytes) -> None:
        """Hear what was read, nothing at the end of the connection. Never waits, never raises."""
        if self._readable is None:
            return
        try:
            goes_on = data and self._take(data)
        except Exception as error:  # a mistake of ours: it costs this connection, not the others
            log.error("what came was not heeded", error=type(error).__name__)
            goes_on = False
        if not goes_on:
            self._end()

    def _take(self, data: bytes) -> bool:
        """Hear the messages that are whole now; return whether more is to be read."""
        inflow = self._inflow
        for message in inflow.take(data):
            self._hear(message)
        if inflow.answers:  # pongs, and the frame that closes
            for answer in inflow.answers:
                self.write(answer)
            inflow.answers.clear()
        if inflow.over:
            self.flush()
        return not inflow.over

    def _end(self) -> None:
        """Read no more; once what came before is heard, let go of the connection."""
        self.closed = True
        self._readable.close()
        self._readable = None
        self._unheard.append(None)
        self._wake()

    def _hear(self, message: bytes) -> None:
        if self.closed:
            return
        if message == PONG:
            self.pinged = None
        elif self._hearing or not self._heard(message):
            self._unheard.append(message)
            if len(self._unheard) == MOST_UNHEARD and self._readable is not None:
                self._readable.stop()
            self._wake()

    def _heard(self, message: bytes) -> bool:
        try:
            return message.startswith(self._prefix) and self._ear(message)
        except Exception as error:  # a mistake of ours: it costs this connection, not the loop
            log.error("a message was not heard", error=type(error).__name__)
            self.hang_up()
            return True

    def _wake(self) -> None:
        if not self._hearing:
            self._hearing = True
            gevent.spawn(self._catch_up)

    def _catch_up(self) -> None:
        """Hear what may wait for the database, one after the other."""
        while self._unheard:
            message = self._unheard.popleft()
            if message is None:
                self._over()
                self.socket.close()
                self._over, self._ear = _nothing, _deaf  # they know this line: no circle stays
            elif not self.closed and not self._heard(message):
                self._pass_on(message)
            if len(self._unheard) == MOST_UNHEARD - 1 and self._readable is not None:
                self._readable.start(self._read)
        self._hearing = False

    def _pass_on(self, message: bytes) -> None:
        try:
            self.engine.receive(packet.Packet(encoded_packet=bytes(message).decode()))
        except SocketIsClosedError:
            self.hang_up()
        except (EngineIOError, ValueError, TypeError, IndexError):
            # What was sent is not Socket.IO, and none of it goes into a log.
            log.warning("a message that is no Socket.IO ended its connection")
            self.hang_up()


def _deaf(_message: bytes) -> bool:
    return False


def _nothing() -> None:
    """Nobody has to be told."""
