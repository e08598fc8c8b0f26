"""The ledger: what releases have told of each person of a programme, and what is left."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from disclosure import budget
from disclosure import release as disclosed
from disclosure.budget import Loss
from disclosure.period import Month
from services.figures import menu


@dataclass(frozen=True, slots=True)
class Left:
    """What a month has cost, what the costliest year around it has, how many more would fit."""

    month: float
    year: float
    more: int
    fits: bool


def losses(session: Session, programme: models.Programme) -> dict[Month, Loss]:
    """Return what each released month cost a person at most."""
    entry = models.LedgerEntry
    rows = session.execute(
        select(entry.period, entry.once, func.sum(entry.epsilon))
        .where(entry.programme_id == programme.id)
        .group_by(entry.period, entry.once)
    )
    parts: dict[str, dict[bool, float]] = {}
    for period, once, epsilon in rows:
        parts.setdefault(period, {})[once] = epsilon
    return {
        Month.parse(period): Loss(held.get(True, 0.0), held.get(False, 0.0))
        for period, held in parts.items()
    }


def left(session: Session, programme: models.Programme, month: Month, loss: Loss) -> Left:
    """Say what is left at *month*, and whether *loss* fits."""
    held = losses(session, programme)
    spent = held.get(month, Loss(0.0, 0.0))
    return Left(
        month=spent.month,
        year=budget.year(held, month),
        more=budget.more(held, month, loss),
        fits=month not in held and budget.fits(held, month, loss),
    )


def write(session: Session, release: models.Release, drawn: disclosed.Release) -> None:
    """Write what each table and mean of *release* cost, in the transaction at work."""
    once = {table.design.name for table in drawn.tables if table.design.population == menu.ONCE}
    session.add_all(
        models.LedgerEntry(
            release_id=release.id,
            name=name,
            programme_id=release.programme_id,
            period=release.period,
            epsilon=epsilon,
            once=name in once,
        )
        for name, epsilon in (drawn.costs or {}).items()
    )
    session.flush()
