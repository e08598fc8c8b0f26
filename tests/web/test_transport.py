"""The WebSocket below Socket.IO: what it takes from python-engineio, and how it treats readers."""

import gc
import weakref
from time import monotonic

import engineio
import gevent
import pytest
from engineio.exceptions import SocketIsClosedError
from engineio.packet import NOOP, Packet
from engineio.socket import Socket
from gevent import socket
from websockets.frames import Frame, Opcode

from conversation.fields import Refused
from web import sockets, transport
from web.framing import Inflow, frame
from web.lines import MOST_WAITING, Line
from web.wheel import PING, Wheel


@pytest.fixture
def server() -> engineio.Server:
    return engineio.Server(async_mode="gevent")


@pytest.fixture
def ends():
    """The two ends of a connection; the first is the server's."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def flushed(line: Line) -> None:
    line.flush()


def read(end, size: int) -> bytes:
    found = b""
    while len(found) < size and (more := end.recv(65_536)):
        found += more
    return found


def test_what_python_engineio_does_not_promise_is_still_so(server):
    """Fails on the day the library changes: then web/transport.py is to be looked at again."""
    assert callable(server._async["websocket"])
    seen = []
    server._async = server._async | {
        "websocket": lambda handler, of: seen.append((handler.__self__, of)) or (lambda *_: [])
    }
    connection = Socket(server, "sid")
    assert connection._upgrade_websocket({}, None) == []
    assert seen == [(connection, server)]
    own = {name for name, thing in vars(transport.Wire).items() if callable(thing)}
    assert own == {"send", "check_ping_timeout", "schedule_ping", "close"}
    assert own <= set(vars(Socket))


def test_what_is_written_in_one_turn_leaves_in_one_piece_and_in_order(server, ends):
    ours, theirs = ends
    switch = transport.Switch(server)
    line = Line(switch.later, ours, None)
    for word in (b"one", b"two", b"three"):
        line.write(frame(word))
    gevent.sleep(0)
    whole = frame(b"one") + frame(b"two") + frame(b"three")
    assert theirs.recv(1000) == whole


def test_a_slow_reader_gets_everything_in_order_once_it_reads(ends):
    ours, theirs = ends
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    line = Line(flushed, ours, None)
    sent = [frame(b"%d " % number + b"x" * 5000) for number in range(40)]
    for one in sent:
        line.write(one)
        line.flush()
    assert not line.closed
    assert read(theirs, sum(map(len, sent))) == b"".join(sent)


def test_a_reader_that_does_not_read_is_let_go(ends):
    ours, theirs = ends
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    line = Line(flushed, ours, None)
    piece = frame(b"x" * 16_000)
    written = 0
    while not line.closed:
        line.write(piece)
        line.flush()
        written += len(piece)
        assert written < 3 * MOST_WAITING
    line.write(piece)
    assert len(read(theirs, written)) < written


def test_who_answers_no_ping_is_ended_and_who_does_is_not(server, ends):
    ours, _theirs = ends
    lines = []
    for sid in ("silent", "alive"):
        connection = Socket(server, sid)
        line = Line(flushed, ours, connection)
        transport._upgrade(connection, line)
        lines.append(line)
    silent, alive = lines
    wheel = Wheel(10, 8)
    wheel.asked = {silent, alive}
    silent.pinged = monotonic() - 9
    alive.pinged = monotonic() - 7
    wheel.end_silent()
    assert (silent.engine.closed, alive.engine.closed) == (True, False)


def test_an_ended_connection_goes_without_a_look_for_garbage(server, ends):
    connection = Socket(server, "sid")
    line = Line(flushed, ends[0], connection)
    transport._upgrade(connection, line)
    gone = weakref.ref(connection)
    gc.disable()
    try:
        connection.close()
        connection.close()  # as happens where both ends hang up
        with pytest.raises(SocketIsClosedError):
            connection.send(Packet(NOOP))
        del connection, line
        assert gone() is None
    finally:
        gc.enable()


def test_each_line_is_pinged_once_an_interval(server, ends):
    ours, theirs = ends
    connection = Socket(server, "sid")
    line = Line(transport.Switch(server).later, ours, connection)
    transport._upgrade(connection, line)
    wheel = Wheel(1, 8)
    wheel.add(line)
    assert read(theirs, len(frame(PING))) == frame(PING)
    assert line.pinged is not None
    line.hang_up()


def test_limits_count_a_minute_and_forget_who_is_idle(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(sockets, "monotonic", lambda: now[0])
    limits = sockets.Limits({"message": 2})
    limits.hit("message", 1)
    now[0] += 30
    limits.hit("message", 1)
    with pytest.raises(Refused) as caught:
        limits.hit("message", 1)
    assert caught.value.code == "rate"
    limits.hit("message", 2)
    now[0] += 30
    limits.hit("message", 1)
    limits.clean()
    assert limits._hits.keys() == {("message", 1), ("message", 2)}
    now[0] += 60
    limits.clean()
    assert not limits._hits


def sent(message: bytes, opcode: Opcode = Opcode.TEXT, fin: bool = True) -> bytes:
    """A frame as a browser sends it."""
    return Frame(opcode, message, fin).serialize(mask=True)


def heard(pieces, most: int = 16_384):
    inflow = Inflow(most)
    found = [message for piece in pieces for message in inflow.take(piece)]
    return found, b"".join(inflow.answers), inflow.over


@pytest.mark.parametrize("step", [1, 2, 7, 100_000])
def test_messages_are_cut_out_however_they_arrive(step):
    said = [b"", b"x", b"y" * 125, b"z" * 126, "é".encode() * 5000]
    parts = sent(b"a", fin=False) + sent(b"ping", Opcode.PING) + sent(b"b", Opcode.CONT)
    stream = b"".join(map(sent, said)) + parts + sent(b"last")
    pieces = [stream[at : at + step] for at in range(0, len(stream), step)]
    found, answers, over = heard(pieces)
    assert found == [*said, b"ab", b"last"]
    assert answers == Frame(Opcode.PONG, b"ping").serialize(mask=False)
    assert not over


@pytest.mark.parametrize(
    "wrong",
    [
        Frame(Opcode.TEXT, b"unmasked").serialize(mask=False),
        sent(b"x" * 2000),
        sent(b"x" * 70_000),
        sent(b"not begun", Opcode.CONT),
        sent(b"begun", fin=False) + sent(b"and begun again"),
        sent((1000).to_bytes(2, "big"), Opcode.CLOSE),
    ],
    ids=["unmasked", "long", "very long", "not begun", "begun again", "close"],
)
def test_what_is_not_allowed_and_the_last_frame_end_a_connection(wrong):
    found, answers, over = heard([sent(b"before") + wrong, sent(b"after")], most=1000)
    assert found == [b"before"]
    assert answers.startswith(b"\x88")  # the frame that closes
    assert over


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_are_made_as_websockets_makes_them(size):
    assert frame(b"x" * size) == Frame(Opcode.TEXT, b"x" * size).serialize(mask=False)
