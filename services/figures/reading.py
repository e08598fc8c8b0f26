"""A stored release as people read it and take it away: from the bytes that were published."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import models
from disclosure import files
from disclosure.sheets import MEANS

Contents = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it counts, in codes and in words, and what is told; None is hidden."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A published table: its lines in the order they were published."""

    name: str
    title: str
    lines: tuple[Line, ...]

    @property
    def shown(self) -> int:
        """How many figures are not hidden."""
        return sum(line.value is not None for line in self.lines)

    def line(self, *codes: str) -> Line:
        """Return the line of *codes*; raise KeyError where there is none."""
        return {line.codes: line for line in self.lines}[codes]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a release says: tables by name, in order, and means."""

    about: Mapping[str, Any]
    tables: Mapping[str, Sheet]
    means: Sheet | None


def read(archived: bytes) -> Reading:
    """Return what the archive of a release says."""
    contents = files.unpack(archived)
    book = json.loads(contents[files.CODEBOOK])
    found = {r["name"]: _sheet(r, contents[r["path"]]) for r in book["resources"]}
    means = found.pop(MEANS, None)
    return Reading(book.get("earshot", {}), found, means)


def file(archived: bytes, name: str) -> bytes | None:
    """Return the file of a release called *name*, or None where there is none."""
    return files.unpack(archived).get(name)


def export(session: Session, release: models.Release, out: Path) -> list[Path]:
    """Write a stored release below *out*, packed and unpacked; return the files' paths.

    Commit before this, so that nothing leaves the house that is not stored. Raises OSError
    naming the file.
    """
    name = archive_name(session, release)
    return _write(out / name, release.archive, out / name.removesuffix(".zip"))


def archive_name(session: Session, release: models.Release) -> str:
    """Return what the file of a release is called."""
    slug = session.get_one(models.Programme, release.programme_id).slug
    return f"earshot-{slug}-{release.period}.zip"


def _sheet(resource: dict[str, Any], content: bytes) -> Sheet:
    names = resource["schema"]["primaryKey"]
    figure = "mean" if resource["name"] == MEANS else "people"
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return Sheet(
        resource["name"], resource["title"], tuple(_line(row, names, figure) for row in rows)
    )


def _line(row: dict[str, str], names: list[str], figure: str) -> Line:
    value, low, high = (_number(row[name]) for name in (figure, "low", "high"))
    codes = tuple(row[name] for name in names)
    return Line(codes, tuple(row[f"{name}_label"] for name in names), value, low, high)


def _number(text: str) -> float | None:
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _write(target: Path, packed: bytes, folder: Path) -> list[Path]:
    contents = {target: packed} | {
        folder / name: content for name, content in files.unpack(packed).items()
    }
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return list(contents)
