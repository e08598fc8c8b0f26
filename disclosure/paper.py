"""The report of a release as PDF, by fpdf2: the same words, charts and numbers as the HTML."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from disclosure import report
from disclosure.release import Release
from disclosure.sheets import Sheet

FAMILY, PLAIN = "report", "helvetica"
WIDTHS = (60, 18, 30)
INK, SOFT, LINE = (23, 35, 31), (73, 86, 80), (212, 217, 207)
MARGIN = 18


def pdf(
    release: Release, told: Sequence[Sheet], pictures: Mapping[str, bytes], fonts: Path
) -> bytes:
    """Return the report of *release* as PDF; *pictures* holds the charts of its tables."""
    page = _page(release, fonts)
    page.set_font(size=22, style="B")
    page.multi_cell(
        0,
        10,
        _known(page, f"{release.about.title}, {release.about.month}"),
        new_x="LMARGIN",
        new_y="NEXT",
    )
    page.set_font(size=10.5)
    for text in report.intro(release):
        page.ln(1.5)
        page.multi_cell(0, 5.4, text, new_x="LMARGIN", new_y="NEXT")
    for sheet in told:
        _section(page, sheet, pictures.get(f"charts/{sheet.name}.png"))
    return bytes(page.output())


def _page(release: Release, fonts: Path) -> Any:
    from fpdf import FPDF  # noqa: PLC0415 - only needed where something is published

    after = release.about.month.next()
    page = FPDF(format="A4")
    page.set_creation_date(datetime(after.year, after.month, 1, tzinfo=UTC))
    page.set_title(f"{release.about.title}, {release.about.month}")
    page.set_lang("en")
    page.set_margins(MARGIN, MARGIN)
    page.set_auto_page_break(True, MARGIN)
    page.set_text_color(*INK)
    page.set_draw_color(*LINE)
    if (fonts / "latin-400.ttf").exists():
        for name, script in ((FAMILY, "latin"), ("extended", "latin-ext")):
            page.add_font(name, "", fonts / f"{script}-400.ttf")
            page.add_font(name, "B", fonts / f"{script}-650.ttf")
        page.set_fallback_fonts(["extended"], exact_match=False)
        page.set_font(FAMILY)
    else:
        page.set_font(PLAIN)
    page.add_page()
    return page


def _known(page: Any, text: str) -> str:
    """Return *text* with what the fonts cannot draw as question marks."""
    if page.font_family == FAMILY:
        return text
    return text.encode("latin-1", "replace").decode("latin-1")


def _size(page: Any, picture: bytes | None) -> tuple[float, float]:
    """Return how wide and how high a chart is drawn, in mm: it fits on one page with its title."""
    if picture is None:
        return 0.0, 0.0
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))  # PNG's IHDR
    wide = min(page.epw * 0.85, (page.eph - 40) * width / height)
    return wide, wide * height / width


def _section(page: Any, sheet: Sheet, picture: bytes | None) -> None:
    wide, high = _size(page, picture)
    page.ln(7)
    if page.will_page_break(high + 30):
        page.add_page()
    page.set_font(size=14, style="B")
    page.multi_cell(0, 7, _known(page, sheet.title), new_x="LMARGIN", new_y="NEXT")
    page.ln(1)
    if picture is not None:
        page.image(BytesIO(picture), w=wide, h=high, alt_text=_known(page, sheet.title))
        page.ln(2)
    page.set_font(size=9.5, style="")
    aligned = ("LEFT", "RIGHT", "RIGHT")
    with page.table(
        borders_layout="HORIZONTAL_LINES", col_widths=WIDTHS, text_align=aligned, line_height=5
    ) as table:
        for line in (report.columns(sheet), *report.lines(sheet)):
            row = table.row()
            for text in line:
                row.cell(_known(page, text))
