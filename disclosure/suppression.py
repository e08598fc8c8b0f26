"""Which figures are hidden: the small ones, and those that would give them away.

A count under 10 is small; 0 is one too, because "nobody" says something about each person there.
Whatever is published, every small figure can be anything from 0 to 10 for all a reader can work
out, so that not even its smallness is certain; every other hidden figure stays unknown by 10.
The audit is asked after each step, and figures are hidden until it has nothing to say. Hiding all
of a population always satisfies it, so the search ends.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum

from disclosure.audit import Range, System, ranges, systems
from disclosure.tables import Figure, Table

THRESHOLD = 10


class Status(StrEnum):
    """Why a figure is shown or hidden. Only whether it is hidden is ever published."""

    SHOWN = "shown"
    SMALL = "small"
    PROTECTING = "protecting"


def suppress(tables: Sequence[Table]) -> dict[Figure, Status]:
    """Return the status of every figure of *tables*, shared ones once."""
    statuses: dict[Figure, Status] = {}
    for system in systems(tables):
        statuses |= _suppress(system)
    return statuses


def small(system: System) -> frozenset[Figure]:
    """Return the figures under the threshold, zeros included."""
    return frozenset(figure for figure, n in system.counts.items() if n < THRESHOLD)


def exposed(
    system: System, hidden: AbstractSet[Figure], asked: AbstractSet[Figure]
) -> frozenset[Figure]:
    """Return those of *asked* that the figures outside *hidden* say too much about."""
    tiny = small(system)
    known = ranges(system, hidden, asked).items()
    return frozenset(figure for figure, seen in known if not _protected(seen, figure in tiny))


def _protected(seen: Range, is_small: bool) -> bool:
    return seen.width >= THRESHOLD and (not is_small or seen.low == 0)


def _suppress(system: System) -> dict[Figure, Status]:
    tiny = small(system)
    hidden = set(tiny)
    told = exposed(system, hidden, tiny)
    while told:
        chosen = _next(system, hidden, told)
        hidden.add(chosen)
        # Hiding more only widens what is possible: whoever was protected before still is.
        told = exposed(system, hidden, told | {chosen})
    return {figure: _status(figure, tiny, hidden) for figure in system.counts}


def _status(figure: Figure, tiny: AbstractSet[Figure], hidden: AbstractSet[Figure]) -> Status:
    if figure in tiny:
        return Status.SMALL
    return Status.PROTECTING if figure in hidden else Status.SHOWN


def _next(system: System, hidden: AbstractSet[Figure], told: AbstractSet[Figure]) -> Figure:
    """Choose the figure to hide next, so that few and little-read figures are lost.

    Near an exposed figure first; where least is hidden yet; where no sum is broken into that was
    whole; a detail before a total; the smallest count.
    """
    opened = {figure: _opens(figure, system.sums, hidden) for figure in system.counts}
    candidates = (
        (
            told.isdisjoint(line),
            sum(figure in hidden for figure in line),
            opened[figure],
            -len(figure.labels),
            system.counts[figure],
            figure.labels,
            figure,
        )
        for line in system.sums
        for figure in line
        if figure not in hidden
    )
    return min(candidates, key=lambda candidate: candidate[:-1])[-1]


def _opens(figure: Figure, sums: Iterable[Sequence[Figure]], hidden: AbstractSet[Figure]) -> int:
    return sum(figure in line and hidden.isdisjoint(line) for line in sums)
