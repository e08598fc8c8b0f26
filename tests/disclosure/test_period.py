"""A month begins and ends where the programme lives, and is told when it is over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.period import Month

MONTHS = st.builds(Month, st.integers(2000, 2100), st.integers(1, 12))
BERLIN = ZoneInfo("Europe/Berlin")


@given(MONTHS)
def test_a_month_reads_back_what_it_writes(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "october", "2026-10-01", "0001-01", ""])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 2026-10"):
        Month.parse(text)


@given(MONTHS)
def test_the_next_month_begins_where_this_one_ends(month: Month) -> None:
    assert month.end(BERLIN) == month.next().start(BERLIN)
    assert month.next().previous() == month
    assert month < month.next()


@given(MONTHS, st.timedeltas(timedelta(0), timedelta(days=27)))
def test_every_moment_falls_in_its_month(month: Month, into: timedelta) -> None:
    assert Month.of(month.start(BERLIN) + into, BERLIN) == month


def test_a_month_ends_at_midnight_of_its_own_zone() -> None:
    october = Month(2026, 10)
    end = datetime(2026, 10, 31, 23, tzinfo=UTC)  # midnight in Berlin, winter time again
    assert october.end(BERLIN) == end
    assert october.closed(end, BERLIN)
    assert not october.closed(end - timedelta(microseconds=1), BERLIN)
