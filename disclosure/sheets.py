"""The sheets of a release: its tables and means as columns and rows, for every format alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from disclosure.means import FEWEST, PublishedMean
from disclosure.release import Published, PublishedTable, Release
from disclosure.suppression import THRESHOLD
from disclosure.tables import ALL, Design, Dimension

FORMULA_STARTS = tuple("=+-@|＝＋－＠")
MEANS = "means"
Value = str | int | float | None

ABOUT_HIDDEN = (
    f"'hidden' where fewer than {THRESHOLD} people would be shown, noise included, or where the "
    "figure would let somebody work out such a figure. A hidden figure is an empty value, never 0."
)
ABOUT_HIDDEN_MEAN = f"'hidden' where fewer than {FEWEST} people, noise included, stand behind it."


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its Table Schema type, what it means, what it may hold."""

    name: str
    kind: str
    description: str
    constraints: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns and rows under a name; `key` are the columns that name a row."""

    name: str
    title: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheets(release: Release) -> list[Sheet]:
    """Return the tables of *release* in order, then its means where it has some."""
    tables = [_table(table) for table in release.tables]
    return [*tables, _means(release.means)] if release.means else tables


def neutral(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula, on one line.

    An apostrophe goes before what starts like a formula (OWASP, "CSV Injection").
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"'{line}" if line.startswith(FORMULA_STARTS) else line


def titles(dimension: Dimension) -> dict[str, str]:
    """Return what people read for each code of *dimension*, the margin's last."""
    return {category.code: category.title for category in dimension.categories} | {ALL: "All"}


def _table(table: PublishedTable) -> Sheet:
    design = table.design
    return Sheet(
        design.name,
        design.title,
        tuple(dimension.name for dimension in design.dimensions),
        (*_labels(design), *_counts()),
        tuple(_row(design, told) for told in table.figures),
    )


def _labels(design: Design) -> list[Field]:
    found = []
    for dimension in design.dimensions:
        codes = {"enum": list(titles(dimension))}
        found.append(Field(dimension.name, "string", dimension.title, codes))
        label = f"{dimension.title}, in words"
        found.append(Field(f"{dimension.name}_label", "string", label, {}))
    return found


def _counts() -> tuple[Field, ...]:
    least = {"minimum": 0}
    status = {"enum": ["shown", "hidden"]}
    return (
        Field("people", "integer", "How many people, noise included; empty where hidden", least),
        Field("low", "integer", "95 times of 100 the true number is at least this", least),
        Field("high", "integer", "95 times of 100 the true number is at most this", least),
        Field("status", "string", ABOUT_HIDDEN, status),
    )


def _row(design: Design, told: Published) -> tuple[Value, ...]:
    labels: list[Value] = []
    for dimension in design.dimensions:
        code = told.figure.code(dimension.name)
        labels += [code, neutral(titles(dimension)[code])]
    return (*labels, told.people, told.low, told.high, "hidden" if told.hidden else "shown")


def _means(means: tuple[PublishedMean, ...]) -> Sheet:
    status = {"enum": ["shown", "hidden"]}
    fields = (
        Field("measure", "string", "What is averaged", {"enum": [m.scale.name for m in means]}),
        Field("measure_label", "string", "What is averaged, in words", {}),
        Field("mean", "number", "The mean, noise included; empty where hidden", {}),
        Field("low", "number", "95 times of 100 the true mean is at least this", {}),
        Field("high", "number", "95 times of 100 the true mean is at most this", {}),
        Field("smallest", "integer", "The lower bound: who lies below counts as this", {}),
        Field("largest", "integer", "The upper bound: who lies above counts as this", {}),
        Field("status", "string", ABOUT_HIDDEN_MEAN, status),
    )
    rows = tuple(_mean(told) for told in means)
    return Sheet(MEANS, "Means of people who talked and answered", ("measure",), fields, rows)


def _mean(told: PublishedMean) -> tuple[Value, ...]:
    scale, status = told.scale, "hidden" if told.mean is None else "shown"
    numbers = (told.mean, told.low, told.high, scale.low, scale.high)
    return (scale.name, neutral(scale.title), *numbers, status)
