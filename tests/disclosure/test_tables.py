"""Tables count people once, in closed categories, and add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.tables import ALL, Category, Design, Dimension, Figure, count
from tests.disclosure.crowd import design, dimension, grid, line

AGE, STEP = dimension("age", 3), dimension("step", 2)
PEOPLE = st.lists(
    st.tuples(st.integers(0, 20), st.tuples(st.sampled_from(list(AGE.index)))), max_size=60
)


def test_a_person_counts_once_and_the_first_row_stands() -> None:
    rows = [("ann", ("age0",)), ("bo", ("age1",)), ("ann", ("age2",))]
    counts = [cell.count for cell in count(design(AGE), rows).cells]
    assert counts == [1, 1, 0, 2]


@given(PEOPLE)
def test_one_more_row_of_a_counted_person_changes_nothing(rows: list) -> None:
    twice = [*rows, *reversed(rows)]
    assert count(design(AGE), rows) == count(design(AGE), twice)


@given(PEOPLE, st.integers(21, 30), st.sampled_from(list(AGE.index)))
def test_one_joiner_changes_one_category_and_its_total_by_one(rows, joiner, code) -> None:
    before = count(design(AGE), rows).cells
    after = count(design(AGE), [*rows, (joiner, (code,))]).cells
    changed = {b.figure.code("age"): b.count - a.count for a, b in zip(before, after, strict=True)}
    assert changed == dict.fromkeys([*AGE.index, ALL], 0) | {code: 1, ALL: 1}


def test_margins_of_two_dimensions_add_up() -> None:
    counts = {cell.figure: cell.count for cell in grid([1, 2], [3, 4]).cells}
    assert counts[Figure("joined", ())] == 10
    assert counts[Figure("joined", (("age", "age1"),))] == 7
    assert counts[Figure("joined", (("step", "step1"),))] == 6


def test_every_sum_of_a_design_holds_in_its_counts() -> None:
    counted = grid([1, 2, 9], [3, 4, 0])
    counts = {cell.figure: cell.count for cell in counted.cells}
    sums = list(counted.design.sums())
    assert len(sums) == 2 + 3 + 2  # rows, columns, and the total both ways
    assert all(counts[total] == sum(counts[part] for part in parts) for total, *parts in sums)


def test_tables_that_narrow_alike_name_the_same_figure() -> None:
    by_age = {cell.figure for cell in line(1, 2).cells}
    by_both = {cell.figure for cell in grid([1, 0], [2, 0]).cells}
    assert by_age < by_both


def test_a_category_not_on_the_list_is_refused_without_naming_the_person() -> None:
    with pytest.raises(ValueError, match="'red' is not a category of age") as refused:
        count(design(AGE), [("ann@example.org", ("red",))])
    assert "ann" not in str(refused.value)


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 categories for 2 dimensions"):
        count(design(AGE, STEP), [("ann", ("age0",))])


@pytest.mark.parametrize("codes", [(), ("a", "a"), ("all",), ("A b",), ("=1",)])
def test_a_dimension_needs_plain_codes_each_once(codes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="dimension age"):
        Dimension("age", "Age", tuple(Category(code, code) for code in codes))


@pytest.mark.parametrize("dimensions", [(), (AGE, AGE)])
def test_a_table_needs_dimensions_each_once(dimensions: tuple[Dimension, ...]) -> None:
    with pytest.raises(ValueError, match="table t: needs dimensions"):
        Design("t", "T", "joined", dimensions)
