"""WebSocket frames as `websockets` makes and reads them, however they arrive."""

import pytest
from websockets.frames import Frame, Opcode

from web.framing import Inflow, frame


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
