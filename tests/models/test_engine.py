"""What every engine keeps to, whichever database it speaks to."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests import factories


def test_an_error_does_not_show_what_was_to_be_stored(session):
    factories.account(session, email="ada@example.org", key="k")

    with pytest.raises(IntegrityError) as caught:
        factories.account(session, email="bea@example.org", key="k", zone="Europe/Secret")

    assert "Europe/Secret" not in str(caught.value)
