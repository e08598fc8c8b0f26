"""What may be told in public: figures of programmes, from their releases and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from disclosure.period import Month
from models import Programme, Release
from services.figures import reading, talks
from services.figures.reading import Line, Reading


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and between which two numbers the truth lies 95 times of 100, month by month."""

    value: float
    low: float
    high: float

    def __add__(self, other: "Count") -> "Count":
        return Count(self.value + other.value, self.low + other.low, self.high + other.high)


NOBODY = Count(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, 0 to 1, with the range that the ranges of both allow."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Told:
    """One release: its month and what it says."""

    month: Month
    reading: Reading


@dataclass(frozen=True, slots=True)
class Target:
    """A published target, in percent: `goal` is ours, `field` what others reached."""

    name: str
    table: str
    parts: tuple[tuple[str, ...], ...]
    less: tuple[tuple[str, ...], ...]
    goal: int
    field: int | None = None


TARGETS = (
    Target("matched", "waits", (("within-7-days",),), (("unfinished",),), 70),
    Target("talked", "outcomes", (("talked",),), (), 55, 40),
    Target("joined", "funnel", (("talked",), ("last-step",), ("answered",)), (), 35, 30),
    Target("finished", "conversations", (("all", "last-step"),), (), 80),
)
"""Field: Deutschland spricht 2018 and Europe Talks 2019, by their organisers' own reports."""


def programmes(session: Session) -> list[Programme]:
    """Return the programmes that have published something, made-up people last."""
    return list(
        session.scalars(
            select(Programme)
            .where(Programme.id.in_(select(Release.programme_id)))
            .order_by(Programme.synthetic, Programme.opened_at.desc(), Programme.id)
        )
    )


def of(session: Session, programme: Programme) -> list[Told]:
    """Return what each release of *programme* says, the latest month first."""
    rows = session.execute(
        select(Release.period, Release.archive)
        .where(Release.programme_id == programme.id)
        .order_by(Release.period.desc())
    )
    return [Told(Month.parse(period), reading.read(archive)) for period, archive in rows]


def everywhere(session: Session) -> list[Told]:
    """Return what each release of each real programme says."""
    real = (one for one in programmes(session) if not one.synthetic)
    return [told for programme in real for told in of(session, programme)]


def total(told: Iterable[Told], table: str, *codes: str) -> Count:
    """Add one figure up over releases; a hidden one adds nothing."""
    counts = (_count(one, table, codes) for one in told)
    return sum((count for count in counts if count), NOBODY)


def share(told: Sequence[Told], target: Target) -> Share | None:
    """Return how far a target is reached over all of *told*, None where it cannot be told."""
    parts, wholes = NOBODY, NOBODY
    for one in told:
        part, whole = _parts(one, target)
        if part is not None and whole is not None:
            parts, wholes = parts + part, wholes + whole
    if wholes.low <= 0:
        return None
    return Share(
        min(parts.value / wholes.value, 1.0),
        parts.low / wholes.high,
        min(parts.high / wholes.low, 1.0),
    )


def heard(told: Told) -> Line | None:
    """Return the mean of feeling heard of one release, None where it has none or hides it."""
    if told.reading.means is None:
        return None
    line = told.reading.means.line(talks.HEARD_SCALE.name)
    return None if line.value is None else line


def talked(told: Told) -> Line | None:
    """Return how many people talked in the month of a release, None where it does not say."""
    sheet = told.reading.tables.get("conversations")
    return sheet.lines[-1] if sheet else None


def _parts(told: Told, target: Target) -> tuple[Count | None, Count | None]:
    found = [_count(told, target.table, codes) for codes in target.parts]
    table = told.reading.tables.get(target.table)
    everybody = _count(told, target.table, table.lines[-1].codes) if table else None
    if everybody is None or None in found:
        return None, None
    part = sum((one for one in found if one), NOBODY)
    for codes in target.less:
        less = _count(told, target.table, codes)
        if less is None:
            return None, None
        everybody += Count(-less.value, -less.high, -less.low)
    return part, everybody


def _count(told: Told, table: str, codes: tuple[str, ...]) -> Count | None:
    sheet = told.reading.tables.get(table)
    line = sheet.line(*codes) if sheet else None
    if line is None or line.value is None or line.low is None or line.high is None:
        return None
    return Count(line.value, line.low, line.high)
