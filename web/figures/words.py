"""What the public figures say: numbers with their ranges, targets beside what the field reached."""

from collections.abc import Sequence
from datetime import date

from flask_babel import format_date, format_decimal, format_percent, gettext, lazy_gettext

from disclosure.charts import Row
from disclosure.period import Month
from services.figures import published
from services.figures.published import Count, Share, Target, Told
from services.figures.reading import Line

TARGETS = {
    "matched": lazy_gettext("of those who finished the profile had a pair within 7 days"),
    "talked": lazy_gettext("of those proposed a pair began to talk in the same month"),
    "joined": lazy_gettext("of sign-ups began a conversation in the same month"),
    "finished": lazy_gettext("of those who talked reached the last step"),
}
TICKS = [(float(value), str(value)) for value in range(1, 8)]


def month(of: Month) -> str:
    """Return "October 2026" in the reader's language."""
    return str(format_date(date(of.year, of.month, 1), "LLLL y"))


def stats(told: Sequence[Told]) -> list[tuple[str, str, str]]:
    """Return the large numbers: value, what it is, its range."""
    counts = (
        (published.total(told, "funnel", "all"), gettext("people joined")),
        (published.total(told, "pledges", "pledged"), gettext("of them took the pledge to listen")),
        (
            published.total(told, "conversations", "all", "all"),
            gettext("people in a first conversation of a month"),
        ),
    )
    return [(_number(count.value), what, _between(count)) for count, what in counts if count.high]


def targets(told: Sequence[Told]) -> list[tuple[str, str, str]]:
    """Return the published targets: where we are, what it is, range and goal."""
    return [_target(target, published.share(told, target)) for target in published.TARGETS]


def talked(told: Sequence[Told]) -> list[Row]:
    """Return the rows of the chart of people who talked, month by month."""
    rows = []
    for one in reversed(told):
        rows.append(_row(one, published.talked(one)))
    return rows


def heard(told: Sequence[Told]) -> list[Row]:
    """Return the rows of the chart of feeling heard, month by month."""
    rows = []
    for one in reversed(told):
        rows.append(_row(one, published.heard(one)))
    return rows


def ranges(rows: Sequence[Row]) -> list[tuple[str, str | None, str]]:
    """Return the table beside a chart: name, number or None, range."""
    return [
        (
            row.name,
            None if row.value is None else row.shown,
            "–" if row.low is None or row.high is None else _between(Count(0, row.low, row.high)),
        )
        for row in rows
    ]


def _row(told: Told, line: Line | None) -> Row:
    if line is None or line.value is None:
        return Row(month(told.month), str(gettext("hidden")), None)
    return Row(month(told.month), _number(line.value), line.value, line.low, line.high)


def _target(target: Target, reached: Share | None) -> tuple[str, str, str]:
    aims = gettext("goal %(goal)s", goal=target.goal)
    if target.field:
        aims = gettext("goal %(goal)s, field about %(field)s", goal=target.goal, field=target.field)
    what = str(TARGETS[target.name])
    if reached is None:
        return "–", what, str(gettext("too few to tell; %(aims)s", aims=aims))
    between = gettext(
        "between %(low)s and %(high)s; %(aims)s",
        low=_percent(reached.low),
        high=_percent(reached.high),
        aims=aims,
    )
    return _percent(reached.value), what, str(between)


def _number(value: float) -> str:
    return str(format_decimal(value, "#,##0.##"))


def _percent(share: float) -> str:
    return str(format_percent(share, "#,##0 %"))


def _between(count: Count) -> str:
    return str(gettext("%(low)s to %(high)s", low=_number(count.low), high=_number(count.high)))
