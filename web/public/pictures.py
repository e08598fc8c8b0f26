"""Pictures as PNG, drawn with the fonts the build cut: nothing of the system is used."""

from functools import cache
from pathlib import Path

import resvg_py

FONTS = Path(__file__).parents[1] / "frontend" / "build" / "fonts" / "print"


def png(svg: str) -> bytes:
    """Return *svg* as a PNG of its own size; raise ValueError for what is no SVG."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_files=_fonts(),
            serif_family="Literata",
            sans_serif_family="Atkinson Hyperlegible Next",
        )
    )


@cache
def _fonts() -> list[str]:
    return [str(path) for path in sorted(FONTS.glob("*.ttf"))]
