"""The report of a release as one HTML file that needs nothing else, for screen and print."""

from collections.abc import Iterator, Sequence
from html import escape

from disclosure import charts, pictures
from disclosure.release import Release
from disclosure.sheets import MEANS, Sheet
from disclosure.suppression import THRESHOLD

STYLE = """
:root { color-scheme: light dark; --paper: #fdfdfa; --ink: #17231f; --soft: #495650;
  --line: #d4d9cf; --edge: #77847c; --mine: #1b5c4e; }
@media (prefers-color-scheme: dark) { :root { --paper: #121916; --ink: #e8eee8; --soft: #a9b7af;
  --line: #2e3b35; --edge: #71837a; --mine: #82cdb6; } }
@media print { :root { color-scheme: light; } section { break-inside: avoid; } }
body { margin: auto; max-width: 46rem; padding: 2rem 1rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 "Atkinson Hyperlegible Next", system-ui, sans-serif; }
h1, h2 { line-height: 1.2; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: start; }
td { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
th { font-weight: 500; }
.chart { width: 100%; overflow: visible; margin: .5rem 0 1rem; }
.chart text { fill: var(--ink); } .chart text.soft, .chart text.end { fill: var(--soft); }
.f-mine { fill: var(--mine); } .f-line { fill: var(--line); } .s-ink { stroke: var(--ink); }
.s-edge { stroke: var(--edge); } .s-surface { stroke: var(--paper); }
"""


def intro(release: Release) -> list[str]:
    """Return what a reader is to know before the first figure, a paragraph each."""
    told = [
        "Every figure counts people. Nobody counts twice in a table.",
        f"A figure that would show fewer than {THRESHOLD} people is hidden, and so is what would "
        "let somebody work it out. A hidden figure is not zero.",
    ]
    if release.epsilon is not None:
        told.insert(
            1,
            "A little chance is mixed into each figure, so that nobody can tell whether one person "
            "is in it. The range says what the chance can hide: 95 times of 100 the true number "
            f"lies in it. All of this together tells at most {release.epsilon:.2f} (epsilon of "
            "differential privacy) about any one person.",
        )
    return told


def columns(sheet: Sheet) -> tuple[str, str, str]:
    """Return the heads of a sheet's columns as people read them."""
    return ("What", "Mean", "Range") if sheet.name == MEANS else ("Who", "People", "Range")


def lines(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Yield each figure as people read it: what it counts, how many, its range."""
    figure = "mean" if sheet.name == MEANS else "people"
    for row in sheet.rows:
        low, high = (pictures.cell(sheet, row, name) for name in ("low", "high"))
        between = "" if low is None else f"{pictures.number(low)} to {pictures.number(high)}"
        value = pictures.number(pictures.cell(sheet, row, figure))
        yield pictures.words(sheet, row), value, between


def html(release: Release, told: Sequence[Sheet]) -> bytes:
    """Return the report of *release* as HTML."""
    about = release.about
    title = escape(f"{about.title}, {about.month}")
    told_first = "".join(f"<p>{escape(text)}</p>" for text in intro(release))
    sections = "".join(map(_section, told))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{told_first}{sections}"
        "</main></body></html>\n"
    ).encode()


def _section(sheet: Sheet) -> str:
    title = escape(sheet.title)
    chart = "" if sheet.name == MEANS else charts.bars(pictures.rows(sheet), sheet.title)
    heads = "".join(f'<th scope="col">{head}</th>' for head in columns(sheet))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{value}</td><td>{between}</td></tr>'
        for name, value, between in lines(sheet)
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'<section><h2>{title}</h2>{chart}<div class="scroll">{table}</div></section>'
