"""The namespace /room: one verb in (`act`), one event out, as docs/protocol.md says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from flask import Flask
from socketio import Server
from socketio.exceptions import ConnectionRefusedError

from conversation.events import SEATS, SYSTEM
from conversation.fields import Refused
from conversation.health import WRITTEN
from conversation.moves import REFLECT_LIMIT
from conversation.state import CLOSED, Room
from services import messages, reports, rooms
from services.presence import DROP_SECONDS, Presence, correction
from services.rooms import Act, Also, Live, Pending
from web import live, sockets
from web.live import Unavailable
from web.sockets import Visitor, act_id, answer

NAMESPACE = "/room"
NEVER_LIMITED = frozenset({"leave", "report", "pause", "help"})
KEYS = {"id", "type", "data"}


@dataclass(frozen=True, slots=True)
class Chair:
    """One socket in one room."""

    token: str
    seat: str
    visitor: Visitor


class RoomSockets:
    """The open sockets of every room of this process."""

    def __init__(self, app: Flask, server: Server) -> None:
        self.server = server
        self.rooms = live.of(app)
        self.sockets = sockets.of(app)
        self.chairs: dict[str, Chair] = {}
        self.seated: dict[str, dict[str, Chair]] = {}  # by room
        self.presence: dict[str, Presence] = {}
        for name in ("connect", "disconnect", "act", "typing"):
            server.on(name, getattr(self, name), namespace=NAMESPACE)
        self.rooms.listeners.append(self.tell)
        self.rooms.loaded.append(self.settle_presence)

    def connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        """Take a seat, or refuse; what was missed follows the acceptance."""
        token, after = _auth(auth)
        visitor = self.sockets.admit(sid, environ, NAMESPACE)
        room = self.rooms.get(token)
        seat = room.seats.get(visitor.account_id) if room is not None else None
        if seat is None:
            self.sockets.forget(sid)
            raise ConnectionRefusedError("not_found")
        gevent.spawn(self.welcome, sid, Chair(token, seat, visitor), after)

    def welcome(self, sid: str, chair: Chair, after: int) -> None:
        """Tell a new socket where the room stands and what it missed, then let it hear the rest."""
        room = self.rooms.get(chair.token)
        if room is None:
            self.server.disconnect(sid, namespace=NAMESPACE)
            return
        # Nothing below waits before the chair is taken, so no event falls between.
        self.emit(sid, "state", messages.state(room, chair.seat))
        for entry in rooms.entries_after(room, after):
            self.emit(sid, "event", messages.event(entry, chair.seat))
        self.chairs[sid] = chair
        self.seated.setdefault(chair.token, {})[sid] = chair
        present = self.presence.setdefault(chair.token, Presence())
        present.came(chair.seat, sid)
        self.tell_presence(chair.token)
        self.correct(chair.token, chair.seat)

    def disconnect(self, sid: str, _reason: str = "") -> None:
        """Leave the seat; the log learns of it only if nobody comes back soon."""
        self.sockets.forget(sid)
        chair = self.chairs.pop(sid, None)
        if chair is None:
            return
        self.seated[chair.token].pop(sid)
        if self.presence[chair.token].went(chair.seat, sid):
            self.tell_presence(chair.token)
            gevent.spawn_later(DROP_SECONDS, self.correct, chair.token, chair.seat)

    def act(self, sid: str, message: Any = None) -> dict[str, Any]:
        """Play an act; the answer is given once it is stored."""
        try:
            chair = self.allowed(sid)
            act = _act(chair.seat, message)
            if act.type == "typing":
                self.typing(sid, act.data)
                return {"ok": True}
            if act.type not in NEVER_LIMITED:
                kind = "message" if act.type in WRITTEN else "act"
                self.sockets.limit(kind, chair.visitor)
            entry = self.rooms.play(chair.token, act, self.beside(chair, act))
        except Refused as refused:
            return answer(refused)
        except Unavailable:
            return answer(Refused("unavailable", "Not stored. Send the same act again."))
        return {"ok": True, "seq": entry.event.seq, "at": entry.event.at.isoformat()}

    def typing(self, sid: str, message: Any = None) -> None:
        """Tell the other seat that somebody writes; nothing of it is kept."""
        try:
            chair = self.allowed(sid)
            self.sockets.limit("typing", chair.visitor)
        except Refused:
            return
        on = bool(isinstance(message, dict) and message.get("on"))
        for other, theirs in self.seated[chair.token].items():
            if theirs.seat != chair.seat:
                self.emit(other, "typing", {"seat": chair.seat, "on": on})

    def allowed(self, sid: str) -> Chair:
        """Return the chair of a socket that may still act; else end the socket and refuse."""
        chair = self.chairs.get(sid)
        if chair is not None and self.sockets.roles(chair.visitor):
            return chair
        self.emit(sid, "closed", {"code": "signed_out"})
        gevent.spawn(self.server.disconnect, sid, namespace=NAMESPACE)
        raise Refused("signed_out", "You are signed out here. Sign in to come back.")

    def beside(self, chair: Chair, act: Act) -> Also | None:
        """Return what is stored together with an act: a report's sealed evidence."""
        room = self.rooms.get(chair.token)
        if act.type != "report" or room is None or act.id in room.acts:
            return None
        rooms.check(room, act)
        return reports.seal(self.rooms.keys, room, chair.seat, act.data, self.rooms.clock())

    def tell(self, pending: Pending) -> None:
        """Deliver a committed event to everybody in its room."""
        token, change = pending.live.token, (pending.before, pending.after)
        for sid, chair in self.seated.get(token, {}).items():
            self.emit(sid, "event", messages.event(pending.entry, chair.seat, change))
        self.time(token, pending.before, pending.after)

    def time(self, token: str, before: Room | None, after: Room) -> None:
        """See to it that a reflection ends after its five minutes."""
        if after.activity.kind != "reflect" or after.since is None or after.status == CLOSED:
            return
        if before is None or before.since != after.since:
            left = (after.since + REFLECT_LIMIT - self.rooms.clock()).total_seconds()
            gevent.spawn_later(max(left, 0) + 0.5, self.system, token, "timeout", {})

    def settle_presence(self, room: Live) -> None:
        """After a room was read from its log: who it says is here has a moment to come back."""
        self.presence.setdefault(room.token, Presence())
        self.time(room.token, None, room.room)
        for seat in SEATS:
            gevent.spawn_later(DROP_SECONDS, self.correct, room.token, seat)

    def correct(self, token: str, seat: str) -> None:
        """Let the log say who is here, if it does not yet; let go of a closed, empty room."""
        room = self.rooms.held(token)  # what was let go of meanwhile is not read again for this
        present = self.presence.get(token)
        if room is None or present is None:
            return
        kind = correction(room.tip, present, seat)
        if kind is not None:
            self.system(token, kind, {"seat": seat})
        if room.room.status == CLOSED and present.empty:
            self.presence.pop(token)
            self.seated.pop(token, None)
            self.rooms.forget(token)

    def system(self, token: str, kind: str, data: dict[str, Any]) -> None:
        """Play an act of the system's own; where the room moved on meanwhile, nothing is lost."""
        try:
            self.rooms.play(token, Act(SYSTEM, kind, data))
        except (Refused, Unavailable):
            return

    def tell_presence(self, token: str) -> None:
        """Tell everybody in a room who is connected just now."""
        here = self.presence[token].here()
        for sid in self.seated.get(token, {}):
            self.emit(sid, "presence", here)

    def emit(self, sid: str, name: str, data: dict[str, Any]) -> None:
        """Send one message to one socket."""
        self.server.emit(name, data, to=sid, namespace=NAMESPACE)


def _auth(auth: Any) -> tuple[str, int]:
    given = auth if isinstance(auth, dict) else {}
    token, after = given.get("conversation"), given.get("after", 0)
    if not isinstance(token, str) or type(after) is not int or after < 0:
        raise ConnectionRefusedError("not_found")
    return token, after


def _act(seat: str, message: Any) -> Act:
    if not isinstance(message, dict) or message.keys() != KEYS:
        raise Refused("wrong_type", "An act has the keys id, type and data.")
    if not isinstance(message["type"], str):
        raise Refused("unknown_type", "type must be text.")
    return Act(seat, message["type"], message["data"], act_id(message))
