"""A programme's logo: a PNG somebody chose, drawn anew so that only its pixels stay.

The size a file says it has is read before anything decodes it. SVG is refused: it can carry code.
"""

import struct
from base64 import b64encode
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

import models
from services.site import audit

LARGEST = 512 * 1024  # bytes of a file
MOST_PIXELS = 2000  # of each side
WIDE, HIGH = 480, 160  # pixels it is drawn into
START = b"\x89PNG\r\n\x1a\n"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
)


class BadLogo(ValueError):
    """A file is no logo; `code` says why: `large`, `kind`, `pixels` or `broken`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def drawn(content: bytes) -> bytes:
    """Return *content* as a PNG of ours, 480 by 160 pixels at most; raise BadLogo."""
    if len(content) > LARGEST:
        raise BadLogo("large")
    if not content.startswith(START) or content[12:16] != b"IHDR" or len(content) < 24:
        raise BadLogo("kind")
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise BadLogo("pixels")
    scale = min(1.0, WIDE / width, HIGH / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    made = _render(content, *size)
    if made == _render(b"", *size):
        raise BadLogo("broken")
    return made


def put(
    session: Session,
    programme: models.Programme,
    content: bytes | None,
    now: datetime,
    account_id: int,
) -> None:
    """Give a programme a logo, or none; raise BadLogo. The log keeps its digest."""
    programme.logo = None if content is None else drawn(content)
    digest = sha256(programme.logo).hexdigest() if programme.logo else ""
    audit.record(
        session,
        now=now,
        actor=f"account:{account_id}",
        action="programme.logo",
        subject=f"programme:{programme.id}",
        digest=digest,
    )


def _render(content: bytes, width: int, height: int) -> bytes:
    import resvg_py  # noqa: PLC0415 - only needed where a logo is put

    svg = SVG.format(width=width, height=height, data=b64encode(content).decode())
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
