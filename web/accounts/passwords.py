"""Passwords: what is accepted, and hashing that does not hold everybody else up."""

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from flask_babel import gettext as _
from flask_security import PasswordUtil
from gevent import monkey
from gevent.threadpool import ThreadPool

SHORTEST = 10
LONGEST = 128
ARGON2 = {"argon2__time_cost": 3, "argon2__memory_cost": 64 * 1024, "argon2__parallelism": 1}
AT_ONCE = 2  # each takes 64 MiB and one core


class Passwords(PasswordUtil):
    """Length over rules; common ones refused by zxcvbn, offline (set in `setup`)."""

    def validate(
        self, password: str, is_register: bool, **known: Any
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong, None where nothing is, and the normalised password."""
        if len(password) > LONGEST:
            return [_("At most %(number)s characters, please.", number=LONGEST)], password
        result: tuple[list[str] | None, str] = super().validate(password, is_register, **known)
        return result


class Hashing:
    """A password context whose slow work runs in threads of its own where gevent serves.

    argon2 takes a few hundred milliseconds of a core; on the event loop every room would wait.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    def hash(self, secret: str) -> str:
        """Return the hash of a password."""
        return cast(str, _away(self._context.hash, secret))

    def verify(self, secret: str, hashed: str) -> bool:
        """Whether the password belongs to the hash."""
        return cast(bool, _away(self._context.verify, secret, hashed))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


@cache
def _threads() -> ThreadPool:
    return ThreadPool(AT_ONCE)


def _away(work: Callable[..., Any], *given: Any) -> Any:
    if monkey.is_module_patched("socket"):
        return _threads().apply(work, given)
    return work(*given)
