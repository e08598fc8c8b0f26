"""What a search finds among several tiles is what asking everybody one by one finds."""

import numpy as np
import pytest

from matcher import Policy
from matcher.pool import costs, open_pool, profile, rules
from matcher.search import search
from matcher.solution import scores
from matcher.swap import judged
from tests.matcher.pools import mixed

POLICY = Policy(min_differences=2, best_differences=3)


@pytest.fixture(scope="module")
def pool():
    cohort = mixed(600)
    return open_pool(
        cohort, profile(cohort, POLICY), rules(cohort, POLICY), np.arange(600),
        cost=costs(cohort.waiting, POLICY.weights.total), barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip


@pytest.mark.parametrize("once", [False, True])
def test_nothing_is_missed_by_ruling_out_tiles(pool, once):
    price = np.random.default_rng(3).normal(0.5, 0.3, len(pool))
    a, b = np.triu_indices(len(pool), 1)
    good = [judged(pool.seats, pool.rules, *each)[1] for each in zip(a, b, strict=True)]
    a, b = a[good], b[good]
    above = scores(pool.seats, pool.rules, a, b) - price[a] - price[b] > 0.1
    wanted = set(zip(a[above].tolist(), b[above].tolist(), strict=True))

    found = search(pool, price, price + 0.1, len(pool), once=once)

    rows, places = np.nonzero(found.partner >= 0)
    others = found.partner[rows, places]
    pairs = list(
        zip(np.minimum(rows, others).tolist(), np.maximum(rows, others).tolist(), strict=True)
    )
    assert set(pairs) == wanted
    assert len(pairs) == len(wanted) * (1 if once else 2)
    assert wanted


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("once", [False, True])
def test_where_few_tiles_are_looked_at_rows_beside_each_other_choose_the_likeliest(pool, once):
    """With eight seats to a tile and eight tiles to an overview, most tiles are left out."""
    price = np.random.default_rng(3).normal(0.5, 0.3, len(pool))
    rows = np.arange(0, len(pool), 8)
    whole = search(pool, price, price[rows], 2, rows=rows, once=once)
    part = search(pool, price, price[rows], 2, rows=rows, once=once, most=4)
    none = search(pool, price, price[rows] + 9, 2, rows=rows, once=once, most=4)
    assert 0 < np.isfinite(part.score).sum() < np.isfinite(whole.score).sum()
    rows, places = np.nonzero(part.partner >= 0)
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        assert judged.py_func(pool.seats, pool.rules, 8 * row, part.partner[row, place])[1]
    assert not (none.partner >= 0).any()
