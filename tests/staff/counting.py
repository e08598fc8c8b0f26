"""The cells of a table of the menu, and pairs to count."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

import models
from services.figures import menu
from services.figures.funnel import Span
from services.figures.looks import Look
from services.staff import questionnaires
from tests.staff import people

MONTH = Span(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))


FIRST = questionnaires.load("first", "en")


def counts(session: Session, programme, name: str, asked=(FIRST,)) -> dict[str, int]:
    """Return the non-empty cells of one table, by their codes."""
    tables, _ = menu.exact(Look(session, programme, MONTH), asked)
    found = {t.design.name: t for t in tables}[name]
    names = [d.name for d in found.design.dimensions]
    return {
        "/".join(cell.figure.code(n) for n in names): cell.count
        for cell in found.cells
        if cell.count
    }


def pairs(session: Session, programme, count: int = 1, **given) -> list[models.Pair]:
    return list(people.paired(session, people.joined(session, programme, 2 * count), **given))
