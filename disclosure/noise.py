"""Noise: the discrete Laplace distribution, drawn by OpenDP, and how far it reaches.

OpenDP (https://docs.opendp.org) draws exactly, from the system's randomness; its library is large
and is loaded only where something is drawn. How far noise reaches depends on public numbers only,
so it is found by simulation with fixed seeds, needs no data and costs no budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
SEED = 20261101
TRIALS = 20_000


@dataclass(frozen=True, slots=True)
class Noisy:
    """Whole numbers with noise, and the privacy loss that OpenDP vouches for."""

    values: tuple[int, ...]
    epsilon: float


def laplace(values: Sequence[int], sensitivity: int, epsilon: float) -> Noisy:
    """Return *values* with discrete Laplace noise of scale sensitivity / epsilon.

    One person changes the values, taken together, by at most *sensitivity*.
    """
    import opendp.prelude as dp  # noqa: PLC0415 - loading it takes seconds

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    measurement = dp.m.make_laplace(*space, scale=sensitivity / epsilon)
    vouched: float = measurement.map(sensitivity)  # type: ignore[no-untyped-call]
    return Noisy(tuple(measurement(list(values))), vouched)


def simulated(scales: Sequence[float], trials: int = TRIALS) -> NDArray[np.int64]:
    """Return (trials, scales) draws of the same noise from a fixed seed: public, never released."""
    generator = np.random.default_rng(SEED)
    chance = -np.expm1(-1 / np.asarray(scales, dtype=float))
    up, down = (generator.geometric(chance, (trials, len(chance))) for _ in range(2))
    return up - down


def reach(errors: NDArray[Any], confidence: float = CONFIDENCE) -> NDArray[np.float64]:
    """Return what each column of (trials, n) *errors* stays within, with *confidence*."""
    found: NDArray[np.float64] = np.quantile(np.abs(errors), confidence, axis=0, method="higher")
    return found
