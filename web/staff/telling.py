"""What the pages of releases say: ranges, grades, budget, and why a release is refused."""

from flask_babel import format_decimal, gettext, lazy_gettext

from disclosure.charts import Row
from services.figures.reading import Line, Reading, Sheet
from services.figures.releases import OpenMonth, ReleaseError, Spent
from web.staff.words import month

GRADES = {
    "steady": lazy_gettext("Steady: a release every month of the year"),
    "sharp": lazy_gettext("Sharp: less noise, but only seven months in any twelve"),
}


def refusal(error: ReleaseError, ends: str) -> str:
    """Say in the reader's language why a release was refused."""
    if isinstance(error, OpenMonth):
        text = gettext(
            "%(month)s is not over yet. A release is drawn once, so it waits until %(ends)s. "
            "Nothing was published.",
            month=month(error.month),
            ends=ends,
        )
    elif isinstance(error, Spent):
        text = gettext(
            "The privacy budget has no room for %(month)s: the releases of the twelve months "
            "around it have told as much about each person as they may. Nothing was published. "
            "Take the steady grade, or wait until an earlier release is a year old.",
            month=month(error.month),
        )
    else:
        text = gettext("There are no figures for this month. Nothing was published.")
    return str(text)


def number(value: float) -> str:
    """Return a figure in the reader's language, at most two decimals."""
    return str(format_decimal(value, "#,##0.##"))


def between(line: Line) -> str:
    """Return the range of a shown figure in words."""
    if line.low is None or line.high is None:
        return "–"
    return str(gettext("%(low)s to %(high)s", low=number(line.low), high=number(line.high)))


def rows(sheet: Sheet) -> list[tuple[str, str | None, str]]:
    """Return the rows of a published table: what it counts, the figure or None, its range."""
    return [
        (
            ", ".join(line.labels),
            None if line.value is None else number(line.value),
            between(line),
        )
        for line in sheet.lines
    ]


def bars(sheet: Sheet) -> list[Row]:
    """Return the rows of a published table's chart, without its total."""
    lines = sheet.lines[:-1]
    return [
        Row(
            ", ".join(line.labels),
            str(gettext("hidden")) if line.value is None else number(line.value),
            line.value,
            line.low,
            line.high,
        )
        for line in lines
    ]


def cost(reading: Reading, name: str) -> str:
    """Return what a table cost each person, or a dash where it has no formal guarantee."""
    costs = reading.about.get("costs")
    return number(costs[name]) if costs else "–"


def total_cost(reading: Reading) -> str:
    """Return what the release cost each person, or that it has no formal guarantee."""
    epsilon = reading.about.get("epsilon")
    return str(gettext("none: an old kind of release")) if epsilon is None else number(epsilon)


def plain(value: float) -> str:
    """Return *value* as HTML attributes want it."""
    return f"{value:.3f}"
