"""How hard to try, and a clock that is told of every phase."""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from matcher.search import Found, search

BASE = 600  # MB: Python, its libraries, and the compiler at its first run
SEAT = 1800  # bytes: columns, prices, tiles, and a row of a file
EDGE = 100  # bytes: an edge proposed, from both ends, while edges are sorted and joined

Search = Callable[..., Found]
Progress = Callable[[str, float], None]


@dataclass
class Clock:
    """Seconds and peak memory (MB) by phase, and whom to tell."""

    progress: Progress | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    def time(self, phase: str, since: float) -> None:
        """Add the seconds since *since* to a phase."""
        spent = time.perf_counter() - since
        self.seconds[phase] = self.seconds.get(phase, 0.0) + spent
        self.memory[phase] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if self.progress:
            self.progress(phase, self.seconds[phase])


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: partners proposed per seat, last epsilon, gap to stop at; threads, and who
    searches (`search.search`, or `cluster.search_on` more machines).

    With `sampled`, which is for a million people, a seat looks for partners in the likeliest tiles
    only, and the bounds are estimated from what a sample of the seats finds among everybody; pools
    up to `engine.LADDER` seats are not touched by it. `exactly` is set for small pools: the
    relaxation is solved exactly, until no edge is missing.
    """

    wide: int = 12
    last: float = 1e-4
    gap: float = 1e-4
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    search: Search = search
    sampled: bool = False
    exactly: bool = False


def sampled() -> Effort:
    """Return the effort for a million people: a bound from a sample, a gap of half a hundredth."""
    return Effort(last=5e-4, gap=5e-3, sampled=True)


def memory_needed(seats: int, effort: Effort) -> int:
    """Return the most memory (MB) a round of so many seats needs, all programmes together."""
    return BASE + round(seats * (SEAT + EDGE * effort.wide) / 1e6)
