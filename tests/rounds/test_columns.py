"""Who may never meet, read for a few people or for many."""

import pytest

import models
from services.pairing import columns
from tests.factories import NOW


@pytest.mark.parametrize("count", [3, columns.FEW + 1])
def test_only_those_among_the_people_are_read(session, count):
    keys = [f"{number:064x}" for number in range(count)]
    session.add_all(
        models.Exclusion(low=low, high=high, reason="blocked", at=NOW)
        for low, high in ((keys[0], keys[2]), (keys[1], "f" * 64))
    )
    session.flush()

    assert columns.exclusions(session, keys).tolist() == [[0, 2]]
