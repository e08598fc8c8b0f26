"""Small cohorts for the matcher's tests, and the rules of a pair written once more, slowly."""

from pathlib import Path
from typing import Any

import numpy as np

from matcher import Policy
from matcher.cohort import Circumstances, Cohort, build
from matcher.questionnaire import Item, Questionnaire, Scale

HERE = Path(__file__).parent
ANES = HERE / "anes.toml"
SURVEY = HERE.parents[2] / "shared" / "data" / "dev_anes2016.csv"
HIGHER = ("conservation", "enhancement", "openness", "transcendence")
HOURS = tuple(f"2026-05-{day:02d}T18:00Z" for day in range(1, 8))


def asked(values: int = 6, views: int = 6) -> Questionnaire:
    """Return a questionnaire with values on 1..6 and views on 1..5 with importance."""
    one_to = {most: Scale(1, most, "no", "yes") for most in (5, 6)}
    items = [
        Item(f"value{n}", "value", "?", one_to[6], value=f"v{n}", higher=HIGHER[n % 4])
        for n in range(values)
    ]
    items += [Item(f"view{n}", "view", "?", one_to[5], importance=True) for n in range(views)]
    return Questionnaire("test", "en", "Test", tuple(items))


def crowd(count: int, seed: int = 0, **circumstances: Any) -> Cohort:
    """Return people who answered at random, some blanks among them."""
    rng = np.random.default_rng(seed)
    questionnaire = asked()
    answers: dict[str, Any] = {}
    for item in questionnaire.items:
        column = rng.integers(1, item.bounds[1] + 1, count).astype(float)
        answers[item.id] = np.where(rng.random(count) < 0.05, np.nan, column)
        if item.importance:
            answers[f"{item.id}_importance"] = rng.integers(0, 4, count).astype(float)
    ids = [f"person{number:05d}" for number in range(count)]
    return build(questionnaire, ids, answers, Circumstances(**circumstances))


def mixed(count: int, seed: int = 0, capacity: bool = False) -> Cohort:
    """Return a crowd that speaks different languages, is free at different hours and has waited."""
    rng = np.random.default_rng(seed + 1)
    return crowd(
        count,
        seed,
        languages=[
            " ".join(rng.choice(["en", "es", "fr"], rng.integers(1, 3))) for _ in range(count)
        ],
        slots=[list(rng.choice(HOURS, rng.integers(0, 5), replace=False)) for _ in range(count)],
        topics=[
            list(rng.choice(["work", "faith", "land"], rng.integers(0, 3))) for _ in range(count)
        ],
        waiting_days=rng.integers(0, 5, count).astype(float) * 7,
        capacity=rng.integers(1, 4, count).astype(float) if capacity else None,
        programme=[str(one) for one in rng.integers(0, 2, count)],
    )


def sides(answers: Any, importance: Any, clear: float) -> list[int]:
    """Return -1, 0 or 1 for each view of one person, written as the design says it."""
    result = []
    for answer, cares in zip((answers - 1) / 4, importance, strict=True):
        stands = 0 if np.isnan(answer) or cares == 0 else int(np.sign(answer - 0.5))
        result.append(stands if abs(answer - 0.5) >= clear - 1e-9 else 0)
    return result


def put_first(cohort: Cohort, row: int) -> set[str]:
    """Return the higher-order values one person puts first."""
    items = cohort.questionnaire.of("value")
    answers = dict(zip(items, (cohort.values[row] - 1) / 5, strict=True))
    means = {}
    for name in cohort.questionnaire.higher:
        held = [a for item, a in answers.items() if item.higher == name and not np.isnan(a)]
        if held:
            means[name] = sum(held) / len(held)
    least = sorted(means.values())[-2:][:1]
    return {name for name, mean in means.items() if mean >= least[0] - 1e-9}


def acceptable(cohort: Cohort, policy: Policy, a: int, b: int) -> bool:
    """Say whether two rows make an acceptable pair, written as the design says it."""
    one, two = (sides(cohort.views[r], cohort.importance[r], policy.clear) for r in (a, b))
    return bool(
        a != b
        and cohort.programme[a] == cohort.programme[b]
        and cohort.languages[a] & cohort.languages[b]
        and cohort.bands[a] & cohort.bands[b]
        and (cohort.slots[a] & cohort.slots[b]).any()
        and sum(x * y < 0 for x, y in zip(one, two, strict=True)) >= policy.min_differences
        and len(put_first(cohort, a) & put_first(cohort, b)) >= policy.min_shared_values
        and int(cohort.topics[a] & cohort.topics[b]).bit_count() >= policy.min_shared_topics
    )
