"""The rooms this process holds in memory: copies of their logs, read when they are asked for."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app
from gevent.event import AsyncResult
from sqlalchemy.orm import Session, sessionmaker

import models
from conversation.fields import Refused
from services.conversations import recall, rooms
from services.conversations.rooms import Act, Also, Entry, Live
from services.site import crypto
from services.site.crypto import KeyStore
from web.context import Context
from web.extensions import db
from web.writing import Done, Outcome, Writer

NAME = "earshot-rooms"
JOINED_STATES = ("open", "closed")


class Unavailable(Exception):
    """The act could not be stored; nothing changed. The same act may be sent again."""


class Rooms:
    """Every live room of this process. `listeners` hear of each act after it is committed."""

    def __init__(self, sessions: sessionmaker[Session], keys: KeyStore, context: Context) -> None:
        self.sessions = sessions
        self.keys = keys
        self.clock: Callable[[], datetime] = context.clock
        self.opens_minutes = context.config.room.opens_minutes
        self.loaded: list[Callable[[Live], None]] = []
        self._live: dict[str, Live] = {}
        self.writer = Writer(sessions, self._live, context.clock)
        self.listeners = self.writer.listeners

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
        outcome: Outcome = result.get()
        if isinstance(outcome, Refused):
            raise outcome
        if outcome is None:
            raise Unavailable(act.type)
        return outcome

    def submit(self, token: str, act: Act, done: Done, also: Also | None = None) -> None:
        """Play an act; call *done* once it is stored.

        With None if it could not be, with Refused if its sender may not act any more. Raises
        Refused where the room does not allow it, Unavailable where there is no such room.
        """
        live = self.get(token)
        if live is None:
            raise Unavailable(act.type)
        if recall.is_old(live, act.id):
            with self.sessions() as session:
                known = recall.first_answer(session, live, act)
            if known is not None:
                done(known)
                return
        self.writer.submit(live, act, done, also)

    def entries(self, live: Live, after: int) -> list[Entry]:
        """Return the committed entries of a room beyond *after*, all there are on return.

        Waits for the database where memory does not reach back that far.
        """
        found: list[Entry] = []
        while not recall.reaches(live, after):
            with self.sessions() as session:
                older = recall.earlier(session, live, after)
            if not older:  # what was kept of this conversation is gone
                break
            found += older
            after = older[-1].event.seq
        return found + recall.entries_after(live, after)

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
            fresh = rooms.opening(session, conversation) if not live.room.seq else None
        # Reading may have let another greenlet in: the first one to finish wins.
        if token in self._live:
            return self._live[token]
        self._live[token] = live
        if fresh is not None:
            try:
                self.play(token, fresh)
            except Refused:  # cancelled or missed at this moment
                self.forget(token)
                return None
            except Unavailable:  # another process was first
                pass
        for tell in self.loaded:
            tell(live)
        return live

    def _may_join(self, conversation: models.Conversation, now: datetime) -> bool:
        if conversation.state in JOINED_STATES:
            return True
        return rooms.is_open(conversation, self.opens_minutes, now)


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
