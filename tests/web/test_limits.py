"""How often an account may do a thing."""

import pytest

from conversation.fields import Refused
from web import sockets


def test_limits_count_a_minute_and_forget_who_is_idle(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(sockets, "monotonic", lambda: now[0])
    limits = sockets.Limits({"message": 2})
    limits.hit("message", 1)
    now[0] += 30
    limits.hit("message", 1)
    with pytest.raises(Refused) as caught:
        limits.hit("message", 1)
    assert caught.value.code == "rate"
    limits.hit("message", 2)
    now[0] += 30
    limits.hit("message", 1)
    limits.clean()
    assert limits._hits.keys() == {("message", 1), ("message", 2)}
    now[0] += 60
    limits.clean()
    assert not limits._hits
