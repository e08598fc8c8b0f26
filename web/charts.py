"""Charts in templates: the one family of disclosure/charts.py, as markup."""

from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup

from disclosure import charts
from disclosure.charts import Row


def init_app(app: Flask) -> None:
    """Let templates draw `bar_chart` and `point_chart`."""
    app.add_template_global(_bars, "bar_chart")
    app.add_template_global(_points, "point_chart")


def _bars(rows: Sequence[Row], label: str) -> Markup:
    return Markup(charts.bars(rows, label))  # noqa: S704 - charts escapes every word


def _points(rows: Sequence[Row], ticks: Sequence[tuple[float, str]], label: str) -> Markup:
    return Markup(charts.points(rows, ticks, label))  # noqa: S704
