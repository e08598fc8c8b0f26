"""Turns answers into what pairs are compared by: scikit-learn transformers fitted on no pool.

What they learn from `fit` is only how many columns there are: groups, scales and thresholds come
from the questionnaire and the policy. So who else is in the pool never decides what is acceptable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]
TIE = 1e-9  # answers that differ by less are the same answer, written differently


class HigherValues(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped library
    """Mean per group of columns, centred on the person's own mean over all columns.

    `groups` gives every column's group (None: each column its own). A blank (NaN) column counts in
    no mean; a group with no answer is NaN. Centring follows Schwartz: what counts is what a person
    puts before what, not how warmly they answer (doi 10.1080/00223891.2016.1231115).
    """

    def __init__(self, groups: Sequence[str] | None = None) -> None:
        self.groups = groups

    def fit(self, X: Any, y: Any = None) -> HigherValues:
        """Learn the number of columns and which group each is in."""
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        groups = range(X.shape[1]) if self.groups is None else self.groups
        if len(groups) != X.shape[1]:
            raise ValueError(f"{len(groups)} groups for {X.shape[1]} columns")
        names, self.group_ = np.unique(np.asarray(groups), return_inverse=True)
        self.groups_ = names
        return self

    def transform(self, X: Any) -> Floats:
        """Return (n, groups), NaN where a person answered nothing of a group."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        member = np.eye(len(self.groups_))[self.group_]
        sums, counts = np.nan_to_num(X) @ member, (~np.isnan(X)) @ member
        own = sums.sum(1) / np.maximum(counts.sum(1), 1)
        means = sums / np.where(counts > 0, counts, np.nan)
        return cast(Floats, np.round(means - own[:, None], 9))  # the same wherever the row stands

    def __sklearn_tags__(self) -> Any:
        """Blank answers are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class Stances(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped library
    """Which side of the middle a person clearly stands on: -1, 0 or 1 per column; a blank is 0.

    Columns are in 0..1, `clear` is the distance from the middle that counts.
    """

    def __init__(self, clear: float = 0.1) -> None:
        self.clear = clear

    def fit(self, X: Any, y: Any = None) -> Stances:
        """Learn the number of columns."""
        validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        return self

    def transform(self, X: Any) -> Floats:
        """Return (n, columns) of -1, 0 and 1."""
        check_is_fitted(self, "n_features_in_")
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        off = np.nan_to_num(X - 0.5)
        return cast(Floats, np.sign(off) * (np.abs(off) >= self.clear - TIE))

    def __sklearn_tags__(self) -> Any:
        """Blank answers are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


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
