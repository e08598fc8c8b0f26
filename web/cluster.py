"""What the workers of one Earshot tell each other through Redis: never a word of a conversation.

`tell` passes a notice on: heard by the workers that are up just now, kept nowhere. `share` keeps
the newest data of a key, so that a worker that comes later finds it in `shared`; `unshare` takes
it back. `hear` is called with (key, data) for what others tell or share, and with (key, None) for
what they take back or what their death takes back within `LIFE_SECONDS`.

For the desk: a worker at which somebody watches hears which log has grown, and reads that one. A
facilitator's act is stored by whichever worker has the facilitator, and the worker that has the
pair hears that the log has grown.

Redis may be slow, restarted or gone: nothing here waits for it, and nobody loses more than time.
With `cluster.redis` empty nothing is told and nothing is shared.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import uuid4

import gevent
import orjson
import redis
import structlog
from flask import Flask
from gevent.event import Event

NAME = "earshot-cluster"
PREFIX = "earshot"
GATHER_SECONDS = 0.02
BEAT_SECONDS = 5
LIFE_SECONDS = 20  # a worker that has not been heard of for so long is dead
PATIENCE_SECONDS, RETRY_SECONDS = 2, 0.5

Heard = Callable[[str, Any], None]
Place = tuple[str, str]  # kind, key

log = structlog.get_logger(__name__)


class Cluster:
    """This worker among the others; alone where *address* is empty."""

    def __init__(self, address: str) -> None:
        self.worker = uuid4().hex
        self.alone = not address
        self._hearers: dict[str, list[Heard]] = {}
        self._returns: list[Callable[[], None]] = []
        self._own: dict[Place, Any] = {}
        self._others: dict[str, dict[Place, Any]] = {}  # by worker
        self._out: dict[Place, tuple[bool, Any]] = {}  # newest last; True: to be kept
        self._some = Event()
        self._up = True
        if address:
            self._redis: Any = redis.Redis.from_url(
                address,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                health_check_interval=BEAT_SECONDS,
            )
            for work in (self._send, self._listen, self._beat):
                gevent.spawn(work)

    def tell(self, kind: str, key: str, data: Any = True) -> None:
        """Tell the other workers once."""
        self._put(kind, key, (False, data))

    def share(self, kind: str, key: str, data: Any) -> None:
        """Let the other workers know *data*, JSON without content, until it is taken back."""
        if not self.alone:
            self._own[kind, key] = data
            self._put(kind, key, (True, data))

    def unshare(self, kind: str, key: str) -> None:
        """Take back what was shared, if it was."""
        if self._own.pop((kind, key), None) is not None:
            self._put(kind, key, (True, None))

    def shared(self, kind: str) -> dict[str, list[Any]]:
        """Return what the other workers share, as last heard: key -> data, one for each worker."""
        found: dict[str, list[Any]] = {}
        for shares in self._others.values():
            for (theirs, key), data in shares.items():
                if theirs == kind:
                    found.setdefault(key, []).append(data)
        return found

    def of(self, kind: str, key: str) -> list[Any]:
        """Return what the other workers share under one key."""
        return [shares[kind, key] for shares in self._others.values() if (kind, key) in shares]

    def hear(self, kind: str, heard: Heard) -> None:
        """Call *heard* with (key, data) for what other workers say of *kind* from now on."""
        self._hearers.setdefault(kind, []).append(heard)

    def returned(self, call: Callable[[], None]) -> None:
        """Call *call* when Redis is heard again after a silence: notices may be missing."""
        self._returns.append(call)

    def leave(self) -> None:
        """Take back everything at once: this worker is about to stop."""
        if self.alone:
            return
        self._own.clear()
        with self._watched():
            self._redis.delete(self._hash(self.worker))
            self._redis.zrem(f"{PREFIX}:workers", self.worker)
            said = [["left", "", False, None]]
            self._redis.publish(PREFIX, orjson.dumps([self.worker, said]))

    def _put(self, kind: str, key: str, what: tuple[bool, Any]) -> None:
        if self.alone:
            return
        # Nothing piles up while Redis is away: each key keeps its newest only.
        self._out.pop((kind, key), None)
        self._out[kind, key] = what
        self._some.set()

    def _send(self) -> None:
        while True:
            self._some.wait()
            gevent.sleep(GATHER_SECONDS)
            self._some.clear()
            out, self._out = self._out, {}
            with self._watched():
                self._flush(out)
                continue
            self._out = {**out, **self._out}
            gevent.sleep(RETRY_SECONDS)
            self._some.set()

    def _flush(self, out: dict[Place, tuple[bool, Any]]) -> None:
        pipe = self._redis.pipeline(transaction=False)
        for (kind, key), (kept, data) in out.items():
            if kept and data is None:
                pipe.hdel(self._hash(self.worker), f"{kind} {key}")
            elif kept:
                pipe.hset(self._hash(self.worker), f"{kind} {key}", orjson.dumps(data))
        said = [[*place, *what] for place, what in out.items()]
        pipe.publish(PREFIX, orjson.dumps([self.worker, said]))
        pipe.execute()

    def _listen(self) -> None:
        while True:
            with self._watched():
                self._subscribe()
            gevent.sleep(RETRY_SECONDS)

    def _subscribe(self) -> None:
        with self._redis.pubsub(ignore_subscribe_messages=True) as ears:
            ears.subscribe(PREFIX)
            self._refresh()
            for call in self._returns:
                call()
            while True:
                message = ears.get_message(timeout=PATIENCE_SECONDS)
                if message is not None:
                    self._take(*orjson.loads(message["data"]))

    def _take(self, worker: str, said: list[tuple[str, str, bool, Any]]) -> None:
        if worker == self.worker:
            return
        for kind, key, kept, data in said:
            if kind == "left":
                self._forget(worker)
                continue
            if kept:
                self._note(worker, (kind, key), data)
            self._call(kind, key, data)

    def _note(self, worker: str, place: Place, data: Any) -> None:
        shares = self._others.setdefault(worker, {})
        if data is None:
            shares.pop(place, None)
        else:
            shares[place] = data

    def _call(self, kind: str, key: str, data: Any) -> None:
        for heard in self._hearers.get(kind, ()):
            try:
                heard(key, data)
            except Exception as error:  # one who hears must not deafen the others
                log.error("notice not taken", kind=kind, error=type(error).__name__)

    def _forget(self, worker: str) -> None:
        for kind, key in self._others.pop(worker, {}):
            self._call(kind, key, None)

    def _beat(self) -> None:
        while True:
            with self._watched():
                self._refresh()
            gevent.sleep(BEAT_SECONDS)

    def _refresh(self) -> None:
        """Say that this worker lives and what it shares; learn who else does, and what."""
        now = float(self._redis.time()[0])
        own = {f"{kind} {key}": orjson.dumps(data) for (kind, key), data in self._own.items()}
        pipe = self._redis.pipeline()
        pipe.zremrangebyscore(f"{PREFIX}:workers", 0, now - LIFE_SECONDS)
        pipe.zadd(f"{PREFIX}:workers", {self.worker: now})
        pipe.delete(self._hash(self.worker))
        if own:
            pipe.hset(self._hash(self.worker), mapping=own)
            pipe.expire(self._hash(self.worker), LIFE_SECONDS)
        pipe.zrange(f"{PREFIX}:workers", 0, -1)
        alive = {name.decode() for name in pipe.execute()[-1]} - {self.worker}
        for worker in set(self._others) - alive:
            self._forget(worker)
        for worker in alive:
            self._learn(worker, self._redis.hgetall(self._hash(worker)))

    def _learn(self, worker: str, found: dict[bytes, bytes]) -> None:
        known = self._others.get(worker, {})
        named = {name.decode().partition(" "): data for name, data in found.items()}
        news = {(kind, key): orjson.loads(data) for (kind, _, key), data in named.items()}
        self._others[worker] = news
        for place in known.keys() - news.keys():
            self._call(*place, None)
        for place, data in news.items():
            if known.get(place) != data:
                self._call(*place, data)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Note, once each way, that Redis cannot be reached, or can be again."""
        try:
            yield
        except redis.RedisError as error:
            if self._up:
                log.warning("redis is away", error=type(error).__name__)
            self._up = False
        else:
            if not self._up:
                log.warning("redis is back")
            self._up = True

    def _hash(self, worker: str) -> str:
        return f"{PREFIX}:worker:{worker}"


def init_app(app: Flask, address: str) -> None:
    """Give *app* its place among the workers."""
    app.extensions[NAME] = Cluster(address)


def of(app: Flask) -> Cluster:
    """Return the place of *app* among the workers."""
    return cast(Cluster, app.extensions[NAME])
