"""An attacker who has nothing but the files of a release.

It is written apart from the audit on purpose: it reads the published bytes, finds out for itself
what adds up, and solves a linear programme for the least and the most of each hidden figure.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

Name = tuple[tuple[str, str], ...]
CEILING = 100_000


@dataclass(frozen=True)
class Found:
    """What was worked out about one hidden figure."""

    low: float
    high: float


def attack(files: Mapping[str, bytes]) -> dict[Name, Found]:
    """Return what *files*, tables of one population, say about each figure hidden in all."""
    return _attack([_read(files, name) for name in files if name.endswith(".csv")])


def pinned(files: Mapping[str, bytes]) -> float:
    """Return the share of hidden figures whose number the attacker is certain of."""
    return _share(files, 0.5)


def narrowed(files: Mapping[str, bytes]) -> float:
    """Return the share of hidden figures with fewer than eleven numbers left to be."""
    return _share(files, 9.5)


def _share(files: Mapping[str, bytes], width: float) -> float:
    found = attack(files).values()
    return sum(f.high - f.low < width for f in found) / len(found)


def _read(files: Mapping[str, bytes], name: str) -> tuple[list[str], dict[Name, int | None]]:
    book = json.loads(files["datapackage.json"])
    dimensions = next(r["schema"]["primaryKey"] for r in book["resources"] if r["path"] == name)
    rows = csv.DictReader(io.StringIO(files[name].decode(), newline=""))
    figures = {
        tuple(sorted((d, row[d]) for d in dimensions if row[d] != "all")): (
            int(row["people"]) if row["people"] else None
        )
        for row in rows
    }
    return dimensions, figures


def _attack(tables: Sequence[tuple[list[str], dict[Name, int | None]]]) -> dict[Name, Found]:
    figures: dict[Name, int | None] = {}
    for _, table in tables:
        known = {name: people for name, people in table.items() if people is not None}
        figures |= dict.fromkeys(table.keys() - figures.keys()) | known
    column = {name: at for at, name in enumerate(figures)}
    rows = []
    for dimensions, table in tables:
        for total in table:
            for d in set(dimensions) - {label[0] for label in total}:
                parts = [f for f in table if set(total) | {(d, dict(f).get(d))} == set(f)]
                row = np.zeros(len(column))
                row[[column[part] for part in parts]] = 1
                row[column[total]] = -1
                rows.append(row)
    bounds = [(0, CEILING) if n is None else (n, n) for n in figures.values()]
    return {
        name: _found(np.array(rows), bounds, column[name])
        for name, people in figures.items()
        if people is None
    }


def _found(sums: np.ndarray, bounds: list[tuple[int, int]], at: int) -> Found:
    goal = np.zeros(sums.shape[1])
    goal[at] = 1
    ends = [
        linprog(sign * goal, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds).fun
        for sign in (1, -1)
    ]
    if None in ends:  # rounded figures contradict each other: taken for true they say nothing
        return Found(0, CEILING)
    return Found(ends[0], -ends[1])
