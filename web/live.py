"""The rooms this process holds in memory, and the one queue through which their acts are stored.

Whatever has gathered in a few milliseconds shares one commit. Only then is it settled, answered
and told to the listeners: what a crash could lose has been shown to nobody.
"""

from collections.abc import Callable
from datetime import datetime

import gevent
import structlog
from flask import Flask, current_app
from gevent.event import AsyncResult
from sqlalchemy.orm import Session, sessionmaker

import models
from services import crypto, rooms
from services.crypto import KeyStore
from services.rooms import Act, Also, Entry, Live, Pending
from web.context import Context
from web.extensions import db

NAME = "earshot-rooms"
GATHER_SECONDS = 0.002
JOINED_STATES = ("open", "closed")

Done = Callable[[Entry | None], None]
Batch = dict[Pending, list[Done]]
Listener = Callable[[Pending], None]

log = structlog.get_logger(__name__)


class Unavailable(Exception):
    """The act could not be stored; nothing changed. The same act may be sent again."""


class Rooms:
    """Every live room of this process. `listeners` hear of each act after it is committed."""

    def __init__(self, sessions: sessionmaker[Session], keys: KeyStore, context: Context) -> None:
        self.sessions = sessions
        self.keys = keys
        self.clock: Callable[[], datetime] = context.clock
        self.opens_minutes = context.config.room.opens_minutes
        self.listeners: list[Listener] = []
        self.loaded: list[Callable[[Live], None]] = []
        self._live: dict[str, Live] = {}
        self._queue: Batch = {}
        self._writing: Batch = {}
        self._writer: gevent.Greenlet | None = None

    def get(self, token: str) -> Live | None:
        """Return the room of a conversation, opening it if its time has come, or None."""
        live = self._live.get(token)
        return live if live is not None else self._load(token)

    def held(self, token: str) -> Live | None:
        """Return the room if it is in memory; read nothing."""
        return self._live.get(token)

    def all(self) -> list[Live]:
        """Return the rooms in memory."""
        return list(self._live.values())

    def forget(self, token: str) -> None:
        """Let go of a room; its log brings it back when it is asked for."""
        self._live.pop(token, None)

    def play(self, token: str, act: Act, also: Also | None = None) -> Entry:
        """Play an act and wait until it is stored.

        Raises Refused where the room does not allow it, Unavailable where it was not stored.
        """
        result: AsyncResult = AsyncResult()
        self.submit(token, act, result.set, also)
        entry: Entry | None = result.get()
        if entry is None:
            raise Unavailable(act.type)
        return entry

    def submit(self, token: str, act: Act, done: Done, also: Also | None = None) -> None:
        """Play an act; call *done* once it is stored, with None if it could not be.

        Raises Refused where the room does not allow it, Unavailable where there is no such room.
        """
        live = self.get(token)
        if live is None:
            raise Unavailable(act.type)
        made = rooms.prepare(live, act, self.clock(), also)
        if isinstance(made, Entry):
            done(made)
        else:
            self._enqueue(made, done)

    def _enqueue(self, pending: Pending, done: Done) -> None:
        batch = self._writing if pending in self._writing else self._queue
        batch.setdefault(pending, []).append(done)
        if self._writer is None:
            self._writer = gevent.spawn(self._write)

    def _load(self, token: str) -> Live | None:
        now = self.clock()
        with self.sessions() as session:
            conversation = rooms.find(session, token)
            if conversation is None or not self._may_join(conversation, now):
                return None
            try:
                live = rooms.load(session, self.keys, conversation, now)
            except crypto.Unreadable:
                return None
            fresh = rooms.opening(session, conversation) if not live.log else None
        # Reading may have let another greenlet in: the first one to finish wins.
        if token in self._live:
            return self._live[token]
        self._live[token] = live
        if fresh is not None:
            self.play(token, fresh)
        for tell in self.loaded:
            tell(live)
        return live

    def _may_join(self, conversation: models.Conversation, now: datetime) -> bool:
        if conversation.state in JOINED_STATES:
            return True
        return rooms.is_open(conversation, self.opens_minutes, now)

    def _write(self) -> None:
        while self._queue:
            gevent.sleep(GATHER_SECONDS)
            self._writing, self._queue = self._queue, {}
            self._commit(self._writing)
            self._writing = {}
        self._writer = None

    def _commit(self, batch: Batch) -> None:
        by_room: dict[str, Batch] = {}
        for pending, dones in batch.items():
            by_room.setdefault(pending.live.token, {})[pending] = dones
        if self._store(batch):
            for pending, dones in batch.items():
                self._settle(pending, dones)
        elif len(by_room) == 1:
            self._fail(batch)
        else:
            # One room must not cost the others their commit: each by itself.
            for alone in by_room.values():
                self._commit(alone)

    def _store(self, batch: Batch) -> bool:
        """Commit *batch*; return False, with nothing stored, if that cannot be done."""
        if any(self._live.get(one.live.token) is not one.live for one in batch):
            return False
        try:
            with self.sessions.begin() as session:
                rooms.append(session, batch)
        except Exception as error:  # whatever it is, it concerns this batch only
            log.error("acts not stored", acts=len(batch), error=type(error).__name__)
            return False
        return True

    def _settle(self, pending: Pending, dones: list[Done]) -> None:
        entry = rooms.settle(pending)
        for done in dones:
            done(entry)
        for listener in self.listeners:
            try:
                listener(pending)
            except Exception as error:  # a listener must not stop the queue
                log.error("event not told", error=type(error).__name__)

    def _fail(self, batch: Batch) -> None:
        for pending, dones in batch.items():
            # The room's tip ran ahead of what is stored: the log brings it back as it is.
            if self._live.get(pending.live.token) is pending.live:
                self.forget(pending.live.token)
            for done in dones:
                done(None)


def init_app(app: Flask, context: Context) -> None:
    """Give *app* its rooms."""
    with app.app_context():
        sessions = sessionmaker(db.engine)
    app.extensions[NAME] = Rooms(sessions, context.keys, context)


def of(app: Flask) -> Rooms:
    """Return the rooms of *app*."""
    found: Rooms = app.extensions[NAME]
    return found


def here() -> Rooms:
    """Return the rooms of the application at work."""
    return of(current_app)
