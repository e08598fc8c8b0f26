"""What a programme calls an acceptable pair and a good one: a value stored with its round."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from matcher.errors import BadInput
from matcher.tables import Table, raise_if

WHOLE = ("min_differences", "min_shared_values", "min_shared_topics", "best_differences")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a pair's score is worth; every part itself lies in 0..1."""

    values: float = 1.0
    difference: float = 1.0
    topics: float = 0.25
    hours: float = 0.1

    @property
    def total(self) -> float:
        """The highest score a pair can have."""
        return self.values + self.difference + self.topics + self.hours


@dataclass(frozen=True, slots=True)
class Policy:
    """The floor (`min_*`, `clear`) and the worth above it (`best_differences`, `weights`).

    `clear` is in units of an item's full scale, at most a half. Difference is worth more up to
    `best_differences` clearly different views and nothing beyond.
    """

    min_differences: int = 3
    clear: float = 0.1
    min_shared_values: int = 1
    min_shared_topics: int = 0
    best_differences: int = 5
    weights: Weights = field(default_factory=Weights)

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_mapping` reads; what a round stores."""
        return asdict(self)


def load(path: Path) -> Policy:
    """Read a policy from the TOML file at *path*; raise `BadInput` naming file, key and reason."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([f"{path}: cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput([f"{path}: is not TOML: {error}"]) from error
    return from_mapping(data, str(path))


def from_mapping(data: Mapping[str, Any], source: str = "policy") -> Policy:
    """Make a policy of a mapping; absent keys keep their default; raise `BadInput` for the rest."""
    problems: list[str] = []
    table = Table(data, source, problems)
    usual = Policy()
    table.only({each.name for each in fields(Policy)})
    whole = {key: _count(table, key, getattr(usual, key)) for key in WHOLE[:-1]}
    enough = max(usual.best_differences, whole["min_differences"])
    whole[WHOLE[-1]] = _count(table, WHOLE[-1], enough)
    clear = table.number("clear", usual.clear)
    if not 0 < clear <= 0.5:
        table.problem("clear", "must be above 0 and at most 0.5")
    if whole["best_differences"] < max(1, whole["min_differences"]):
        table.problem("best_differences", "must be at least 1 and at least min_differences")
    policy = Policy(clear=clear, weights=_weights(table), **whole)
    raise_if(problems)
    return policy


def _count(table: Table, key: str, default: int) -> int:
    number = table.number(key, default)
    if number < 0 or number != int(number):
        table.problem(key, "must be a whole number, 0 or more")
    return int(number)


def _weights(table: Table) -> Weights:
    data = table.data.get("weights", {})
    if not isinstance(data, Mapping):
        table.problem("weights", "must be a table")
        return Weights()
    inner = Table(data, f"{table.where}: weights", table.problems)
    names = [each.name for each in fields(Weights)]
    inner.only(names)
    numbers = {name: inner.number(name, getattr(Weights(), name)) for name in names}
    for name, number in numbers.items():
        if not 0 <= number <= 1000:
            inner.problem(name, "must be from 0 to 1000")
    return Weights(**numbers)
