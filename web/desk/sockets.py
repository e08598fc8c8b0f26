"""The namespace /desk: summaries without a word of the conversations, and facilitators' acts."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import gevent
from flask import Flask
from flask_babel import force_locale, get_locale, gettext
from socketio import Server
from socketio.exceptions import ConnectionRefusedError

from conversation.events import SEATS, SYSTEM
from conversation.fields import Refused
from services.conversations.rooms import Act, Live, Pending
from services.safety import desk, duty, names
from web import cluster, live, sockets
from web.desk.board import Board, Facts
from web.live import Unavailable
from web.sockets import Visitor, act_id, answer

NAMESPACE = "/desk"
FLUSH_SECONDS = 0.1  # what changed in this time goes out once
KEYS = {"conversation", "id", "type", "data"}


@dataclass(frozen=True, slots=True)
class Watch:
    """One socket at the desk."""

    visitor: Visitor
    name: str
    locale: str


class DeskSockets:
    """Everybody who watches, the board they watch, and who of them reads in a room."""

    def __init__(self, app: Flask, server: Server) -> None:
        self.app = app
        self.server = server
        self.rooms = live.of(app)
        self.sockets = sockets.of(app)
        self.board = Board(self.rooms, self.rooms.clock)
        self.watches: dict[str, Watch] = {}
        self.reading: dict[str, dict[str, int]] = {}  # by room and socket: read up to where
        self.busy = False
        for name in ("connect", "disconnect", "act", "stop"):
            server.on(name, getattr(self, name), namespace=NAMESPACE)
        self.rooms.listeners.append(self.heard)
        cluster.of(app).hear("grew", self.heard_elsewhere)

    def connect(self, sid: str, environ: Mapping[str, Any], _auth: Any = None) -> None:
        """Let a facilitator in and tell all rooms."""
        visitor = self.sockets.admit(sid, environ, NAMESPACE)
        if not self.sockets.roles(visitor) & desk.ROLES:
            self.sockets.forget(sid)
            raise ConnectionRefusedError("not_found")
        with self.sockets.sessions() as session:
            name = names.name_of(session, visitor.account_id)
            session.commit()
            self.board.begin(desk.open_tokens(session))
        self.watches[sid] = Watch(visitor, name, _locale(self.app, environ))
        gevent.spawn(self.welcome, sid, self.watches[sid])

    def welcome(self, sid: str, watch: Watch) -> None:
        """Tell a new socket every room that is not closed."""
        self.flush()
        self.server.enter_room(sid, watch.locale, namespace=NAMESPACE)
        listed = [self.worded(facts, watch.locale) for facts in self.board.facts.values()]
        self.emit(sid, "rooms", {"rooms": listed})
        if not self.busy:
            self.busy = True
            gevent.spawn(self.keep_telling)

    def disconnect(self, sid: str, _reason: str = "") -> None:
        """Forget a socket."""
        self.sockets.forget(sid)
        self.watches.pop(sid, None)
        for token in list(self.reading):
            self.stop(sid, token)

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
        if kind == "look":
            self.reading.setdefault(token, {})[sid] = 0
            self.read_on(room)
        return {"ok": True, "seq": entry.event.seq, "at": entry.event.at.isoformat()}

    def stop(self, sid: str, token: Any = None) -> dict[str, Any]:
        """Let a facilitator read no more of a room."""
        if isinstance(token, str):
            readers = self.reading.get(token, {})
            readers.pop(sid, None)
            if not readers:
                self.reading.pop(token, None)
        return {"ok": True}

    def allowed(self, sid: str) -> Watch:
        """Return the watch of a socket whose account still is a facilitator's; else end it."""
        watch = self.watches.get(sid)
        if watch is not None and self.sockets.roles(watch.visitor) & desk.ROLES:
            return watch
        self.emit(sid, "closed", {"code": "signed_out"})
        gevent.spawn(self.server.disconnect, sid, namespace=NAMESPACE)
        raise Refused("signed_out", "You are signed out here. Sign in to come back.")

    def heard(self, pending: Pending) -> None:
        """Note that a room of this worker has changed; answer a call for help."""
        room, event = pending.live, pending.entry.event
        if self.watches:
            self.board.note(room.token)
            self.read_on(room)
        if event.type == "help" and event.actor in SEATS:
            gevent.spawn(self.say_duty, room.token, event.seq)

    def heard_elsewhere(self, token: str, _seq: object) -> None:
        """Note that a room of another worker has changed; telling it reads it."""
        if not self.watches:
            return
        self.board.note(token)
        if self.reading.get(token) and (room := self.rooms.get(token)):
            self.read_on(room)

    def read_on(self, room: Live) -> None:
        """Pass words on to whoever reads with both people's yes, as long as it stands."""
        over = room.room.read_from is None or room.room.closed is not None
        readers = self.reading.get(room.token, {})
        for sid, last in list(readers.items()):
            if over:
                readers.pop(sid, None)
                self.emit(sid, "words", {"id": room.token, "words": None})
            elif words := desk.words(room, self.rooms.entries(room, last)):
                readers[sid] = words[-1]["seq"]
                self.emit(sid, "words", {"id": room.token, "words": words})

    def say_duty(self, token: str, seq: int) -> None:
        """Tell the pair who is on duty, and those on duty; once, whichever worker is first."""
        now = self.rooms.clock()
        with self.sockets.sessions() as session:
            there = [names.name_of(session, number) for number in duty.on(session, now)]
            session.commit()
        there += [watch.name for watch in self.watches.values()]
        data = {"by": there[0]} if there else {}
        act = Act(SYSTEM, "duty", data, str(uuid5(NAMESPACE_URL, f"duty:{token}:{seq}")))
        url = f"{self.sockets.origin}/desk"
        with suppress(Refused, Unavailable):  # the room has closed; it stays with the desk
            self.rooms.play(token, act, lambda stored: duty.call(stored, token, now, url))

    def keep_telling(self) -> None:
        """Tell what changed, as long as somebody watches."""
        while self.watches:
            gevent.sleep(FLUSH_SECONDS)
            self.flush()
        self.busy = False

    def flush(self) -> None:
        """Tell each language once what changed since last time."""
        told, gone = self.board.news()
        for locale in {watch.locale for watch in self.watches.values()}:
            for facts in told:
                self.emit(locale, "room", self.worded(facts, locale))
            for token in gone:
                self.emit(locale, "gone", {"id": token})

    def worded(self, facts: Facts, locale: str) -> dict[str, Any]:
        """Return a room's summary in one language."""
        with self.app.app_context(), force_locale(locale):
            return desk.worded(facts, gettext)

    def emit(self, to: str, name: str, data: dict[str, Any]) -> None:
        """Send one message to one socket, or to all that read one language."""
        self.server.emit(name, data, to=to, namespace=NAMESPACE)


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
