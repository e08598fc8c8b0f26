"""The files of a release: CSV tables and a codebook, the same bytes for the same release.

The codebook is a Frictionless Data Package (https://specs.frictionlessdata.io/data-package/)
with a Table Schema for each table.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from disclosure.release import Published, PublishedTable, Release
from disclosure.suppression import THRESHOLD
from disclosure.tables import ALL, Design, Dimension

CODEBOOK = "datapackage.json"
EPOCH = (1980, 1, 1, 0, 0, 0)
FORMULA_STARTS = tuple("=+-@|＝＋－＠")
FIGURES = ("people", "low", "high", "status")
ABOUT_HIDDEN = (
    f"'hidden' where fewer than {THRESHOLD} people stand behind the figure, or where it would let "
    "somebody work out such a figure. Which of the two is not said, because that would help to "
    "work it out. A hidden figure is an empty value, never 0."
)


def files(release: Release) -> dict[str, bytes]:
    """Return the name and the bytes of each file of *release*, the codebook first."""
    tables = {f"{table.design.name}.csv": _csv(table) for table in release.tables}
    return {CODEBOOK: _codebook(release, tables)} | tables


def archive(contents: Mapping[str, bytes]) -> bytes:
    """Return *contents* as a zip with fixed times, stored as they are: nothing in it varies."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return buffer.getvalue()


def unpack(archived: bytes) -> dict[str, bytes]:
    """Return what `archive` was given."""
    with zipfile.ZipFile(io.BytesIO(archived)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def neutral(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula, on one line.

    An apostrophe goes before what starts like a formula (OWASP, "CSV Injection").
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"'{line}" if line.startswith(FORMULA_STARTS) else line


def _csv(table: PublishedTable) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_columns(table.design))
    writer.writerows(_row(table.design, figure) for figure in table.figures)
    return text.getvalue().encode()


def _columns(design: Design) -> tuple[str, ...]:
    names = (name for d in design.dimensions for name in (d.name, f"{d.name}_label"))
    return (*names, *FIGURES)


def _row(design: Design, told: Published) -> list[str | int]:
    labels = [label for d in design.dimensions for label in _label(d, told.figure.code(d.name))]
    numbers = ["" if number is None else number for number in (told.people, told.low, told.high)]
    return [*labels, *numbers, "hidden" if told.hidden else "shown"]


def _label(dimension: Dimension, code: str) -> tuple[str, str]:
    return code, neutral(_titles(dimension)[code])


def _titles(dimension: Dimension) -> dict[str, str]:
    return {category.code: category.title for category in dimension.categories} | {ALL: "All"}


def _codebook(release: Release, tables: Mapping[str, bytes]) -> bytes:
    book = {
        "profile": "tabular-data-package",
        "name": f"earshot-{release.programme}-{release.month}",
        "title": f"{release.title}, {release.month}",
        "description": "Counts of people. Each person counts at most once in a table.",
        "version": "1",
        "earshot": {
            "programme": release.programme,
            "month": str(release.month),
            "mechanism": release.mechanism,
            "epsilon": release.epsilon,
            "smallest_count_shown": THRESHOLD,
        },
        "resources": [
            _resource(table, name, content)
            for table, (name, content) in zip(release.tables, tables.items(), strict=True)
        ],
    }
    return (json.dumps(book, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(table: PublishedTable, name: str, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.design.name,
        "title": table.design.title,
        "path": name,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {
            "fields": list(_fields(table.design)),
            "missingValues": [""],
            "primaryKey": [dimension.name for dimension in table.design.dimensions],
        },
    }


def _fields(design: Design) -> Iterator[dict[str, Any]]:
    for dimension in design.dimensions:
        titles = _titles(dimension)
        yield _field(dimension.name, "string", dimension.title, enum=list(titles))
        yield _field(f"{dimension.name}_label", "string", f"{dimension.title}, in words")
    yield _field("people", "integer", "How many people; empty where hidden", minimum=0)
    yield _field("low", "integer", "The true number is at least this", minimum=0)
    yield _field("high", "integer", "The true number is at most this", minimum=0)
    yield _field("status", "string", ABOUT_HIDDEN, enum=["shown", "hidden"])


def _field(name: str, kind: str, description: str, **constraints: Any) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": kind, "description": description}
    return field | ({"constraints": constraints} if constraints else {})
