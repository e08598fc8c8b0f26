"""CSV files read by column with every bad line named, and files written whole or not at all."""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import BadInput

CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file by column of texts, the line each row begins on, and where it came from."""

    source: str
    columns: dict[str, list[str]]
    lines: NDArray[np.int64]


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file in UTF-8 with a header; raise `BadInput` naming every line that is odd."""
    problems: list[str] = []
    columns: list[list[str]] = []
    lines: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            problems += [
                f"{path}: line 1: {name or 'a column'}: {why}" for name, why in _odd(header)
            ]
            columns = [[] for _ in header]
            for chunk in _chunks(reader):
                good = [(line, row) for line, row in chunk if len(row) == len(header)]
                problems += [
                    f"{path}: line {line}: has {len(row)} cells; the header has {len(header)}"
                    for line, row in chunk
                    if len(row) != len(header)
                ]
                lines += [line for line, _ in good]
                for column, cells in zip(
                    columns, zip(*(row for _, row in good), strict=True), strict=False
                ):
                    column += [cell.strip() for cell in cells]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput([*problems, f"{path}: cannot be read: {error}"]) from error
    if problems:
        raise BadInput(problems)
    return Sheet(str(path), dict(zip(header, columns, strict=True)), np.array(lines, np.int64))


def write_whole(files: Sequence[tuple[Path, Callable[[IO[str]], object]]]) -> None:
    """Write every file beside its place first, and only then put all of them in their places."""
    with ExitStack() as stack:
        ready = []
        for path, write in files:
            name = _beside(path)
            stack.callback(name.unlink, missing_ok=True)
            with name.open("w", encoding="utf-8", newline="") as file:
                write(file)
            ready.append((name, path))
        for name, path in ready:
            os.replace(name, path)


def _beside(path: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise BadInput([f"{path}: cannot be written: {error}"]) from error
    os.fchmod(handle, 0o644)
    os.close(handle)
    return Path(name)


def _odd(header: list[str]) -> Iterator[tuple[str, str]]:
    if not header:
        yield "", "the file is empty; a header is needed"
    for place, name in enumerate(header):
        if not name:
            yield "", f"number {place + 1} has no name"
        elif name in header[:place]:
            yield name, "is there twice"


def _chunks(reader: Any) -> Iterator[list[tuple[int, list[str]]]]:
    chunk: list[tuple[int, list[str]]] = []
    before = reader.line_num
    for row in reader:
        if row:
            chunk.append((before + 1, row))
        before = reader.line_num
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def numbers_of(
    cells: list[str], name: str, problems: list[tuple[int, str, str]]
) -> NDArray[np.float64]:
    """Turn cells into numbers, NaN where blank; note what is none."""
    try:
        numbers = np.array([cell or "nan" for cell in cells], dtype=np.float64)
    except ValueError:
        numbers = np.array([_number(cell) for cell in cells])
    blank = np.array([not cell for cell in cells], np.bool_)
    for row in np.flatnonzero(~np.isfinite(numbers) & ~blank).tolist():
        problems.append((row, name, f"{cells[row]!r} is not a number"))
        numbers[row] = np.nan
    return numbers


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan
