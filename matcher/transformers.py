"""The encoding of answers as scikit-learn transformers, fitted on no pool.

For whoever studies answers with that library: what they learn from `fit` is only how many columns
there are. Earshot itself calls `encode`, which they call too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from matcher.encode import Floats, higher_values, stances


class _Blanks(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped library
    """Takes numbers, blank (NaN) ones among them."""

    def fit(self, X: Any, y: Any = None) -> _Blanks:
        """Learn the number of columns."""
        validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        return self

    def _checked(self, X: Any) -> Floats:
        check_is_fitted(self, "n_features_in_")
        answers: Floats = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        return answers

    def __sklearn_tags__(self) -> Any:
        """Blank answers are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class HigherValues(_Blanks):
    """`encode.higher_values`; `groups` gives every column's group (None: each column its own)."""

    def __init__(self, groups: Sequence[str] | None = None) -> None:
        self.groups = groups

    def fit(self, X: Any, y: Any = None) -> HigherValues:
        """Learn the number of columns, of which each must have a group."""
        super().fit(X)
        if self.groups is not None and len(self.groups) != self.n_features_in_:
            raise ValueError(f"{len(self.groups)} groups for {self.n_features_in_} columns")
        return self

    def transform(self, X: Any) -> Floats:
        """Return (n, groups), NaN where a person answered nothing of a group."""
        answers = self._checked(X)
        return higher_values(answers, self.groups or range(answers.shape[1]))


class Stances(_Blanks):
    """`encode.stances`; `clear` is the distance from the middle that counts."""

    def __init__(self, clear: float = 0.1) -> None:
        self.clear = clear

    def transform(self, X: Any) -> Floats:
        """Return (n, columns) of -1, 0 and 1."""
        return stances(self._checked(X), self.clear)
