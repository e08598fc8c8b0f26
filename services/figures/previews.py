"""What a release would be like, said before it is drawn: from public numbers and the ledger only.

The designs of the menu, the budget and the distribution of the noise are public. No row of a
person is read, so a preview can be looked at any number of times: it leaks and costs nothing.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from disclosure import laplace
from disclosure.means import FEWEST, PARTS, Scale
from disclosure.period import Month
from disclosure.suppression import THRESHOLD
from disclosure.tables import Design
from models import Programme
from services.figures import ledger, menu
from services.figures.ledger import Left


@dataclass(frozen=True, slots=True)
class Expected:
    """A table as it would be: what it costs, and how far the noise of its figures reaches.

    `reach` is of one innermost figure, `total` of the figure of all, both 95 times of 100.
    """

    design: Design
    epsilon: float
    reach: int
    total: int

    @property
    def seen_from(self) -> int:
        """So many people in a figure are hardly ever hidden for being few."""
        return THRESHOLD + self.reach


@dataclass(frozen=True, slots=True)
class ExpectedMean:
    """A mean as it would be: what it costs, and how far its noise reaches with so many people."""

    scale: Scale
    epsilon: float
    people: int
    reach: float


def tables(session: Session, of: Programme, grade: str) -> list[Expected]:
    """Return what each table of a release would be like."""
    designs = [entry.design for entry in menu.entries(of, menu.asked(session, of))]
    shares = menu.shares(designs, grade)
    reach = laplace.reaches(designs, shares)
    return [
        Expected(
            design,
            shares[design.name],
            max(reach[figure] for figure in design.innermost),
            reach[design.figures[-1]],
        )
        for design in designs
    ]


def means(session: Session, of: Programme, grade: str, people: int = 1000) -> list[ExpectedMean]:
    """Return what each mean would be like where *people* answered, more than `FEWEST`."""
    designs = [entry.design for entry in menu.entries(of, menu.asked(session, of))]
    shares = menu.shares(designs, grade)
    return [
        ExpectedMean(
            scale,
            shares[scale.name],
            people,
            laplace.sum_reach(scale, shares[scale.name]) / PARTS / max(people, FEWEST),
        )
        for scale in menu.SCALES
    ]


def left(session: Session, of: Programme, month: Month, grade: str) -> Left:
    """Return what the ledger has left for a release of *month*."""
    return ledger.left(session, of, month, menu.GRADES[grade])
