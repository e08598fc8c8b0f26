"""WebSocket frames, read and made: whole text messages at once, all else by `websockets`.

Nearly all that a page sends is one unfragmented, masked text frame. Such a frame is cut out here in
a tenth of the time; every other one (pings, the frame that closes, fragments, what is not allowed
or too long) goes whole to the sans-I/O layer of `websockets`, which answers or fails it.
"""

from collections.abc import Iterable, Iterator

from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, Protocol

try:
    from websockets.speedups import apply_mask
except ImportError:  # no compiler where it was installed
    from websockets.utils import apply_mask

WHOLE_TEXT = 0x81  # first byte: the only frame of a text message
MASKED = 0x80  # in the second byte, before the length
HEAD, MASK = 2, 4  # bytes
SHORT = 125  # the longest payload whose length stands in the second byte
WIDER = 126  # in the second byte: the length stands in two bytes of its own
WIDE = {WIDER: 2, 127: 8}  # bytes in which a longer one stands


def frame(message: bytes) -> bytes:
    """Return *message*, UTF-8, as one WebSocket text frame of a server."""
    size = len(message)
    if size <= SHORT:
        return b"\x81%c%b" % (size, message)
    if size < 1 << 16:
        return b"\x81\x7e%b%b" % (size.to_bytes(2, "big"), message)
    return Frame(Opcode.TEXT, message).serialize(mask=False)


class Inflow:
    """What comes in on one connection, cut into messages.

    `answers` holds what is to be sent back for control frames; `over` is set once nothing more is
    to be read.
    """

    __slots__ = ("_most", "_parts", "_protocol", "_rest", "answers", "over")

    def __init__(self, most: int) -> None:
        self._most = most  # bytes of one message
        self._rest = b""
        self._parts: list[bytes] = []
        self._protocol: Protocol | None = None
        self.answers: list[bytes] = []
        self.over = False

    def take(self, data: bytes) -> Iterable[bytes]:
        """Return each text message that is whole now, in order; nearly always it is just one."""
        if not self._rest and not self._parts and not self.over and _is_one_text(data):
            start = HEAD + MASK + (WIDE[WIDER] if data[1] & ~MASKED == WIDER else 0)
            if len(data) - start <= self._most:
                return (apply_mask(data[start:], data[start - MASK : start]),)
        return self._cut(self._rest + data)

    def _cut(self, data: bytes) -> Iterator[bytes]:
        at, end = 0, len(data)
        while end - at >= HEAD and not self.over:
            start, stop = _measured(data, at)
            if not data[at + 1] & MASKED or stop - start > self._most:
                yield from self._other(data[at:])  # which is refused as soon as its head is seen
                at = end
            elif stop > end:
                break
            else:
                if data[at] == WHOLE_TEXT and not self._parts:
                    yield apply_mask(data[start:stop], data[start - MASK : start])
                else:
                    yield from self._other(data[at:stop])
                at = stop
        self._rest = data[at:]

    def _other(self, data: bytes) -> Iterator[bytes]:
        """Let `websockets` read a frame of another kind; it stands between two frames then."""
        if self._protocol is None:
            self._protocol = Protocol(SERVER, max_size=self._most)
        protocol = self._protocol
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.CONT):
                self._parts.append(bytes(event.data))
                if event.fin:
                    yield b"".join(self._parts)
                    self._parts.clear()
        self.answers += filter(None, protocol.data_to_send())
        self.over = protocol.close_expected()


def _is_one_text(data: bytes) -> bool:
    """Return whether *data* is one whole, masked text frame and nothing else."""
    if len(data) < HEAD + MASK or data[0] != WHOLE_TEXT:
        return False
    size = len(data) - HEAD - MASK
    if data[1] == MASKED | WIDER:
        return size - 2 == data[HEAD] << 8 | data[HEAD + 1]
    return size <= SHORT and data[1] == MASKED | size


def _measured(data: bytes, at: int) -> tuple[int, int]:
    """Return where the payload of the masked frame at *at* begins and ends, as far as is known."""
    size = data[at + 1] & ~MASKED
    wide = WIDE.get(size, 0)
    start = at + HEAD + wide + MASK
    if wide and len(data) >= start:
        size = int.from_bytes(data[at + HEAD : at + HEAD + wide], "big")
    elif wide:
        size = 0
    return start, start + size
