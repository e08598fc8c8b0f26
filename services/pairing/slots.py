"""Free hours: a normal week on a wall clock, laid out as UTC hours of the days ahead.

A UTC hour is free when every local hour it touches is marked. So clocks that change move a week's
hours in UTC and never on the wall, hours that do not exist are not offered, and where a zone is
off by half an hour both halves have to be free.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray

HOUR = timedelta(hours=1)
WEEK = 7 * 24

Marked = tuple[int, int]  # weekday (Monday 0), hour


@cache
def zones() -> tuple[str, ...]:
    """Return the names of the time zones of the world, sorted: `Europe/Vienna`."""
    wanted = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
    more = ("Indian", "Pacific")
    named = available_timezones()
    return ("UTC", *sorted(n for n in named if n.split("/", maxsplit=1)[0] in (*wanted, *more)))


def ahead(now: datetime, days: int) -> list[datetime]:
    """Return the full UTC hours of the next *days*, the first one after *now*."""
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    return [start + HOUR * number for number in range(24 * days)]


def free(marked: Iterable[Marked], zone: str, hours: Sequence[datetime]) -> list[datetime]:
    """Return those of the UTC *hours* that are free in a week *marked* in *zone*."""
    week = _week(marked)
    first, last = touched(zone, hours)
    return [hours[place] for place in np.flatnonzero(week[first] & week[last]).tolist()]


def touched(zone: str, hours: Sequence[datetime]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last local hour of the week (0..167) that each UTC hour touches."""
    clock = ZoneInfo(zone)
    first = [_of_week(hour.astimezone(clock)) for hour in hours]
    last = [_of_week((hour + HOUR - timedelta(minutes=1)).astimezone(clock)) for hour in hours]
    return np.asarray(first, dtype=np.int64), np.asarray(last, dtype=np.int64)


def changes(zone: str, now: datetime, days: int) -> tuple[datetime, timedelta] | None:
    """Return when and by how much clocks in *zone* change in the next *days*, None if not."""
    clock = ZoneInfo(zone)
    hours = ahead(now, days)
    for before, after in pairwise(hours):
        old, new = before.astimezone(clock).utcoffset(), after.astimezone(clock).utcoffset()
        if old is not None and new is not None and old != new:
            return after, new - old
    return None


def _of_week(moment: datetime) -> int:
    return moment.weekday() * 24 + moment.hour


def _week(marked: Iterable[Marked]) -> NDArray[np.bool_]:
    week = np.zeros(WEEK, dtype=np.bool_)
    week[[day * 24 + hour for day, hour in marked]] = True
    return week


def weeks(people: Sequence[int], marks: Collection[tuple[int, int, int]]) -> NDArray[np.bool_]:
    """Return (people, 168) of free hours of the week, from (person, weekday, hour) rows."""
    place = {person: row for row, person in enumerate(people)}
    week = np.zeros((len(people), WEEK), dtype=np.bool_)
    known = [(place[one], day * 24 + hour) for one, day, hour in marks if one in place]
    if known:
        rows, columns = np.asarray(known).T
        week[rows, columns] = True
    return week
