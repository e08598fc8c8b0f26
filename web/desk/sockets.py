"""The namespace /desk: summaries without a word of the conversations, and facilitators' acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from flask import Flask
from flask_babel import force_locale, get_locale, gettext
from socketio import Server
from socketio.exceptions import ConnectionRefusedError

from conversation.fields import Refused
from conversation.state import CLOSED
from services import desk
from services.rooms import Live, Pending
from web import live, sockets
from web.live import Unavailable
from web.sockets import Visitor, act_id, answer

NAMESPACE = "/desk"
FLUSH_SECONDS = 0.5  # what changed in this time goes out once
LOOK_SECONDS = 10  # how often time alone may change a summary
KEYS = {"conversation", "id", "type", "data"}


@dataclass(frozen=True, slots=True)
class Watch:
    """One socket at the desk."""

    visitor: Visitor
    name: str
    locale: str


class DeskSockets:
    """Everybody who watches, and the rooms that changed since they were last told."""

    def __init__(self, app: Flask, server: Server) -> None:
        self.app = app
        self.server = server
        self.rooms = live.of(app)
        self.sockets = sockets.of(app)
        self.watches: dict[str, Watch] = {}
        self.changed: set[str] = set()
        self.needs: dict[str, tuple[object, ...]] = {}
        self.busy = False
        for name in ("connect", "disconnect", "act"):
            server.on(name, getattr(self, name), namespace=NAMESPACE)
        self.rooms.listeners.append(self.note)

    def connect(self, sid: str, environ: Mapping[str, Any], _auth: Any = None) -> None:
        """Let a facilitator in and tell all rooms."""
        visitor = self.sockets.admit(sid, environ, NAMESPACE)
        if not self.sockets.roles(visitor) & desk.ROLES:
            self.sockets.forget(sid)
            raise ConnectionRefusedError("not_found")
        with self.sockets.sessions() as session:
            name = desk.name_of(session, visitor.account_id)
            tokens = desk.open_tokens(session)
        for token in tokens:
            self.rooms.get(token)
        gevent.spawn(self.welcome, sid, Watch(visitor, name, _locale(self.app, environ)))

    def welcome(self, sid: str, watch: Watch) -> None:
        """Tell a new socket every room that is not closed."""
        listed = [room for room in self.rooms.all() if room.room.status != CLOSED]
        summaries = [self.summary(room, watch.locale) for room in listed]
        self.emit(sid, "rooms", {"rooms": summaries})
        self.watches[sid] = watch
        if not self.busy:
            self.busy = True
            gevent.spawn(self.flush)
            gevent.spawn(self.look)

    def disconnect(self, sid: str, _reason: str = "") -> None:
        """Forget a socket."""
        self.sockets.forget(sid)
        self.watches.pop(sid, None)

    def act(self, sid: str, message: Any = None) -> dict[str, Any]:
        """Play a facilitator's act, written into the room's log and the audit log at once."""
        try:
            watch = self.allowed(sid)
            token, name, kind = _act(message)
            self.sockets.limit("act", watch.visitor)
            room = self.rooms.get(token)
            if room is None:
                raise Refused("not_found", "There is no such room.")
            act = desk.act(kind, message["data"], watch.name, name)
            also = desk.audited(room, kind, watch.visitor.account_id, self.rooms.clock())
            entry = self.rooms.play(token, act, also)
        except Refused as refused:
            return answer(refused)
        except Unavailable:
            return answer(Refused("unavailable", "Not stored. Send the same act again."))
        return {"ok": True, "seq": entry.event.seq, "at": entry.event.at.isoformat()}

    def allowed(self, sid: str) -> Watch:
        """Return the watch of a socket whose account still is a facilitator's; else end it."""
        watch = self.watches.get(sid)
        if watch is not None and self.sockets.roles(watch.visitor) & desk.ROLES:
            return watch
        self.emit(sid, "closed", {"code": "signed_out"})
        gevent.spawn(self.server.disconnect, sid, namespace=NAMESPACE)
        raise Refused("signed_out", "You are signed out here. Sign in to come back.")

    def note(self, pending: Pending) -> None:
        """Remember that a room has changed."""
        self.changed.add(pending.live.token)

    def flush(self) -> None:
        """Tell what changed, twice a second, as long as somebody watches."""
        while self.watches:
            gevent.sleep(FLUSH_SECONDS)
            changed, self.changed = self.changed, set()
            for token in changed:
                self.tell(token)
        self.busy = False

    def look(self) -> None:
        """Note the rooms that time alone has changed: silence grows, steps run over."""
        while self.watches:
            now = self.rooms.clock()
            for room in self.rooms.all():
                key = desk.need_key(room, now)
                if self.needs.get(room.token) != key:
                    self.needs[room.token] = key
                    self.changed.add(room.token)
            gevent.sleep(LOOK_SECONDS)

    def tell(self, token: str) -> None:
        """Tell every watch how one room is doing."""
        room = self.rooms.get(token)
        if room is None or room.room.status == CLOSED:
            self.needs.pop(token, None)
            for sid in list(self.watches):
                self.emit(sid, "gone", {"id": token})
            return
        said: dict[str, dict[str, Any]] = {}
        for sid, watch in list(self.watches.items()):
            if watch.locale not in said:
                said[watch.locale] = self.summary(room, watch.locale)
            self.emit(sid, "room", said[watch.locale])

    def summary(self, room: Live, locale: str) -> dict[str, Any]:
        """Return a room's summary in one language."""
        with self.app.app_context(), force_locale(locale):
            return desk.summary(room, self.rooms.clock(), gettext)

    def emit(self, sid: str, name: str, data: dict[str, Any]) -> None:
        """Send one message to one socket."""
        self.server.emit(name, data, to=sid, namespace=NAMESPACE)


def _locale(app: Flask, environ: Mapping[str, Any]) -> str:
    with app.request_context(dict(environ)):
        return str(get_locale() or "en")


def _act(message: Any) -> tuple[str, str, str]:
    if not isinstance(message, dict) or message.keys() != KEYS:
        raise Refused("wrong_type", "An act has the keys conversation, id, type and data.")
    token, kind = message["conversation"], message["type"]
    if not isinstance(token, str) or not isinstance(kind, str):
        raise Refused("wrong_type", "conversation and type must be text.")
    return token, act_id(message), kind
