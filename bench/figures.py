"""The table and the picture of a comparison, for the documentation."""

import math
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
COLOURS = {
    "earshot": "#2f7d5b", "rustworkx": "#b4552d", "networkx": "#7a5ba6", "scipy": "#3f6fb5",
    "greedy": "#9a7b12", "random": "#777777",
}  # fmt: skip
WIDE, HIGH, EDGE = 640, 360, 60
LINE = 14  # between two names, one below the other


def table(rows):
    yield "| people | method | seconds | times ours | CPU | MB | paired | value | bound | gap |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    ours = {row["n"]: row["seconds"] for row in rows if row["method"] == "earshot"}
    for row in rows:
        forms = (("paired", ",d"), ("value", ",.3f"), ("upper_bound", ",.3f"), ("gap", ".4%"))
        told = ["" if row[key] is None else f"{row[key]:{form}}" for key, form in forms]
        told[0] += f" of {row['most_paired']:,d}" if "most_paired" in row else ""
        times = f"{row['seconds'] / ours[row['n']]:.1f}"
        spent = [f"{row['seconds']:.2f}", times, f"{row['cpu']:.2f}"]
        cells = [f"{row['n']:,}", _named(row), *spent, row["rss_mb"]]
        yield "| " + " | ".join(map(str, [*cells, *told])) + " |"


def _named(row):
    """Say the method, and whether its bound comes from a sample."""
    return row["method"] + (" --sampled" if row.get("sampled") else "")


def write(rows, absent, machine):
    """Write docs/matching-figures.md and docs/matching-figures.svg."""
    lines = [
        "# Matching, measured",
        "",
        "Written by `bench/matching.py --docs`. Everyone sees the same acceptable pairs and is",
        "judged by the same objective; the gap is to the bound over all acceptable pairs. scipy",
        "finds a bound and no pairs. CPU is seconds of all processors; by the clock all takes",
        "longer where other work goes on beside: load says how many wanted a core when it began. "
        + ", ".join(f"{key}: {value}" for key, value in machine.items())
        + ".",
        "",
        "![Seconds by people, both axes logarithmic](matching-figures.svg)",
        "",
        *table(rows),
        "",
        *(f"- {line}" for line in absent),
    ]
    (DOCS / "matching-figures.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    (DOCS / "matching-figures.svg").write_text(picture(rows), encoding="utf-8")


def picture(rows):
    """Return seconds by people as SVG, both axes logarithmic, for light and dark pages."""
    across = _axis([row["n"] for row in rows], EDGE, WIDE - 120)
    up = _axis([row["seconds"] for row in rows], HIGH - EDGE, 30)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img">',
        "<title>Seconds to pair so many people, by method</title>",
        "<style>rect.page{fill:#fff}text{font:13px sans-serif;fill:#222}.grid{stroke:#ccc}"
        "@media(prefers-color-scheme:dark){rect.page{fill:#16181d}text{fill:#e6e6e6}"
        ".grid{stroke:#444}}</style>",
        f'<rect class="page" width="{WIDE}" height="{HIGH}"/>',
        *_grid(across, up),
    ]
    labels = []
    for method in dict.fromkeys(row["method"] for row in rows):
        own = sorted((row["n"], row["seconds"]) for row in rows if row["method"] == method)
        points = [(across(n), up(seconds)) for n, seconds in own]
        colour = COLOURS[method]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        labels.append(_beside(*points[-1], labels))
        x, y = labels[-1]
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(method)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _beside(x, y, labels):
    """Return where a point's name goes: beside it, or below a name that is there already."""
    x, y = x + 8, y + 4
    for _, taken in sorted(one for one in labels if one[0] == x):
        if abs(y - taken) < LINE:
            y = taken + LINE
    return x, y


def _axis(numbers, begin, end):
    low = math.floor(math.log10(max(min(numbers), 1e-3)))
    high = max(low + 1, math.ceil(math.log10(max(numbers))))

    def place(number):
        return begin + (math.log10(max(number, 1e-3)) - low) / (high - low) * (end - begin)

    place.ticks = [10.0**power for power in range(low, high + 1)]
    return place


def _grid(across, up):
    for tick in across.ticks:
        x = across(tick)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="30" y2="{HIGH - EDGE}"/>'
        yield f'<text x="{x:.1f}" y="{HIGH - EDGE + 20}" text-anchor="middle">{tick:,.0f}</text>'
    for tick in up.ticks:
        y = up(tick)
        yield f'<line class="grid" x1="{EDGE}" x2="{WIDE - 120}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{EDGE - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g} s</text>'
    middle = (EDGE + WIDE - 120) / 2
    yield f'<text x="{middle:.0f}" y="{HIGH - 18}" text-anchor="middle">people</text>'
