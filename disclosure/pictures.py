"""The charts of a release as files: SVG, and PNG drawn from it by resvg."""

from collections.abc import Sequence
from pathlib import Path

from disclosure import charts
from disclosure.charts import Row
from disclosure.sheets import MEANS, Sheet, Value
from disclosure.tables import ALL

SHARPNESS = 2.0
HIDDEN = "hidden"


def drawn(told: Sequence[Sheet], fonts: Path) -> dict[str, bytes]:
    """Return the name and the bytes of the chart of each sheet, as SVG and as PNG.

    *fonts* is a folder of TrueType files; where it is missing, the system's fonts are used.
    """
    found: dict[str, bytes] = {}
    for sheet in told:
        if sheet.name != MEANS:
            svg = charts.bars(rows(sheet), sheet.title, alone=True)
            found[f"charts/{sheet.name}.svg"] = svg.encode()
            found[f"charts/{sheet.name}.png"] = png(svg, fonts)
    return found


def rows(sheet: Sheet) -> list[Row]:
    """Return the rows of a sheet's chart: every figure but the total of all."""
    return [_row(sheet, row) for row in sheet.rows if set(_codes(sheet, row)) != {ALL}]


def words(sheet: Sheet, row: tuple[Value, ...]) -> str:
    """Return what a row counts, in words."""
    named = zip((field.name for field in sheet.fields), row, strict=True)
    return ", ".join(str(value) for name, value in named if name.endswith("_label"))


def number(value: Value) -> str:
    """Return a figure as a report writes it."""
    if value is None:
        return HIDDEN
    return f"{value:,}" if isinstance(value, int) else str(value)


def png(svg: str, fonts: Path) -> bytes:
    """Return *svg* as PNG."""
    import resvg_py  # noqa: PLC0415 - only needed where something is published

    files = [str(path) for path in sorted(fonts.glob("*.ttf"))]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=SHARPNESS, font_files=files, skip_system_fonts=bool(files)
        )
    )


def cell(sheet: Sheet, row: tuple[Value, ...], name: str) -> Value:
    """Return the value of *row* in the column called *name*."""
    return row[[field.name for field in sheet.fields].index(name)]


def _codes(sheet: Sheet, row: tuple[Value, ...]) -> list[Value]:
    return [cell(sheet, row, name) for name in sheet.key]


def _row(sheet: Sheet, row: tuple[Value, ...]) -> Row:
    people, low, high = (_float(cell(sheet, row, name)) for name in ("people", "low", "high"))
    return Row(words(sheet, row), number(cell(sheet, row, "people")), people, low, high)


def _float(value: Value) -> float | None:
    return None if value is None else float(value)
