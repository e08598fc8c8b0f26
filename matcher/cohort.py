"""The people who can be paired now, as columns: one array per fact, no object per person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.bits import Hour, hour_bits, tag_bits
from matcher.errors import BadInput
from matcher.questionnaire import LARGEST_IMPORTANCE, Item, Questionnaire

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Problem = tuple[int, str, str]  # row, column, reason

MOST_CONVERSATIONS = 4


class BadRows(BadInput):
    """Rows that cannot be used: `rows` holds (row from 0, column, reason) for every one."""

    def __init__(self, rows: Sequence[Problem]) -> None:
        self.rows = tuple(sorted(rows))
        super().__init__(
            f"{f'row {row}: ' if row >= 0 else ''}{column}: {reason}"
            for row, column, reason in self.rows
        )


@dataclass(frozen=True, slots=True)
class Cohort:
    """n people. `values` (n, value items) and `views` (n, view items) hold answers, NaN if blank.

    `importance` is (n, view items), 1 where not asked or blank. `languages`, `topics`, `bands` are
    64-bit sets whose tags are listed in `language_tags` and so on; two people may only meet when
    they share a language, an hour and a band (an age band, a region: whatever a programme may set).
    `slots` is (n, words): bit b of word w says free in the UTC hour `hours[64 * w + b]`. A set that
    was not asked for has one bit that everyone shares and no tag.
    """

    questionnaire: Questionnaire
    ids: NDArray[np.str_]
    values: Floats
    views: Floats
    importance: Floats
    languages: Words
    language_tags: tuple[str, ...]
    topics: Words
    topic_tags: tuple[str, ...]
    bands: Words
    slots: Words
    hours: NDArray[np.datetime64]
    capacity: NDArray[np.int64]
    waiting: Floats
    programme: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the people."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of n people beside their answers; None where it was not asked.

    Tags are a text with spaces between them or a sequence of texts. Slots are hours: aware
    datetimes or ISO 8601 texts, taken as UTC when they name no offset.
    """

    languages: Sequence[str | Sequence[str]] | None = None
    slots: Sequence[Sequence[Hour]] | None = None
    topics: Sequence[str | Sequence[str]] | None = None
    bands: Sequence[str | Sequence[str]] | None = None
    capacity: Sequence[float] | Floats | None = None
    waiting_days: Sequence[float] | Floats | None = None
    programme: Sequence[str] | None = None


def build(
    questionnaire: Questionnaire,
    ids: Sequence[str],
    answers: Mapping[str, Any],
    circumstances: Circumstances | None = None,
) -> Cohort:
    """Make a cohort of columns, as a database or a file gives them.

    `answers` maps an item's id to n numbers in the item's own scale, NaN where blank, and
    `<id>_importance` to 0..3. Raises `BadRows` naming every row, column and reason.
    """
    known = circumstances or Circumstances()
    count = len(ids)
    problems: list[Problem] = _doubled(ids)
    reader = _Columns(answers, count, problems)
    values = reader.items(questionnaire.of("value"))
    views = reader.items(questionnaire.of("view"))
    importance = reader.importance(questionnaire.of("view"))
    languages, language_tags = tag_bits(known.languages, count, "languages", problems)
    topics, topic_tags = tag_bits(known.topics, count, "topics", problems)
    bands, _ = tag_bits(known.bands, count, "bands", problems)
    slots, hours = hour_bits(known.slots, count, problems)
    capacity = reader.numbers("capacity", known.capacity, 1.0, (1.0, float(MOST_CONVERSATIONS)))
    waiting = reader.numbers("waiting_days", known.waiting_days, 0.0, (0.0, 1e6))
    for row in np.flatnonzero(capacity != np.floor(capacity)).tolist():
        problems.append((row, "capacity", "must be a whole number"))
    programme = known.programme if known.programme is not None else [""] * count
    if problems:
        raise BadRows(problems)
    return Cohort(
        questionnaire=questionnaire,
        ids=np.asarray(ids, dtype=np.str_),
        values=values,
        views=views,
        importance=importance,
        languages=languages,
        language_tags=language_tags,
        topics=topics if known.topics is not None else np.zeros(count, np.uint64),
        topic_tags=topic_tags,
        bands=bands,
        slots=slots,
        hours=hours,
        capacity=capacity.astype(np.int64),
        waiting=waiting,
        programme=np.unique(np.asarray(programme, dtype=np.str_), return_inverse=True)[1].ravel(),
    )


def _doubled(ids: Sequence[str]) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for row, one in enumerate(ids):
        if not one:
            problems.append((row, "id", "is empty"))
        elif first.setdefault(one, row) != row:
            problems.append((row, "id", f"{one!r} is there twice"))
    return problems


@dataclass(frozen=True, slots=True)
class _Columns:
    """Turns columns of answers into checked arrays."""

    answers: Mapping[str, Any]
    count: int
    problems: list[Problem]

    def items(self, items: Sequence[Item]) -> Floats:
        result = np.full((self.count, len(items)), np.nan)
        for place, item in enumerate(items):
            bounds = item.bounds
            result[:, place] = self.numbers(item.id, self.answers.get(item.id), np.nan, bounds)
            if item.required:
                blank = np.flatnonzero(np.isnan(result[:, place])).tolist()
                self.problems.extend((row, item.id, "is required and blank") for row in blank)
        return result

    def importance(self, items: Sequence[Item]) -> Floats:
        result = np.ones((self.count, len(items)))
        for place, item in enumerate(items):
            name = f"{item.id}_importance"
            if item.importance:
                bounds = (0.0, float(LARGEST_IMPORTANCE))
                result[:, place] = self.numbers(name, self.answers.get(name), 1.0, bounds)
        return result

    def numbers(self, name: str, column: Any, blank: float, bounds: tuple[float, float]) -> Floats:
        """Return the column with `blank` for NaN; note every number outside `bounds`."""
        if column is None:
            return np.full(self.count, blank)
        numbers = np.asarray(column, dtype=np.float64)
        if numbers.shape != (self.count,):
            self.problems.append(
                (-1, name, f"has {len(numbers)} rows; there are {self.count} people")
            )
            return np.full(self.count, blank)
        low, high = bounds
        for row in np.flatnonzero((numbers < low) | (numbers > high)).tolist():
            self.problems.append((row, name, f"{numbers[row]:g} is not from {low:g} to {high:g}"))
        return np.where(np.isnan(numbers), blank, numbers)
