"""What invitations say of values, times and ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import format_datetime, get_locale, get_timezone, lazy_gettext

from web.locale import when

_l = lazy_gettext

VALUES = {
    "self_transcendence": _l("Being there for others"),
    "conservation": _l("Safety and tradition"),
    "openness": _l("Freedom and new things"),
    "self_enhancement": _l("Doing well and getting ahead"),
}
MEANING = {
    "self_transcendence": _l(
        "People matter to you both, near ones and strangers, and so does the world they live in."
    ),
    "conservation": _l(
        "You both like to know where you stand, and to keep what has proved itself."
    ),
    "openness": _l("You both like to think for yourselves and to try what you do not know yet."),
    "self_enhancement": _l("You both work for what you want, and are glad when it is seen."),
}
ENDS = {
    "declined": (
        _l("You said no, and that is fine"),
        _l("We look for somebody else for you. %(name)s is told only that it does not suit."),
    ),
    "expired": (
        _l("This invitation has ended"),
        _l("It was not answered in time. That happens. We go on looking for somebody for you."),
    ),
    "withdrawn": (
        _l("Nothing came of this invitation"),
        _l(
            "That can have many reasons, and none of them is about you. You kept your place, "
            "and we look for somebody else."
        ),
    ),
    "cancelled": (
        _l("This conversation was cancelled"),
        _l("You are both among those we look for a partner for again."),
    ),
    "past": (
        _l("The time you had arranged is over"),
        _l("Your page says what comes next."),
    ),
}


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one day on the reader's clock, as options: (moment, what to say)."""

    title: str
    hours: list[tuple[str, str]]


def value(name: str) -> str:
    """Name a value as people speak of it."""
    return str(VALUES.get(name, name.replace("_", " ")))


def meaning(names: Iterable[str]) -> list[str]:
    """Say in a sentence each what the values mean, where there is one."""
    return [str(MEANING[name]) for name in names if name in MEANING]


def days(hours: Sequence[datetime]) -> list[Day]:
    """Group hours by day on the reader's clock."""
    grouped = groupby(hours, key=lambda hour: str(format_datetime(hour, "EEEE d MMMM")))
    return [
        Day(title, [(_named(hour), when(hour, "time")) for hour in some]) for title, some in grouped
    ]


def options(hours: Sequence[datetime]) -> list[tuple[str, str]]:
    """Return hours as options that name the day as well."""
    return [(_named(hour), when(hour)) for hour in hours]


def read(texts: Iterable[str]) -> list[datetime]:
    """Return the moments a form sent, none at all where it sent something else."""
    try:
        moments = [datetime.fromisoformat(text) for text in texts]
    except ValueError:
        return []
    return [] if any(one.tzinfo is None for one in moments) else moments


def clock(now: datetime) -> str:
    """Name the clock that times are told on: Central European Time."""
    zone = ZoneInfo(str(get_timezone()))
    return str(get_timezone_name(now.astimezone(zone), locale=get_locale()))


def _named(hour: datetime) -> str:
    return hour.isoformat()
