"""A release's charts and reports say what its tables say, and stand alone."""

import io
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet
import pytest

from disclosure import charts
from disclosure.charts import Row
from disclosure.files import files
from disclosure.laplace import Laplace
from disclosure.means import Scale, add
from disclosure.release import Subject, draw
from disclosure.tables import Category, Design, Dimension
from services.figures.releases import FONTS
from tests.disclosure.crowd import OCTOBER, grid, line, released, table

SCALE = Scale("heard", "Feeling heard", "age", "age2", 1, 7)


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """The files of one release with means."""
    about = Subject("library", "City library of Łódź", OCTOBER)
    shares = {"age": 0.5, "place-by-step": 0.3, "heard": 0.3}
    exact = [line(200, 300, 100), grid([100, 200, 1], [200, 99, 0], names=("place", "step"))]
    heard = add(SCALE, ((number, 5.0) for number in range(500)))
    return files(draw(about, exact, [heard], Laplace(shares)), FONTS)


def test_every_format_of_a_table_has_the_same_numbers(contents: dict[str, bytes]) -> None:
    for name in ("age", "place-by-step", "means"):
        stored = pyarrow.parquet.read_table(io.BytesIO(contents[f"{name}.parquet"]))
        lines = contents[f"{name}.csv"].decode().splitlines()
        assert lines[0].split(",") == stored.column_names
        assert stored.num_rows == len(lines) - 1
    people = pyarrow.parquet.read_table(io.BytesIO(contents["age.parquet"]))["people"].to_pylist()
    page = contents["report.html"].decode()
    assert all(f"<td>{n:,}</td>" in page for n in people if n is not None)


def test_the_report_stands_alone_and_says_what_is_guaranteed(contents: dict[str, bytes]) -> None:
    page = contents["report.html"].decode()
    assert "City library of Łódź, 2026-10" in page
    assert "tells at most 1.10 (epsilon of differential privacy)" in page
    assert "http" not in page
    assert "<script" not in page
    assert "Feeling heard" in page


def test_the_report_as_pdf_has_pages_and_a_fixed_date(contents: dict[str, bytes]) -> None:
    paper = contents["report.pdf"]
    assert paper.startswith(b"%PDF-")
    assert b"D:20261101000000Z" in paper


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_every_table_has_its_chart(contents: dict[str, bytes], ending: str) -> None:
    assert {name for name in contents if name.endswith(ending)} == {
        f"charts/{name}.{ending}" for name in ("age", "place-by-step")
    }
    assert contents["charts/age.png"].startswith(b"\x89PNG")


def test_without_its_fonts_a_release_still_has_charts_and_report(tmp_path: Path) -> None:
    told = files(released(line(30, 0, 44)), tmp_path)
    assert told["report.pdf"].startswith(b"%PDF-")
    assert told["charts/age.png"].startswith(b"\x89PNG")
    assert "differential privacy" not in told["report.html"].decode()


def test_hostile_words_stay_words_in_charts_and_report() -> None:
    bad = '<script>alert(1)</script>"&'
    categories = (Category("a", bad), Category("b", "plain"))
    hostile = table(Design("t", bad, "p", (Dimension("d", bad, categories),)), [20, 20])
    told = files(released(hostile), FONTS)
    assert b"<script" not in told["report.html"] + told["charts/t.svg"]
    ElementTree.fromstring(told["charts/t.svg"])


def test_a_chart_needs_no_style_no_script_and_says_what_is_hidden() -> None:
    rows = [
        Row("Few", "hidden", None),
        Row("Many", "40", 40, 31, 52),
        Row("", "7", 7),
        Row("Ended in the second half, before the last step", "1", 1, 1, 1),
    ]
    for alone in (True, False):
        drawn = charts.bars(rows, "Who", alone=alone)
        root = ElementTree.fromstring(drawn)
        assert "style" not in drawn
        assert "script" not in drawn
        assert drawn.count("stroke-dasharray") == 1
        assert root.get("aria-label") == "Who"
        words = [node.text for node in root.iter() if node.tag.endswith("text")]
        assert words[:2] == ["Few", "hidden"]
        assert "the last step" in words


def test_points_keep_within_their_scale() -> None:
    ticks = [(-4.0, "-4"), (0.0, "0"), (8.0, "+8")]
    rows = [Row("Right after", "+6.4", 6.4, 4.1, 30.0), Row("Week 4", "hidden", None)]
    drawn = charts.points(rows, ticks, "Warmth", alone=True)
    assert drawn.count("<circle") == 1
    assert 'x2="97.0%"' in drawn
    assert "stroke-dasharray" in drawn
