"""One round: who meets, who waits and why, and a proof of how good that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.cohort import Cohort
from matcher.explain import Unmatched, names
from matcher.policy import Policy

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows of the cohort, what their pairing is worth in all and by term, and why in words."""

    a: int
    b: int
    score: float
    terms: dict[str, float]
    shared_values: tuple[str, ...]
    differences: tuple[str, ...]
    common_hours: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """m pairs as columns; `a` and `b` are rows of the cohort, `shared` and `differing` bit sets."""

    a: Rows
    b: Rows
    score: Floats
    values: Floats
    difference: Floats
    topics: Floats
    hours: Floats
    shared: NDArray[np.uint64]
    differing: NDArray[np.uint64]
    common_hours: Rows

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.a)


@dataclass(frozen=True, slots=True)
class Count:
    """How many pairs; between `low` and `high` with 95 % confidence when they were sampled."""

    pairs: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Round:
    """What `matcher.pairing.pair` returns.

    `price` is by row of the cohort: what one more person like this one would add, in units of
    score, beyond the score of their own place; people many compete for have high prices.
    `brings` is how many more pairs one more like this one would bring: 0, a half or 1.
    `most_placed` and `most_value` are upper bounds over all acceptable pairs: of how many people
    can be placed, and of the value of any pairing that leaves out no more than this one, those
    waiting longest first. Where they were sampled, `off` of the value and `placed_off` of the
    people are for chance.
    """

    cohort: Cohort
    policy: Policy
    exclude: Rows
    pairs: Pairs
    unmatched: Unmatched
    price: Floats
    brings: Floats
    feasible: Count
    acceptable: Count
    placed: int
    most_placed: int
    value: float
    most_value: float
    off: float
    placed_off: int
    exact: bool
    seconds: dict[str, float]
    memory: dict[str, float]

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of the bound."""
        return (self.most_value - self.value) / self.most_value if self.most_value > 0 else 0.0

    @property
    def gap_placed(self) -> float:
        """How far the number of people placed may be from the most, as a share of the bound."""
        return 1 - self.placed / self.most_placed if self.most_placed else 0.0

    def pair(self, place: int) -> Pair:
        """Return one pair in words."""
        pairs, asked = self.pairs, self.cohort.questionnaire
        views = tuple(item.id for item in asked.of("view"))
        terms = ("values", "difference", "topics", "hours")
        return Pair(
            a=int(pairs.a[place]),
            b=int(pairs.b[place]),
            score=float(pairs.score[place]),
            terms={term: float(getattr(pairs, term)[place]) for term in terms},
            shared_values=names(int(pairs.shared[place]), asked.higher),
            differences=names(int(pairs.differing[place]), views),
            common_hours=int(pairs.common_hours[place]),
        )

    def described(self) -> Iterator[Pair]:
        """Give the pairs in words, one after another."""
        return (self.pair(place) for place in range(len(self.pairs)))

    def report(self) -> dict[str, Any]:
        """Return the round in numbers, ready for JSON."""
        counts = {"feasible": self.feasible, "acceptable": self.acceptable}
        sampled = (
            self.feasible.low != self.feasible.high or self.acceptable.low != self.acceptable.high
        )
        bound: dict[str, Any] = {"paired": self.most_placed, "value": self.most_value}
        if self.off:
            bound["value_interval"] = [self.most_value - 2 * self.off, self.most_value]
        if self.placed_off:
            bound["paired_interval"] = [self.most_placed - 2 * self.placed_off, self.most_placed]
        reasons, how_many = np.unique(self.unmatched.reason, return_counts=True)
        result = {f"{name}_pairs": count.pairs for name, count in counts.items()}
        if sampled:
            for name, count in counts.items():
                result[f"{name}_pairs_interval"] = [count.low, count.high]  # type: ignore[assignment]
        return {
            "people": len(self.cohort),
            **result,
            "pairs": len(self.pairs),
            "paired": self.placed,
            "value": self.value,
            "upper_bound": bound,
            "gap": {"paired": self.gap_placed, "value": self.gap},
            "exact": self.exact,
            "unmatched": dict(zip(reasons.tolist(), how_many.tolist(), strict=True)),
            "seconds": self.seconds,
            "peak_memory_mb": self.memory,
            "policy": self.policy.to_dict(),
        }
