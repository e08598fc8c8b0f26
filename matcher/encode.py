"""Turns answers into what pairs are compared by, learning nothing from the pool.

Groups, scales and thresholds come from the questionnaire and the policy. So who else is in the pool
never decides what is acceptable. `transformers` offers the same as scikit-learn's transformers;
that library is not loaded here, as it takes over a second of every start.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TIE = 1e-9  # answers that differ by less are the same answer, written differently


def higher_values(answers: Floats, groups: Sequence[str] | Sequence[int]) -> Floats:
    """Return the mean per group of columns, centred on the person's own mean over all columns.

    `groups` is every column's group; the result is (n, groups), groups sorted. A blank (NaN) column
    counts in no mean; a group with no answer is NaN. Centring follows Schwartz: what counts is what
    a person puts before what, not how warmly they answer (doi 10.1080/00223891.2016.1231115).
    """
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    member = np.eye(len(names))[group]
    sums, counts = np.nan_to_num(answers) @ member, (~np.isnan(answers)) @ member
    own = sums.sum(1) / np.maximum(counts.sum(1), 1)
    means = sums / np.where(counts > 0, counts, np.nan)
    return cast(Floats, np.round(means - own[:, None], 9))  # the same wherever the row stands


def stances(answers: Floats, clear: float) -> Floats:
    """Return which side of the middle a person clearly stands on: -1, 0 or 1 per column.

    Columns are in 0..1, a blank is 0; `clear` is the distance from the middle that counts.
    """
    off = np.nan_to_num(answers - 0.5)
    return cast(Floats, np.sign(off) * (np.abs(off) >= clear - TIE))


def first(means: Floats) -> NDArray[np.bool_]:
    """Say which higher-order values each person puts first: their second highest or more.

    (n, values) with NaN for a value with no answered item, which is not held.
    """
    held = np.nan_to_num(means, nan=-np.inf)
    if means.shape[1] < 2:
        return cast(NDArray[np.bool_], ~np.isnan(means))
    second = np.sort(held, axis=1)[:, -2:-1]
    return (held >= second - TIE) & ~np.isnan(means)


def directions(means: Floats) -> Floats:
    """Return vectors whose inner product is the closeness of two people's values, in 0..1.

    Half of (1 + cosine of the centred means), times the geometric mean of the two shares of values
    that were answered: what was not answered is not claimed. Shape (n, values + 1).
    """
    known = np.sqrt((~np.isnan(means)).mean(1, keepdims=True)) if means.shape[1] else means
    filled = np.nan_to_num(means)
    length = np.linalg.norm(filled, axis=1, keepdims=True)
    unit = filled / np.where(length > TIE, length, 1)
    if not means.shape[1]:
        return np.zeros((len(means), 1))
    return cast(Floats, np.hstack([known, known * unit]) / np.sqrt(2))


def cares(importance: Floats, views: Floats) -> Floats:
    """Return (n, views) weights, root of importance / mean; two people's product weighs a view.

    The mean is the person's own over the views they answered, so who marks everything as important
    weighs no more than who marks nothing. A blank view weighs nothing.
    """
    answered = ~np.isnan(views)
    kept = importance * answered
    mean = kept.sum(1, keepdims=True) / np.maximum(answered.sum(1, keepdims=True), 1)
    return np.sqrt(kept / np.where(mean > 0, mean, 1))
