"""A mailbox on loopback."""

import pytest

from tests import mailbox


@pytest.fixture
def box():
    with mailbox.running() as made:
        yield made
