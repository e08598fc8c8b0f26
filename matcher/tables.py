"""Reads keys out of a mapping and collects every problem instead of stopping at the first."""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from matcher.errors import BadInput


class Table:
    """One table of a settings file: typed access by key, problems named by where and key."""

    def __init__(self, data: Mapping[str, Any], where: str, problems: list[str]) -> None:
        self.data = data
        self.where = where
        self.problems = problems

    def problem(self, key: str, reason: str) -> None:
        """Note that *key* of this table cannot be used, and why."""
        self.problems.append(f"{self.where}: {key}: {reason}")

    def only(self, known: Collection[str]) -> None:
        """Name every key that is not *known*."""
        for key in self.data:
            if key not in known:
                self.problem(key, f"unknown key; known are {', '.join(sorted(known))}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return the non-empty text at *key*; required when there is no default."""
        value = self.data.get(key, default)
        if isinstance(value, str) and (value.strip() or key not in self.data):
            return value
        self.problem(key, "missing" if value is None else "must be a text that is not empty")
        return ""

    def number(self, key: str, default: float | None = None) -> float:
        """Return the finite number at *key*; required when there is no default."""
        value = self.data.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return float(value)
        self.problem(key, "missing" if value is None else "must be a finite number")
        return 0.0

    def flag(self, key: str) -> bool:
        """Return the true or false at *key*; false when absent."""
        value = self.data.get(key, False)
        if isinstance(value, bool):
            return value
        self.problem(key, "must be true or false")
        return False

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of distinct texts at *key*; empty when absent."""
        value = self.data.get(key, [])
        good = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
        if good and len(set(value)) == len(value):
            return tuple(value)
        self.problem(key, "must be a list of different texts")
        return ()


def raise_if(problems: list[str]) -> None:
    """Raise `BadInput` when there is any problem."""
    if problems:
        raise BadInput(problems)
