"""A round before anybody is told: what the matcher found, and what a change would cost.

What is kept of it is enough to ask the matcher again what a change would cost, on the people as
they are then: nothing of a preview lives in one process only.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import matcher
import matcher.policy
import matcher.round
import models
from matcher import swap
from services.pairing import drafts, pools, rounds
from services.pairing.drafts import Draft, Proposed
from services.pairing.rounds import Pairing
from services.site.config import Config


class Impossible(ValueError):
    """These two cannot be paired; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One pair of a preview: participants' ids, the smaller first, and what the matcher says."""

    first: int
    second: int
    score: float
    terms: dict[str, float]
    shared_values: tuple[str, ...]
    differences: tuple[str, ...]
    common_hours: int
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The pairs of a preview, the worth of each place, and why somebody is left, by id."""

    pairs: tuple[Shown, ...]
    prices: dict[int, float]
    left: dict[int, dict[str, Any]]

    @property
    def people(self) -> set[int]:
        """Everybody the preview is about."""
        return set(self.prices)

    def pack(self) -> bytes:
        """Return the bytes that are kept."""
        pairs = [[getattr(one, name) for name in Shown.__slots__] for one in self.pairs]
        data = {"pairs": pairs, "prices": self.prices, "left": self.left}
        return zlib.compress(json.dumps(data).encode(), 1)


def unpack(kept: models.RoundPreview) -> Body:
    """Return what is in a preview; nobody where it is over."""
    if not kept.body:
        return Body((), {}, {})
    data = json.loads(zlib.decompress(kept.body))
    return Body(
        tuple(Shown(*one) for one in data["pairs"]),
        {int(one): price for one, price in data["prices"].items()},
        {int(one): why for one, why in data["left"].items()},
    )


def make(
    sessions: Callable[[], Session],
    slug: str,
    config: Config,
    draft: tuple[datetime, int, int | None],
    pairing: Pairing | None = None,
) -> int:
    """Match the pool of a programme and keep what was found, told to nobody; return its id.

    *draft* is the moment, the seed and whose preview it is. Commits. Raises what `rounds.run_now`
    raises.
    """
    now, seed, account_id = draft
    with sessions() as session:
        programme = rounds.open_programme(session, slug, now)
        policy = matcher.policy.from_mapping(programme.policy, f"programme {slug}: policy")
        pool = pools.load(session, programme, now, config.matching.horizon_days)
        number = programme.id
    done = (pairing or matcher.pair)(pool.cohort, policy, pool.exclusions, seed)
    proposed = drafts.proposed(pool, Draft(done, seed, now))
    body = Body(
        tuple(_shown(one) for one in proposed),
        dict(zip(pool.people, done.price.tolist(), strict=True)),
        drafts.left_over(pool.people, done.unmatched),
    )
    with sessions() as session:
        made = models.RoundPreview(
            programme_id=number,
            account_id=account_id,
            at=now,
            seed=seed,
            policy=policy.to_dict(),
            report=done.report(),
            body=body.pack(),
        )
        session.add(made)
        session.commit()
        return made.id


@dataclass(frozen=True, slots=True)
class Ready:
    """A preview ready for questions: the matcher's, and which participant is which of its rows."""

    asked: swap.Preview
    people: tuple[int, ...]

    def row(self, person: int) -> int:
        """Return the row of a participant; raise Impossible where they have gone since."""
        if person not in self.people:
            raise Impossible("This person is not in the pool any more.")
        return self.people.index(person)

    def cost(self, one: int, two: int) -> swap.Swap:
        """Say what pairing two participants would change; rows are participants' ids here."""
        if one == two:
            raise Impossible("Two different people are needed.")
        found = self.asked.swap(self.row(one), self.row(two))
        if not found.feasible:
            raise Impossible("They share no free hour or language, or were kept apart.")
        return replace(
            found,
            left=tuple(self.people[row] for row in found.left),
            placed=tuple(self.people[row] for row in found.placed),
            pairs=self._ids(found.pairs),
            parted=self._ids(found.parted),
        )

    def said(self, pair: tuple[int, int]) -> Shown:
        """Say of two participants what a round says of its pairs."""
        said = self.asked.said(self.row(pair[0]), self.row(pair[1]))
        first, second = sorted(pair)
        return replace(_shown(Proposed(first, second, said)), by_hand=True)

    def paired(self, one: int, two: int) -> "Ready":
        """Return what is ready once these two are paired."""
        return replace(self, asked=self.asked.swapped(self.row(one), self.row(two)))

    def _ids(self, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        both = (sorted((self.people[a], self.people[b])) for a, b in pairs)
        return tuple((first, second) for first, second in both)


def ready(session: Session, kept: models.RoundPreview, config: Config, now: datetime) -> Ready:
    """Make a preview ready for questions, on its people as they are now."""
    programme = session.get_one(models.Programme, kept.programme_id)
    pool = pools.load(session, programme, now, config.matching.horizon_days)
    return reopen(pool, unpack(kept), kept.policy)


def reopen(pool: pools.Pool, body: Body, policy: dict[str, Any]) -> Ready:
    """Lay the pairs and prices of *body* over the pool; who came later is left out of pairs."""
    people = tuple(pool.people)
    place = {one: row for row, one in enumerate(people)}
    rows = [
        (place[one.first], place[one.second])
        for one in body.pairs
        if one.first in place and one.second in place
    ]
    a, b = np.array(rows, np.int64).reshape(-1, 2).T
    price = np.array([body.prices.get(one, 0.0) for one in people])
    rules = matcher.policy.from_mapping(policy)
    kept = swap.Kept(pool.cohort, rules, pool.exclusions, price, a, b)
    return Ready(swap.reopened(kept), people)


def latest(session: Session, programme: models.Programme) -> list[models.RoundPreview]:
    """Return the previews of *programme*, the newest first, at most twenty."""
    return list(
        session.scalars(
            select(models.RoundPreview)
            .where(models.RoundPreview.programme_id == programme.id)
            .order_by(models.RoundPreview.id.desc())
            .limit(20)
        )
    )


def _shown(one: Proposed) -> Shown:
    said = one.said
    return Shown(
        one.first,
        one.second,
        said.score,
        said.terms,
        said.shared_values,
        said.differences,
        said.common_hours,
    )
