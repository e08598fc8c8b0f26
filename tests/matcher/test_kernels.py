"""The compiled loops and their Python form say the same; the Python form is what coverage sees."""

from dataclasses import replace

import numpy as np
import pytest

from matcher import BadInput, Policy, assignment, cycles, pair, repair
from matcher import engine as engines
from matcher.cohort import build
from matcher.graph import Edges, graph
from matcher.questionnaire import Item, Questionnaire, Scale
from matcher.swap import preview
from tests.matcher.pools import HOURS, crowd, mixed

POLICY = Policy(min_differences=2, best_differences=3)


def met(result):
    return sorted(zip(result.pairs.a.tolist(), result.pairs.b.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_a_round_is_the_same_in_plain_python(seed, request):
    cohort = mixed(26, seed, capacity=seed % 2 == 1)
    compiled = pair(cohort, POLICY, threads=2)
    exclude = np.column_stack([compiled.pairs.a, compiled.pairs.b])[:2]
    second = pair(cohort, POLICY, exclude)

    request.getfixturevalue("plain")
    assert met(pair(cohort, POLICY, threads=1)) == met(compiled)
    assert met(pair(cohort, POLICY, exclude, threads=1)) == met(second)


def test_a_large_pool_opens_with_the_prices_of_a_sample(monkeypatch, request):
    """The limits are set low, so that a small pool takes the road of a large one."""
    cohort = crowd(90, 5)
    usual = pair(cohort, POLICY)
    monkeypatch.setattr("matcher.engine.SAMPLE", 40)
    monkeypatch.setattr("matcher.engine.EXACT_TO", 10)
    monkeypatch.setattr("matcher.pairing.COUNT_TO", 30)
    monkeypatch.setattr("matcher.pairing.SAMPLE", 30)
    monkeypatch.setattr("matcher.explain.ASKED", 20)
    result = pair(cohort, POLICY)
    request.getfixturevalue("plain")
    assert met(pair(cohort, POLICY, threads=1)) == met(result)
    assert usual.placed >= result.placed >= usual.placed - 2
    assert result.value <= result.most_value
    assert usual.value <= result.most_value + 1e-9 or usual.placed > result.placed
    assert "acceptable_pairs_interval" in result.report()
    assert result.acceptable.low <= usual.acceptable.pairs <= result.acceptable.high


@pytest.mark.parametrize(("seed", "exact"), [(0, False), (1, True), (4, False), (6, True)])
def test_where_too_many_edges_can_matter_few_are_tried_and_nothing_is_called_exact(
    seed, exact, monkeypatch
):
    cohort = crowd(80, seed)
    best = pair(cohort, POLICY)
    monkeypatch.setattr("matcher.exact.DENSEST", 1)
    result = pair(cohort, POLICY)
    assert (result.exact, result.placed) == (exact, best.placed)
    assert result.value <= best.value + 1e-6 <= result.most_value + 2e-6


def triangle(scores, cost):
    """Return a graph of three seats and their edges 01, 02, 12."""
    return graph(Edges(3, np.array([1, 2, 5]), np.array(scores)), np.array(cost))


@pytest.mark.parametrize("plainly", [False, True])
def test_an_odd_cycle_leaves_the_cheapest_seat_empty(plainly, request):
    if plainly:
        request.getfixturevalue("plain")
    sparse = triangle([1.0, 1.0, 1.0], [9.0, 1.0, 9.0])
    choice = np.array([1, 2, 0], np.int32)
    price = assignment.auction(sparse, np.zeros(3), first=0.5, last=0.5)[1]
    assert (price[[0, 0, 1]] + price[[1, 2, 2]] >= 1).all()
    assert cycles.split(sparse, choice).tolist() == [2, -1, 0]


@pytest.mark.parametrize("most", [0, 1, 40])
@pytest.mark.parametrize("plainly", [False, True])
def test_prices_that_are_kept_lead_to_the_same_sum(plainly, most, request, monkeypatch):
    if plainly:
        request.getfixturevalue("plain")
    rng, count = np.random.default_rng(5), 60
    a, b = np.triu_indices(count, 1)
    kept = rng.random(len(a)) < 0.15
    sparse = graph(Edges(count, (a * count + b)[kept], rng.random(kept.sum())), np.full(count, 4.0))
    price = assignment.auction(sparse, np.zeros(count), first=1.0, last=1e-5)[1]
    monkeypatch.setattr(assignment, "MOST", most)  # with none or few it begins anew
    for off in (0.0, 0.3, 3.0):
        began = price + off * rng.standard_normal(count)
        choice, found = assignment.auction(sparse, began, first=1.0, last=1e-5, near=True)
        assert sorted(choice.tolist()) == list(range(count))
        assert found.sum() == pytest.approx(price.sum(), abs=count * 1e-5)


@pytest.mark.parametrize("plainly", [False, True])
def test_repair_walks_past_a_pair_to_the_next_empty_seat(plainly, request):
    """0 - 1 = 2 - 3: the pair in the middle opens, and both ends are placed."""
    if plainly:
        request.getfixturevalue("plain")
    path = graph(Edges(4, np.array([1, 6, 11]), np.array([1.0, 1.5, 1.0])), np.full(4, 3.0))
    mate, price = np.array([-1, 2, 1, -1], np.int32), np.full(4, 0.75)
    assert repair.repair(path, price, mate, np.array([0, 3]), 100) == 1
    assert mate.tolist() == [1, 0, 3, 2]
    assert repair.repair(path, price, mate, np.array([0]), 100) == 0


@pytest.mark.parametrize("plainly", [False, True])
def test_repair_leaves_whoever_is_cheapest_to_leave(plainly, request):
    if plainly:
        request.getfixturevalue("plain")
    path = graph(Edges(3, np.array([1, 5]), np.array([1.0, 1.0])), np.array([9.0, 9.0, 1.0]))
    mate, price = np.array([-1, 2, 1], np.int32), np.array([0.0, 1.0, 0.0])
    assert repair.repair(path, price, mate, np.array([0]), 100) == 1
    assert mate.tolist() == [1, 0, -1]


def test_pairs_that_got_worse_are_not_taken(monkeypatch):
    cohort = crowd(30)
    best = pair(cohort, POLICY)
    seen = []

    def worth(pool, mate):
        seen.append(mate)
        return 1e9 if len(seen) == 1 else -1e9

    monkeypatch.setattr(engines, "EXACT_TO", 0)
    monkeypatch.setattr(engines, "worth", worth)
    first = pair(cohort, POLICY, effort=replace(engines.Effort(), wide=2, gap=-1.0))
    assert first.placed <= best.placed
    assert len(seen) > 1


def test_the_cheapest_change_is_found_in_plain_python_too(request):
    """One lacks an hour, one a topic, one a language; each is told, the fourth can only wait."""
    cohort = crowd(
        5,
        languages=["en", "en", "en", "fr", "en"],
        slots=[HOURS[:2], HOURS[2:3], HOURS[:2], HOURS[:2], HOURS[:2]],
        topics=["work", "work", "land", "work", "work"],
    )
    cohort.views[:], cohort.importance[:], cohort.values[:] = 5, 1, 3
    cohort.views[0] = 1
    asks = Policy(min_shared_topics=1, min_differences=2)
    exclude = np.array([[0, 4]])
    compiled = pair(cohort, asks, exclude).unmatched
    request.getfixturevalue("plain")
    plainly = pair(cohort, asks, exclude).unmatched
    assert [column.tolist() for column in plainly] == [column.tolist() for column in compiled]
    told = dict(zip(compiled.row.tolist(), compiled.change.tolist(), strict=True))
    assert (told[1], told[2], told[3], told[4]) == ("slots", "topics", "languages", "")
    assert compiled.what[compiled.row == 1].tolist() == [HOURS[0].replace("Z", "") + "Z"]


def test_a_questionnaire_may_ask_only_views_or_only_values():
    whole = crowd(12)
    for kind, policy in (
        ("view", Policy(min_shared_values=0, min_differences=1)),
        ("value", Policy(min_differences=0)),
    ):
        asks = replace(whole.questionnaire, items=whole.questionnaire.of(kind))
        answers = {item.id: np.arange(12) % 5 + 1.0 for item in asks.items}
        result = pair(build(asks, [str(n) for n in range(12)], answers), policy)
        assert result.placed == result.most_placed > 0


def test_an_answer_that_is_required_may_not_be_blank():
    item = Item("v", "value", "?", Scale(1, 6, "no", "yes"), value="v", higher="h", required=True)
    with pytest.raises(BadInput, match="row 1: v: is required and blank"):
        build(Questionnaire("q", "en", "Q", (item,)), ["a", "b"], {"v": [1.0, np.nan]})


@pytest.mark.parametrize("plainly", [False, True])
def test_a_path_that_crosses_itself_gains_nothing(plainly, request):
    if plainly:
        request.getfixturevalue("plain")
    sparse = triangle([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    mate, came = np.array([1, 0, -1], np.int32), np.array([-1, 0, -1], np.int32)

    assert repair.crosses(came, mate, 0, 1, 0)
    assert repair.gain(sparse, mate, came, 1, -1) == -np.inf


def test_equals_are_told_apart_in_plain_python_too(request):
    cohort = crowd(40)
    cohort.views[:20], cohort.views[20:], cohort.values[:], cohort.importance[:] = 1, 5, 3, 1
    few = replace(engines.Effort(), wide=2)
    compiled = pair(cohort, POLICY, threads=1, effort=few)

    request.getfixturevalue("plain")
    assert met(pair(cohort, POLICY, threads=1, effort=few)) == met(compiled)


def test_a_swap_is_the_same_in_plain_python(request):
    result = pair(crowd(30), POLICY)
    asked = [(0, 1), (2, 17), (5, 29)]
    compiled = [preview(result).swap(*rows) for rows in asked]

    request.getfixturevalue("plain")
    assert [preview(result).swap(*rows) for rows in asked] == compiled


def test_repair_is_given_four_goes(monkeypatch):
    goes = []
    monkeypatch.setattr(engines, "repair", lambda *_: goes.append(1) or 1)

    pair(crowd(30), POLICY)

    assert len(goes) % 4 == 0
    assert goes
