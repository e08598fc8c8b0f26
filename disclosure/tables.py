"""Tables of people: closed categories, one person counted once, margins that add up."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

ALL = "all"
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Category:
    """One public answer a dimension can take: a short code and what people read."""

    code: str
    title: str


@dataclass(frozen=True)
class Dimension:
    """A closed, public list of categories. What is not on it cannot be counted.

    Raises ValueError for no category, a code twice, a code outside a-z, 0-9, - and _, or the
    code "all", which names the margin.
    """

    name: str
    title: str
    categories: tuple[Category, ...]

    def __post_init__(self) -> None:
        codes = [category.code for category in self.categories]
        if not codes or len(set(codes)) < len(codes):
            raise ValueError(f"dimension {self.name}: needs categories, each code once: {codes}")
        for code in (self.name, *codes):
            if code == ALL or not CODE.fullmatch(code):
                raise ValueError(f"dimension {self.name}: {code!r} cannot be a code")

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Where each code stands among the categories."""
        return {category.code: at for at, category in enumerate(self.categories)}


@dataclass(frozen=True)
class Design:
    """An entry of the menu: who is counted (the population) and by what.

    Tables of one population count the same people, so a margin they share is one figure.
    Raises ValueError for no dimension or a dimension twice.
    """

    name: str
    title: str
    population: str
    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        names = [dimension.name for dimension in self.dimensions]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"table {self.name}: needs dimensions, each once: {names}")

    @cached_property
    def figures(self) -> tuple["Figure", ...]:
        """Every figure of the table, margins last in each dimension."""
        names = [dimension.name for dimension in self.dimensions]
        codes = [(*dimension.index, ALL) for dimension in self.dimensions]
        return tuple(
            Figure(self.population, tuple(zip(names, labels, strict=True)))
            for labels in product(*codes)
        )

    @cached_property
    def innermost(self) -> tuple["Figure", ...]:
        """The figures that are no total of others, in the design's order."""
        return tuple(f for f in self.figures if len(f.labels) == len(self.dimensions))

    def sums(self) -> Iterator[tuple["Figure", ...]]:
        """Yield what adds up: a total, then the figures it is the total of."""
        for figure, dimension in product(self.figures, self.dimensions):
            if figure.code(dimension.name) == ALL:
                yield figure, *(figure.at(dimension.name, code) for code in dimension.index)


@dataclass(frozen=True, slots=True)
class Figure:
    """The name of one count: a population and the category it is narrowed to in each dimension.

    Two tables that narrow one population alike name the same figure, whatever else they show.
    """

    population: str
    labels: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        narrowed = sorted(label for label in self.labels if label[1] != ALL)
        object.__setattr__(self, "labels", tuple(narrowed))

    def code(self, dimension: str) -> str:
        """Return the category in *dimension*, or "all"."""
        return dict(self.labels).get(dimension, ALL)

    def at(self, dimension: str, code: str) -> "Figure":
        """Return the figure narrowed to *code* in *dimension*."""
        return Figure(self.population, (*self.labels, (dimension, code)))


@dataclass(frozen=True, slots=True)
class Cell:
    """One exact count of people. It never leaves the house as it is."""

    figure: Figure
    count: int


@dataclass(frozen=True)
class Table:
    """A design, counted: one cell for each of its figures, in the same order."""

    design: Design
    cells: tuple[Cell, ...]


def count(design: Design, rows: Iterable[tuple[Hashable, tuple[str, ...]]]) -> Table:
    """Count *rows* of (person, one code for each dimension) into a table.

    A person counts once: the first row in the order given stands, later ones are passed over.
    Raises ValueError where such a row has the wrong length or a category outside its dimension;
    the message names table and category, never the person.
    """
    inner = np.zeros([len(dimension.categories) for dimension in design.dimensions], np.int64)
    firsts: dict[Hashable, tuple[str, ...]] = {}
    for person, codes in rows:
        firsts.setdefault(person, codes)
    for codes, people in Counter(firsts.values()).items():
        inner[_place(design, codes)] = people
    return fill(design, inner.ravel())


def fill(design: Design, inner: NDArray[np.int64]) -> Table:
    """Return the table with these innermost counts, in the design's order, margins added."""
    shape = [len(dimension.categories) for dimension in design.dimensions]
    counts = _with_margins(inner.reshape(shape)).ravel().tolist()
    return Table(design, tuple(map(Cell, design.figures, counts)))


def _place(design: Design, codes: tuple[str, ...]) -> tuple[int, ...]:
    if len(codes) != len(design.dimensions):
        raise ValueError(
            f"table {design.name}: {len(codes)} categories for {len(design.dimensions)} dimensions"
        )
    for dimension, code in zip(design.dimensions, codes, strict=True):
        if code not in dimension.index:
            raise ValueError(f"table {design.name}: {code!r} is not a category of {dimension.name}")
    return tuple(
        dimension.index[code] for dimension, code in zip(design.dimensions, codes, strict=True)
    )


def _with_margins(inner: NDArray[np.int64]) -> NDArray[np.int64]:
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner
