"""Named places at which a test's server dies, and planted bugs, laid around our functions.

The product holds no switch for any of this: a server of tests.rooms.forge wraps what is named here
before it starts, and nothing else does. `arm("after commit", 3)` kills the process, as SIGKILL
does, when that place is reached for the third time.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Fits = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Place:
    """Before or after each call of `owner.name` whose arguments fit."""

    owner: str  # module, or module:Class
    name: str
    after: bool = False
    fits: Fits = lambda *_args, **_more: True


def _told(name: str) -> Fits:
    """Fit a message to one client by its name: what a connection begins with."""
    return lambda _self, _sid, told, _data: told == name


def _written(start: bytes) -> Fits:
    """Fit a frame by how its message begins."""
    return lambda _self, framed: start in framed[:32]


WRITER, ROOM = "web.writing:Writer", "web.rooms.sockets:RoomSockets"
SOCKETS, LINE = "web.sockets:Sockets", "web.lines:Line"
ENGINE = "sqlalchemy.engine.default:DefaultDialect"
EVENT, ANSWER = _written(b"42/room,"), _written(b"43/room,")

PLACES = {
    # An act on its way in.
    "act received": Place(ROOM, "play"),
    "before validating": Place("conversation.events", "check"),
    "after validating": Place("conversation.events", "check", after=True),
    "before folding": Place("conversation.room", "step"),
    "after folding": Place("conversation.room", "step", after=True),
    "before queueing": Place(WRITER, "_enqueue"),
    "after queueing": Place(WRITER, "_enqueue", after=True),
    # The commit.
    "batch gathered": Place(WRITER, "_commit"),
    "senders asked": Place("services.conversations.rooms", "fallen", after=True),
    "before encrypting": Place("services.conversations.logs", "to_row"),
    "after encrypting": Place("services.conversations.logs", "to_row", after=True),
    "before inserting": Place("services.conversations.rooms", "append"),
    "after inserting": Place("services.conversations.rooms", "append", after=True),
    "before commit": Place(ENGINE, "do_commit"),
    "after commit": Place(ENGINE, "do_commit", after=True),
    "batch stored": Place(WRITER, "_store", after=True),
    # What follows it.
    "before settling": Place("services.conversations.rooms", "settle"),
    "after settling": Place("services.conversations.rooms", "settle", after=True),
    "before answering": Place(ROOM, "done"),
    "before writing an answer": Place(LINE, "write", fits=ANSWER),
    "after writing an answer": Place(LINE, "write", after=True, fits=ANSWER),
    "before telling": Place(ROOM, "tell"),
    "before writing to one": Place(LINE, "write", fits=EVENT),
    "after writing to one": Place(LINE, "write", after=True, fits=EVENT),
    "after telling": Place(ROOM, "tell", after=True),
    "before sending": Place(LINE, "flush"),
    "after sending": Place(LINE, "flush", after=True),
    # Coming back.
    "before admitting": Place(SOCKETS, "admit"),
    "after admitting": Place(SOCKETS, "admit", after=True),
    "before reading the log": Place("services.conversations.rooms", "load"),
    "after reading the log": Place("services.conversations.rooms", "load", after=True),
    "before the state": Place(ROOM, "emit", fits=_told("state")),
    "after the state": Place(ROOM, "emit", after=True, fits=_told("state")),
    "while catching up": Place(ROOM, "emit", fits=_told("event")),
    "after coming back": Place(ROOM, "welcome", after=True),
    "act sent again": Place("services.conversations.rooms", "_same"),
}

# What talking pairs do not pass: a block on its way into the log of a running room.
OTHERS = {
    "block not committed": Place("services.safety.parting", "end", after=True),
    "block committed": Place(WRITER, "grew"),
}


def arm(place: str, hit: int) -> None:
    """Let this process die when *place* is reached for the *hit*-th time."""
    if not place:
        return
    where = (PLACES | OTHERS)[place]
    owner = _owner(where.owner)
    inside = getattr(owner, where.name)
    left = hit

    def reach(args: Any, more: Any) -> None:
        nonlocal left
        if where.fits(*args, **more):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(*args: Any, **more: Any) -> Any:
        if not where.after:
            reach(args, more)
        result = inside(*args, **more)
        if where.after:
            reach(args, more)
        return result

    setattr(owner, where.name, around)


def plant(bug: str) -> None:
    """Break one promise in this process."""
    if bug:
        BUGS[bug]()


def _acknowledge_before_commit() -> None:
    rooms = _owner(WRITER)
    queue = rooms._enqueue

    def early(self: Any, pending: Any, done: Any) -> None:
        done(pending.entry)
        queue(self, pending, lambda _entry: None)

    rooms._enqueue = early


def _forget_ids() -> None:
    module = import_module("services.conversations.rooms")
    prepare = module.prepare
    module.prepare = lambda live, act, *rest: prepare(live, act._replace(id=None), *rest)


def _skip_catching_up() -> None:
    import_module("services.conversations.recall").entries_after = lambda _live, _after: []


def _tell_before_commit() -> None:
    rooms = _owner(WRITER)
    queue = rooms._enqueue

    def early(self: Any, pending: Any, done: Any) -> None:
        for listener in self.listeners:
            listener(pending)
        queue(self, pending, done)

    rooms._enqueue = early


BUGS: dict[str, Callable[[], None]] = {
    "acknowledged before commit": _acknowledge_before_commit,
    "told before commit": _tell_before_commit,
    "no idempotency key": _forget_ids,
    "no catching up": _skip_catching_up,
}


# Where a server with a bug is to die, and as what the checker then finds the bug.
FINDS = {
    "acknowledged before commit": ("before commit", "lost"),
    "told before commit": ("before commit", "order"),
    "no idempotency key": ("before answering", "doubled"),
    "no catching up": ("before telling", "gap"),
}


def _owner(path: str) -> Any:
    module, _, name = path.partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found
