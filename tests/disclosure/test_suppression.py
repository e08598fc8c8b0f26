"""Small figures are hidden, and nothing that is shown gives them away."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.audit import System, ranges, systems
from disclosure.suppression import THRESHOLD, Status, exposed, small, suppress
from disclosure.tables import Figure, Table
from tests.disclosure.crowd import design, dimension, grid, line, table

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 60))
LINES = st.lists(COUNTS, min_size=2, max_size=6).map(lambda counts: line(*counts))
GRIDS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(COUNTS, min_size=width, max_size=width), min_size=2, max_size=4
    ).map(lambda rows: grid(*rows))
)


def statuses(*tables: Table) -> dict[str, str]:
    return {
        "/".join(code for _, code in figure.labels) or "all": status.value
        for figure, status in suppress(tables).items()
    }


def test_a_count_of_ten_is_shown_and_nine_is_small() -> None:
    assert statuses(line(10, 10, 10)) == dict.fromkeys(["age0", "age1", "age2", "all"], "shown")
    assert statuses(line(9, 30, 40))["age0"] == "small"


def test_zero_is_a_count_under_ten_like_any_other() -> None:
    assert statuses(line(0, 30, 40, 50)) == {
        "age0": "small",
        "age1": "protecting",
        "age2": "shown",
        "age3": "shown",
        "all": "shown",
    }


def test_two_small_figures_that_sum_to_little_still_need_a_third() -> None:
    # Their sum follows from what is shown: 7 people in two categories is a small figure too.
    assert statuses(line(3, 4, 30, 40))["age2"] == "protecting"


def test_two_small_figures_that_sum_to_much_protect_each_other() -> None:
    assert list(statuses(line(6, 6, 30)).values()) == ["small", "small", "shown", "shown"]


def test_an_empty_population_is_hidden_whole() -> None:
    assert set(statuses(line(0, 0, 0)).values()) == {"small"}


def test_one_small_figure_in_a_grid_hides_a_rectangle() -> None:
    hidden = {
        n
        for n, s in statuses(grid([3, 20, 30], [20, 25, 30], [30, 30, 30])).items()
        if s != "shown"
    }
    assert hidden == {"age0/step0", "age0/step1", "age1/step0", "age1/step1"}


def test_a_figure_hidden_in_one_table_is_hidden_in_every_table_that_shows_it() -> None:
    both = statuses(line(4, 30, 30), grid([4, 0], [15, 15], [15, 15]))
    assert both["age0"] == "small"
    assert sum(both[f"age{i}"] != "shown" for i in range(3)) >= 2


def test_a_linked_table_does_not_give_away_what_another_hides() -> None:
    # By age alone two figures of sum 12 are safe; the other table shows one of them in detail.
    ages = line(6, 6, 40)
    detail = grid([6, 0], [6, 0], [20, 20])
    (system,) = systems([ages, detail])
    hidden = frozenset(f for f, s in suppress([ages, detail]).items() if s is not Status.SHOWN)
    assert not exposed(system, hidden, hidden)


def test_populations_are_protected_apart() -> None:
    joined = line(3, 30, 40)
    talked = table(design(dimension("age", 3), population="talked"), [20, 20, 20])
    found = suppress([joined, talked])
    assert all(found[cell.figure] is Status.SHOWN for cell in talked.cells)


@settings(max_examples=40, deadline=None)
@given(st.one_of(LINES, GRIDS))
def test_every_hidden_figure_is_wide_and_every_shown_one_large(counted: Table) -> None:
    found = suppress([counted])
    (system,) = systems([counted])
    hidden = frozenset(f for f, s in found.items() if s is not Status.SHOWN)
    assert small(system) == {f for f, s in found.items() if s is Status.SMALL}
    for figure, seen in ranges(system, hidden, hidden).items():
        assert seen.width >= THRESHOLD
        assert seen.low <= system.counts[figure] <= seen.high
        assert seen.low == 0 or found[figure] is Status.PROTECTING


@settings(max_examples=30, deadline=None)
@given(LINES, st.data())
def test_linked_tables_are_protected_together(ages: Table, data: st.DataObject) -> None:
    counts = [cell.count for cell in ages.cells[:-1]]
    split = [data.draw(st.integers(0, n)) for n in counts]
    both = grid(*[[part, n - part] for part, n in zip(split, counts, strict=True)])
    found = suppress([ages, both])
    (system,) = systems([ages, both])
    hidden = frozenset(f for f, s in found.items() if s is not Status.SHOWN)
    assert not exposed(system, hidden, hidden)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=3, max_size=3))
def test_trying_every_crowd_finds_all_of_0_to_10_behind_a_small_figure(counts: list[int]) -> None:
    """The ranges of the audit are not only ends: each whole number in between is possible."""
    found = suppress([line(*counts)])
    labels = [f"age{i}" for i in range(3)]
    cell = {
        f.code("age"): (s, n)
        for (f, s), n in zip(found.items(), [*counts, sum(counts)], strict=True)
    }
    fits = [
        crowd
        for crowd in product(range(sum(counts) + 12), repeat=3)
        if all(
            cell[label][0] is not Status.SHOWN or cell[label][1] == n
            for label, n in zip([*labels, "all"], [*crowd, sum(crowd)], strict=True)
        )
    ]
    for at, label in enumerate(labels):
        if cell[label][0] is Status.SMALL:
            assert {crowd[at] for crowd in fits} >= set(range(11))


def test_tables_that_disagree_about_a_margin_are_refused() -> None:
    with pytest.raises(ValueError, match="does not agree with another table"):
        suppress([line(10, 20), grid([10, 1], [20, 0])])


def test_tables_that_disagree_about_categories_are_refused() -> None:
    with pytest.raises(ValueError, match="does not agree with another table"):
        suppress([line(10, 20), line(10, 20, 0)])


def test_figures_that_contradict_each_other_are_refused() -> None:
    total, part, rest = Figure("p", ()), Figure("p", (("a", "x"),)), Figure("p", (("a", "y"),))
    system = System({total: 10, part: 30, rest: 5}, ((total, part, rest),))
    with pytest.raises(ValueError, match="do not add up"):
        ranges(system, {rest}, {rest})
