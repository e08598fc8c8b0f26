"""Charts as SVG: bars and points, each with its range, the same on pages, in reports and alone.

Every shape has a class, for pages whose style sheet knows light and dark, and plain attributes of
its own, for a file that stands alone; no style element, no script. Colours differ in lightness, a
hidden figure is a dashed frame and says so: nothing is told by colour alone. The table beside a
chart has the same numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

FONT = "Atkinson Hyperlegible Next, system-ui, sans-serif"
INK, SOFT, LINE, EDGE, MINE, PAPER = (
    "#17231f", "#495650", "#d4d9cf", "#77847c", "#1b5c4e", "#fdfdfa",
)  # fmt: skip
ALONE = 640
LETTERS = 34
STEP, BAR, GAP = 19, 14, 24
HEAD = 8
POINT, FOOT = 54, 46


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its name, how it is written, its value and range; a value None is hidden."""

    name: str
    shown: str
    value: float | None
    low: float | None = None
    high: float | None = None


def bars(rows: Sequence[Row], label: str, *, alone: bool = False) -> str:
    """Return bars from nothing, the longest as long as the largest number; *label* says it all.

    *alone* makes a file of its own instead of a part of a page.
    """
    most = max([*(_most(row) for row in rows), 1.0])
    body: list[str] = []
    y = 0
    for row in rows:
        lines = wrap(row.name, LETTERS) or [""]
        body += _words(lines, row, y)
        y += STEP * len(lines) + HEAD - 4
        body += _bar(row, y, most)
        y += BAR + GAP
    return _svg("".join(body), y - GAP + 4, label, alone=alone)


def points(
    rows: Sequence[Row], ticks: Sequence[tuple[float, str]], label: str, *, alone: bool = False
) -> str:
    """Return estimates with ranges on a scale; the first and the last of *ticks* are its ends."""
    low, high = ticks[0][0], ticks[-1][0]
    depth = POINT * len(rows) + 14
    body = [
        _text(_along(value, (low, high)), depth + 22, shown, "mid soft") for value, shown in ticks
    ]
    for at, row in enumerate(rows):
        body += [_tick(value, (low, high), POINT * at + 24) for value, _shown in ticks]
        body += _point(row, POINT * at, (low, high))
    return _svg("".join(body), POINT * len(rows) + FOOT, label, alone=alone)


def _most(row: Row) -> float:
    return max(row.value or 0.0, row.high or 0.0)


def _words(lines: Sequence[str], row: Row, y: int) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield _text("0", y + 15 + STEP * at, line)
    yield _text("100%", y + 15, row.shown, "end soft")


def _bar(row: Row, y: int, most: float) -> Iterator[str]:
    if row.value is None:
        yield _gap(y, BAR)
        return
    yield _rect("f-line", LINE, 1.0, y)
    yield _rect("f-mine", MINE, row.value / most, y)
    if row.low is not None and row.high is not None and row.high > row.low:
        yield _whisker(row.low / most, row.high / most, y + BAR / 2)


def _whisker(low: float, high: float, y: float) -> str:
    def line(x1: float, x2: float, y1: float, y2: float) -> str:
        return (
            f'<line x1="{_share(x1)}" x2="{_share(x2)}" y1="{y1:g}" y2="{y2:g}" stroke-width="5" '
            f'class="s-surface" stroke="{PAPER}" stroke-linecap="round"/>'
            f'<line x1="{_share(x1)}" x2="{_share(x2)}" y1="{y1:g}" y2="{y2:g}" stroke-width="2" '
            f'class="s-ink" stroke="{INK}" stroke-linecap="round"/>'
        )

    return line(low, high, y, y) + line(low, low, y - 4, y + 4) + line(high, high, y - 4, y + 4)


def _tick(value: float, ends: tuple[float, float], y: int) -> str:
    x = _along(value, ends)
    kind, colour, width = ("s-edge", EDGE, 1.5) if value == 0 else ("s-line", LINE, 1)
    return (
        f'<line class="{kind}" stroke="{colour}" stroke-width="{width}" '
        f'x1="{x}" x2="{x}" y1="{y}" y2="{y + 28}"/>'
    )


def _point(row: Row, top: int, ends: tuple[float, float]) -> Iterator[str]:
    y = top + 38
    yield _text("0", top + 15, row.name)
    yield _text("100%", top + 15, row.shown, "end soft")
    if row.value is None or row.low is None or row.high is None:
        yield _gap(y - 5, 10)
        return
    yield (
        f'<line class="s-mine" stroke="{MINE}" stroke-width="4" stroke-linecap="round" '
        f'x1="{_along(row.low, ends)}" x2="{_along(row.high, ends)}" y1="{y}" y2="{y}"/>'
        f'<circle class="f-mine" fill="{MINE}" cx="{_along(row.value, ends)}" cy="{y}" r="7"/>'
    )


def _gap(y: int, height: int) -> str:
    """Draw the frame where a hidden figure would be."""
    return (
        f'<rect class="s-edge" fill="none" stroke="{EDGE}" stroke-dasharray="5 4" '
        f'x="0" y="{y}" width="100%" height="{height}" rx="3"/>'
    )


def _along(value: float, ends: tuple[float, float]) -> str:
    low, high = ends
    held = min(max(value, low), high)
    return f"{3 + 94 * (held - low) / (high - low):.1f}%"


def _share(share: float) -> str:
    return f"{100 * share:.1f}%"


def _rect(kind: str, colour: str, share: float, y: int) -> str:
    size = f'width="{_share(share)}" height="{BAR}" rx="3"'
    return f'<rect class="{kind}" fill="{colour}" x="0" y="{y}" {size}/>'


def _text(x: str, y: int, words: str, kind: str = "") -> str:
    anchor = {"end": "end", "mid": "middle"}.get(kind.split(" ", maxsplit=1)[0], "start")
    colour = SOFT if "soft" in kind else INK
    return (
        f'<text class="{kind}" x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _svg(body: str, height: float, label: str, *, alone: bool) -> str:
    about = f'role="img" aria-label="{escape(label)}" direction="ltr"'
    look = f'font-family="{FONT}" font-size="14"'
    if not alone:
        return f'<svg class="chart" height="{height:g}" {about} {look}>{body}</svg>'
    side = 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{ALONE + 2 * side}" '
        f'height="{height + 2 * side:g}" {about} {look}>'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        f'<svg x="{side}" y="{side}" width="{ALONE}" height="{height:g}" overflow="visible">'
        f"{body}</svg></svg>\n"
    )
