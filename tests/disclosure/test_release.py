"""A release is the same bytes for the same people, and says of each figure what it may."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.files import archive, files, unpack
from disclosure.release import Drawn, Published, PublishedTable, Release
from disclosure.sheets import neutral
from disclosure.suppression import Status
from disclosure.tables import Category, Design, Dimension
from services.figures.releases import FONTS
from tests.disclosure.crowd import grid, line, released, table


def rows(release: Release, name: str) -> list[dict[str, str]]:
    text = files(release, FONTS)[name].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_hidden_figure_is_an_empty_value_and_a_status_never_a_zero() -> None:
    found = rows(released(line(0, 12, 40, 50)), "age.csv")
    assert [(row["age"], row["people"], row["status"]) for row in found] == [
        ("age0", "", "hidden"),
        ("age1", "", "hidden"),
        ("age2", "40", "shown"),
        ("age3", "50", "shown"),
        ("all", "102", "shown"),
    ]
    assert all((row["low"], row["high"]) == (row["people"],) * 2 for row in found)


def test_the_files_do_not_tell_a_small_figure_from_one_that_protects_it() -> None:
    release = released(line(3, 12, 40, 50))
    inside = [figure.status for figure in release.tables[0].figures[:2]]
    assert inside == [Status.SMALL, Status.PROTECTING]
    first, second = rows(release, "age.csv")[:2]
    assert first["status"] == second["status"] == "hidden"
    assert all(
        "small" not in line and "protecting" not in line
        for line in files(release, FONTS)["age.csv"].decode().splitlines()
    )


def test_shown_figures_add_up() -> None:
    found = rows(released(grid([3, 20, 30], [20, 25, 30], [30, 30, 30])), "age-by-step.csv")
    people = {(row["age"], row["step"]): row["people"] for row in found}
    whole = [f"age{i}" for i in range(3)] + ["all"]
    for age in whole:
        parts = [people[age, f"step{i}"] for i in range(3)]
        assert "" in parts or sum(map(int, parts)) == int(people[age, "all"])
    assert people["age2", "all"] == "90"


def test_the_same_people_give_the_same_bytes() -> None:
    first, second = (
        archive(files(released(line(3, 12, 40), grid([3, 0], [6, 6], [20, 20])), FONTS))
        for _ in range(2)
    )
    assert first == second


def test_the_archive_has_fixed_times_and_gives_back_its_files() -> None:
    contents = files(released(line(30, 12)), FONTS)
    packed = archive(contents)
    assert unpack(packed) == contents
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_codebook_describes_every_column_of_every_table() -> None:
    release = released(line(30, 12), grid([30, 0], [6, 6]))
    contents = files(release, FONTS)
    book = json.loads(contents["datapackage.json"])
    paths = [resource["path"] for resource in book["resources"]]
    assert paths == [name for name in contents if name.endswith(".csv")]
    for resource in book["resources"]:
        header = contents[resource["path"]].decode().split("\r\n")[0].split(",")
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == header
        assert resource["bytes"] == len(contents[resource["path"]])
        for row in rows(release, resource["path"]):
            for name, value in row.items():
                allowed = fields[name].get("constraints", {}).get("enum", [value])
                assert value in allowed
    assert book["earshot"]["epsilon"] is None


def test_hostile_words_do_not_become_formulas_in_a_spreadsheet() -> None:
    categories = (Category("a", '=HYPERLINK("http://x","y")'), Category("b", "plain"))
    hostile = table(Design("t", "T", "p", (Dimension("d", "D", categories),)), [20, 20])
    found = rows(released(hostile), "t.csv")
    assert [row["d_label"] for row in found] == ['\'=HYPERLINK("http://x","y")', "plain", "All"]


@given(st.text())
def test_no_text_starts_like_a_formula_or_breaks_the_line(text: str) -> None:
    told = neutral(text)
    assert told[:1] not in set("=+-@|＝＋－＠ \t\r\n")
    assert told.isprintable()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " \r=", "＝", "\x00="])
def test_what_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    assert neutral(f"{start}1+1").startswith("'")


def test_reasons_count_a_figure_of_several_tables_once() -> None:
    release = released(line(3, 12, 40), line(20, 35, name="step"))
    # three ages, two steps, and the total that both tables show
    assert release.reasons() == {Status.SMALL: 1, Status.PROTECTING: 1, Status.SHOWN: 4}


@dataclass(frozen=True)
class Fog:
    """A stand-in for a noisy mechanism: every figure within five, a quarter each table."""

    name: str = "fog"

    def draw(self, tables, sums):
        return Drawn(
            tuple(
                PublishedTable(
                    t.design,
                    tuple(
                        Published(c.figure, Status.SHOWN, c.count, c.count - 5, c.count + 5)
                        for c in t.cells
                    ),
                )
                for t in tables
            ),
            costs={t.design.name: 0.25 for t in tables},
        )


def test_another_mechanism_goes_through_the_same_door() -> None:
    release = released(line(30, 12), line(9, 33, name="step"), mechanism=Fog())
    book = json.loads(files(release, FONTS)["datapackage.json"])["earshot"]
    assert (book["mechanism"], book["epsilon"]) == ("fog", 0.5)
    assert [(r["low"], r["high"]) for r in rows(release, "age.csv")] == [
        ("25", "35"),
        ("7", "17"),
        ("37", "47"),
    ]
