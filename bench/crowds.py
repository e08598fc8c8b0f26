"""People who were never there: synthetic pools, and tables on answers of people who were."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import rustworkx as rx

from matcher import Policy, pair, questionnaire
from matcher.cohort import Circumstances, build
from matcher.pool import profile
from matcher.questionnaire import Item, Questionnaire, Scale

HIGHER = ["openness"] * 3 + ["enhancement"] * 3 + ["conservation"] * 2 + ["transcendence"] * 2
TAGS = tuple("abcdefgh")
VALUES = np.array([0.35, 0.3, 0.25, 0.1, 0, -0.1, 0, -0.35, -0.3, 0.05])
VIEWS = np.array([1.1, 1.0, 0.9, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])


def asked():
    values = [
        Item(f"value{n}", "value", "?", Scale(1, 6, "no", "yes"), value=f"v{n}", higher=HIGHER[n])
        for n in range(10)
    ]
    scale = Scale(1, 5, "no", "yes")
    views = [Item(f"view{n}", "view", "?", scale, importance=True) for n in range(10)]
    return Questionnaire("bench", "en", "Bench", (*values, *views))


def crowd(n, right=0.25, seed=7):
    """Return n people: a quarter leans one way, ten values, four languages, evenings."""
    rng = np.random.default_rng(seed)
    side = np.where(rng.random(n) < right, 1.0, -1.0) + 0.55 * rng.standard_normal(n)
    values = 3.6 + side[:, None] * VALUES + 0.9 * rng.standard_normal((n, 10))
    values += 0.5 * rng.standard_normal((n, 1))
    views = np.round(3 + side[:, None] * VIEWS + 0.8 * rng.standard_normal((n, 10)))
    answers = {f"value{k}": np.clip(np.round(values[:, k] * 2) / 2, 1, 6) for k in range(10)}
    answers |= {f"view{k}": np.clip(views[:, k], 1, 5) for k in range(10)}
    importance = rng.choice(4, size=(n, 10), p=[0.15, 0.25, 0.35, 0.25])
    answers |= {f"view{k}_importance": importance[:, k].astype(float) for k in range(10)}
    known = Circumstances(waiting_days=7.0 * (rng.geometric(0.4, n) - 1))
    cohort = build(asked(), [f"p{k}" for k in range(n)], answers, known)
    first = rng.choice(4, size=n, p=[0.80, 0.12, 0.05, 0.03])
    second = rng.choice(4, size=n, p=[0.5, 0.3, 0.15, 0.05])
    both = rng.random(n) < np.where(first == 0, 0.12, 0.5)
    languages = (1 << first) | np.where(both, 1 << second, 0)
    return _free(
        replace(cohort, languages=languages.astype(np.uint64), language_tags=TAGS),
        rng,
        rng.integers(8, 21, n),
    )


def tight(n):
    """Return n people with two hours each, eight languages, one in ten on the other side."""
    rng = np.random.default_rng(8)
    cohort = crowd(n, right=0.1)
    language = rng.choice(8, size=n, p=[0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.03, 0.02])
    languages = np.uint64(1) << language.astype(np.uint64)
    cohort = replace(cohort, languages=languages, language_tags=TAGS)
    return _free(cohort, rng, np.full(n, 2))


def _free(cohort, rng, hours):
    """Give everyone as many of the 168 hours of a week as `hours` says, evenings most of all."""
    n = len(cohort)
    day = np.full(24, 0.3)
    day[9:17], day[17:22], day[22:24], day[0:6] = 0.6, 6.0, 0.8, 0.02
    like = np.log(np.tile(day, 7))
    slots = np.zeros((n, 3), np.uint64)
    for start in range(0, n, 50_000):
        part = slice(start, start + 50_000)
        count = len(hours[part])
        wish = like + rng.gumbel(size=(count, 168))
        best = np.argpartition(-wish, 20, axis=1)[:, :21]
        rank = np.argsort(-np.take_along_axis(wish, best, 1), axis=1)
        best = np.take_along_axis(best, rank, 1)
        rows, columns = np.nonzero(np.arange(21) < hours[part, None])
        hour = best[rows, columns]
        bits = np.uint64(1) << (hour % 64).astype(np.uint64)
        np.bitwise_or.at(slots, (rows + start, hour // 64), bits)
    return replace(cohort, slots=slots, hours=np.arange(168).astype("datetime64[h]"))


def survey(path):
    """Give the lines of a table: the first 1,000 people of a survey, paired in five ways."""
    root = Path(__file__).resolve().parents[1]
    items = questionnaire.load(root / "tests" / "matcher" / "anes.toml")
    with path.open(encoding="utf-8") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(1000), strict=False)]
    answers = {
        item.id: np.array([float(row[item.id] or "nan") for row in rows]) for item in items.items
    }
    cohort = build(items, [str(k) for k in range(len(rows))], answers)
    judge = Judge(cohort)
    yield "| way | acceptable, % of people | closeness in values, quartiles | views that differ |"
    yield "|---|---:|---:|---:|"
    result = pair(cohort)
    ours = list(zip(result.pairs.a.tolist(), result.pairs.b.tolist(), strict=True))
    for name, pairs in (
        ("earshot (exact)" if result.exact else "earshot", ours),
        ("random", judge.random()),
        ("greedy, views that differ", judge.greedy(judge.views)),
        ("greedy, acceptable score", judge.greedy(judge.score)),
        ("most views that differ in all", judge.most(judge.views)),
    ):
        yield judge.line(name, pairs)


class Judge:
    """What any pairing of one cohort is worth, by the matcher's own terms."""

    def __init__(self, cohort):

        policy = Policy()
        made = profile(cohort, policy)
        self.count = len(cohort)
        above, below = made.above[:, None], made.below[:, None]
        self.views = np.bitwise_count((above & below.T) | (below & above.T)).astype(float)
        shared = np.bitwise_count(made.first[:, None] & made.first[None, :])
        self.close = (made.values @ made.values.T).astype(float)
        self.good = (self.views >= policy.min_differences) & (shared >= policy.min_shared_values)
        part = np.minimum(self.views / policy.best_differences, 1)
        self.score = np.where(self.good, self.close + part * (2 - part), 0)

    def random(self):
        order = np.random.default_rng(0).permutation(self.count).reshape(-1, 2)
        return order.tolist()

    def greedy(self, weight):
        a, b = np.triu_indices(self.count, 1)
        order = np.argsort(-weight[a, b], kind="stable")
        free, pairs = np.ones(self.count, bool), []
        for one, two in zip(a[order].tolist(), b[order].tolist(), strict=True):
            if free[one] and free[two]:
                free[one] = free[two] = False
                pairs.append((one, two))
        return pairs

    def most(self, weight):
        graph = rx.PyGraph(multigraph=False)
        graph.add_nodes_from(range(self.count))
        a, b = np.triu_indices(self.count, 1)
        kept = weight[a, b] >= 3  # no pairing of the most differences needs less
        whole = weight[a, b].astype(int)[kept].tolist()
        graph.add_edges_from(list(zip(a[kept].tolist(), b[kept].tolist(), whole, strict=True)))
        return list(rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int))

    def line(self, name, pairs):
        a, b = np.array(pairs).T
        share = 200 * self.good[a, b].sum() / self.count
        quartiles = [np.percentile(each[a, b], [25, 50, 75]) for each in (self.close, self.views)]
        told = [" ".join(f"{number:.2f}" for number in each) for each in quartiles]
        return f"| {name} | {share:.1f} | {told[0]} | {told[1]} |"
