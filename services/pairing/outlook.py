"""What the matcher says of a pool before a round: whom to invite next, and what each item does."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

import matcher
import matcher.policy
import models
from matcher.cohort import Cohort
from matcher.forecast import Kind, forecast
from matcher.policy import Policy
from matcher.pool import profile
from matcher.questionnaire import Item
from services.pairing import pools
from services.pairing.rounds import Pairing
from services.site.config import Config

FEWEST = 20  # people below whom nothing is said of items
SAMPLE = 1_500  # people the pairs of whom are looked at
ALIKE = 0.8  # correlation from which two items say much the same
BLANK = 0.2  # share of people who leave an item blank, from which it is named
SPLIT = 0.1  # share on the smaller side, below which an item splits nobody

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Looked:
    """A pool as it would be paired now: people, pairs, who is left, and the kinds to invite."""

    people: int
    pairs: int
    left: int
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What one view item does, in shares from 0 to 1 of the people or of their pairs.

    `low`, `high` and `blank` are people; `differ` the pairs it tells clearly apart. `adds` is how
    many acceptable pairs would be lost without it, as a share of all there are.
    """

    item: Item
    low: float
    high: float
    blank: float
    differ: float
    adds: float

    @property
    def splits(self) -> bool:
        """Whether both sides have people worth speaking of."""
        return min(self.low, self.high) >= SPLIT


@dataclass(frozen=True, slots=True)
class Checked:
    """What a questionnaire does among `people`: item by item, and which say much the same."""

    people: int
    acceptable: float
    items: tuple[Found, ...]
    alike: tuple[tuple[str, str, float], ...]

    @property
    def enough(self) -> bool:
        """Whether there are people enough to say anything."""
        return self.people >= FEWEST

    @property
    def to_drop(self) -> tuple[str, ...]:
        """The items whose going would cost least and that have something against them."""
        twins = {second for _, second, _ in self.alike}
        return tuple(
            one.item.id
            for one in self.items
            if (one.item.id in twins or not one.splits or one.blank >= BLANK) and one.adds < 0.02
        )


def load(
    session: Session, programme: models.Programme, now: datetime, config: Config
) -> tuple[pools.Pool, Policy]:
    """Return the pool of *programme* as it is now, and its policy."""
    policy = matcher.policy.from_mapping(programme.policy, f"programme {programme.slug}: policy")
    return pools.load(session, programme, now, config.matching.horizon_days), policy


def look(pool: pools.Pool, policy: Policy, pairing: Pairing | None = None) -> Looked:
    """Pair the pool for its prices, tell nobody, and say whom to invite next."""
    done = (pairing or matcher.pair)(pool.cohort, policy, pool.exclusions, 0)
    kinds = tuple(one for one in forecast(done) if one.pairs > 0)
    return Looked(len(pool.cohort), len(done.pairs), len(pool.cohort) - done.placed, kinds)


def check(cohort: Cohort, policy: Policy) -> Checked:
    """Say what every view item does among the people of *cohort*, at most `SAMPLE` of them."""
    count = len(cohort)
    if count < FEWEST:
        return Checked(count, 0.0, (), ())
    rows = np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(np.int64)
    made, views = profile(cohort, policy), cohort.questionnaire.of("view")
    above, below, first = made.above[rows], made.below[rows], made.first[rows]
    one, two = np.triu_indices(len(rows), 1)
    differing = (above[one] & below[two]) | (below[one] & above[two])
    shared = np.bitwise_count(first[one] & first[two]) >= policy.min_shared_values
    clear = np.bitwise_count(differing).astype(np.int64)
    acceptable = shared & (clear >= policy.min_differences)
    items = []
    for bit, item in enumerate(views):
        mine = ((differing >> np.uint64(bit)) & np.uint64(1)).astype(np.int64)
        without = shared & (clear - mine >= policy.min_differences)
        lost = float(acceptable.sum() - without.sum()) / max(1, int(acceptable.sum()))
        items.append(_found(item, cohort.views[:, bit], (made.below, made.above, bit), lost, mine))
    return Checked(count, float(acceptable.mean()), tuple(items), _alike(cohort))


def _found(
    item: Item,
    answers: Floats,
    sides: tuple[NDArray[np.uint64], NDArray[np.uint64], int],
    lost: float,
    differ: NDArray[np.int64],
) -> Found:
    below, above, bit = sides
    low, high = ((((side >> np.uint64(bit)) & np.uint64(1)).mean()) for side in (below, above))
    blank = float(np.isnan(answers).mean())
    return Found(item, float(low), float(high), blank, float(differ.mean()), lost)


def _alike(cohort: Cohort) -> tuple[tuple[str, str, float], ...]:
    """Return pairs of items whose answers go together, the strongest first."""
    views = cohort.questionnaire.of("view")
    found = []
    for one in range(len(views)):
        for two in range(one + 1, len(views)):
            both = cohort.views[:, [one, two]]
            both = both[~np.isnan(both).any(1)]
            if len(both) >= FEWEST and (both.std(0) > 0).all():
                together = float(np.corrcoef(both.T).ravel()[1])
                if abs(together) >= ALIKE:
                    found.append((views[one].id, views[two].id, together))
    return tuple(sorted(found, key=lambda each: -abs(each[2])))
