"""The namespace /room: one verb in (`act`), one event out, as docs/protocol.md says."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import gevent
import orjson
import structlog
from flask import Flask
from gevent.event import AsyncResult
from socketio import Server
from socketio.exceptions import ConnectionRefusedError
from sqlalchemy.exc import SQLAlchemyError

from conversation.fields import Refused
from conversation.health import WRITTEN
from services.conversations import messages, recall, rooms
from services.conversations.rooms import Act, Also, Pending
from services.safety import reports
from web import cluster, live, sockets
from web.framing import frame
from web.lines import Line
from web.live import Unavailable
from web.rooms.attendance import Attendance
from web.rooms.chairs import Chair, act_of, asked
from web.rooms.lapsed import Lapsed
from web.sockets import answer, is_written
from web.transport import LINE
from web.writing import Outcome

NAMESPACE = "/room"
ACT = b"42/room,"  # a Socket.IO event in this namespace; the number of its answer follows
NEVER_LIMITED = frozenset({"leave", "report", "pause", "help"})
KINDS = {**dict.fromkeys(WRITTEN, "message"), "allow": "consent"}  # what is limited by itself
UNAVAILABLE = answer(Refused("unavailable", "Not stored. Send the same act again."))

Told = Callable[[dict[str, Any]], None]

log = structlog.get_logger(__name__)


class RoomSockets:
    """The open sockets of every room of this process."""

    def __init__(self, app: Flask, server: Server) -> None:
        self.server = server
        self.rooms = live.of(app)
        self.sockets = sockets.of(app)
        self.chairs: dict[str, Chair] = {}
        self.seated: dict[str, dict[str, Chair]] = {}  # by room
        for name in ("connect", "disconnect", "act", "typing"):
            server.on(name, getattr(self, name), namespace=NAMESPACE)
        self.rooms.listeners.append(self.tell)
        self.attendance = Attendance(self.rooms, cluster.of(app), self.say)
        self.lapsed = Lapsed(self.rooms, self.end)

    def connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        """Take a seat, or refuse; what was missed follows the acceptance."""
        try:
            self.seat(sid, environ, auth)
        except SQLAlchemyError as error:
            log.error("nobody admitted", error=type(error).__name__)
            self.sockets.forget(sid)
            raise ConnectionRefusedError("unavailable") from None

    def seat(self, sid: str, environ: Mapping[str, Any], auth: Any) -> None:
        """Find out who comes and where they belong."""
        token, after = asked(auth)
        if self.sockets.full and not self.seated.get(token):
            raise ConnectionRefusedError("full")
        visitor = self.sockets.admit(sid, environ, NAMESPACE)
        room = self.rooms.get(token)
        seat = room.seats.get(visitor.account_id) if room is not None else None
        if seat is None:
            self.sockets.forget(sid)
            raise ConnectionRefusedError("not_found")
        chair = Chair(token, seat, visitor, environ.get(LINE))
        gevent.spawn(self.welcome, sid, chair, after)

    def welcome(self, sid: str, chair: Chair, after: int) -> None:
        """Tell a new socket where the room stands and what it missed, then let it hear the rest."""
        room = self.rooms.get(chair.token)
        if room is None:
            self.server.disconnect(sid, namespace=NAMESPACE)
            return
        missed = self.rooms.entries(room, after)
        # Nothing below waits before the chair is taken, so no event falls between.
        self.emit(sid, "state", messages.state(room, chair.seat))
        for entry in missed:
            self.emit(sid, "event", messages.event(entry, chair.seat))
        self.chairs[sid] = chair
        if chair.line is not None:
            chair.line.listen(ACT, partial(self.hear, sid, chair, chair.line))
        self.seated.setdefault(chair.token, {})[sid] = chair
        self.attendance.came(chair.token, chair.seat, sid)

    def disconnect(self, sid: str, _reason: str = "") -> None:
        """Leave the seat; the log learns of it only if nobody comes back soon."""
        self.sockets.forget(sid)
        chair = self.chairs.pop(sid, None)
        if chair is None:
            return
        there = self.seated[chair.token]
        there.pop(sid)
        if not there:
            self.seated.pop(chair.token)
        self.attendance.went(chair.token, chair.seat, sid)

    def act(self, sid: str, message: Any = None) -> dict[str, Any]:
        """Play an act that came by long polling; the answer is given once it is stored."""
        result: AsyncResult = AsyncResult()
        self.play(sid, message, result.set)
        given: dict[str, Any] = result.get()
        return given

    def hear(self, sid: str, chair: Chair, line: Line, said: bytes) -> bool:
        """Play an act as it came over a WebSocket; its answer follows once it is stored.

        Runs in the event loop. Return whether this was done: what is no act, and an act that has to
        wait for a database before it is folded, is left to python-socketio and a greenlet.
        """
        start = said.find(b"[")
        number = said[len(ACT) : start]
        if not number.isdigit():
            return False
        try:
            name, message = orjson.loads(said[start:])
        except ValueError:
            return False
        if name != "act" or self.waits(chair, message):
            return False
        self.play(sid, message, partial(_acknowledge, line, number))
        return True

    def waits(self, chair: Chair, message: Any) -> bool:
        """Return whether an act needs what is not in memory, or a key for its evidence."""
        room = self.rooms.held(chair.token)
        if room is None or not isinstance(message, dict) or message.get("type") == "report":
            return True
        name = message.get("id")
        return bool(room.older) and (not is_written(name) or recall.is_old(room, name))

    def play(self, sid: str, message: Any, told: Told) -> None:
        """Play an act; tell its answer once it is stored or refused."""
        try:
            chair = self.allowed(sid)
            act = act_of(chair, message)
            if act.type == "typing":
                self.typing(sid, act.data)
                told({"ok": True})
                return
            if act.type not in NEVER_LIMITED:
                self.sockets.limit(KINDS.get(act.type, "act"), chair.visitor)
            also = self.beside(chair, act) if act.type == "report" else None
            self.rooms.submit(chair.token, act, partial(self.done, sid, told), also)
        except Refused as refused:
            told(answer(refused))
        except (Unavailable, SQLAlchemyError):
            told(UNAVAILABLE)

    def done(self, sid: str, told: Told, outcome: Outcome) -> None:
        """Answer an act that is stored now, or was not."""
        if isinstance(outcome, Refused):
            told(answer(outcome))
            if outcome.code == "signed_out":
                self.shut(sid)
        elif outcome is None:
            told(UNAVAILABLE)
        else:
            told({"ok": True, "seq": outcome.event.seq, "at": outcome.event.at.isoformat()})

    def typing(self, sid: str, message: Any = None) -> None:
        """Tell the other seat that somebody writes; nothing of it is kept."""
        try:
            chair = self.allowed(sid)
            self.sockets.limit("typing", chair.visitor)
        except (Refused, Unavailable):
            return
        on = bool(isinstance(message, dict) and message.get("on"))
        for other, theirs in self.seated.get(chair.token, {}).items():
            if theirs.seat != chair.seat:
                self.emit(other, "typing", {"seat": chair.seat, "on": on})

    def allowed(self, sid: str) -> Chair:
        """Return the chair of a socket that still may act here.

        Raise Unavailable before the socket has one and after it left: the page comes back and sends
        again. Where its sign-in is over, end the socket and refuse. Whether it holds is asked again
        when the act is stored.
        """
        chair = self.chairs.get(sid)
        if chair is None:
            raise Unavailable
        if not self.sockets.ended(chair.visitor):
            return chair
        self.shut(sid)
        raise Refused("signed_out", "You are signed out here. Sign in to come back.")

    def shut(self, sid: str) -> None:
        """Say that this sign-in is over, and end the socket."""
        chair = self.chairs.get(sid)
        line = chair.line if chair is not None else None
        gevent.spawn(self.sockets.close, sid, NAMESPACE, line)

    def end(self, token: str) -> None:
        """Tell everybody in a room that its conversation is over, and end their sockets."""
        for sid in list(self.seated.get(token, {})):
            self.emit(sid, "closed", {"code": "lapsed"})
            self.server.disconnect(sid, namespace=NAMESPACE)

    def beside(self, chair: Chair, act: Act) -> Also | None:
        """Return what is stored together with an act: a report's sealed evidence."""
        room = self.rooms.get(chair.token)
        if room is None or act.id in room.acts or recall.is_old(room, act.id):
            return None
        rooms.check(room, act)
        return reports.seal(
            self.rooms.keys,
            room,
            self.rooms.entries(room, 0),
            seat=chair.seat,
            data=act.data,
            now=self.rooms.clock(),
        )

    def tell(self, pending: Pending) -> None:
        """Deliver a committed event to everybody in its room."""
        said = messages.spoken(pending)
        for sid, chair in self.seated.get(pending.live.token, {}).items():
            if chair.line is not None:
                chair.line.write(frame(b'42/room,["event",%b]' % said[chair.seat]))
            else:
                self.emit(sid, "event", orjson.loads(said[chair.seat]))
        self.attendance.follow(pending)

    def say(self, token: str, name: str, data: dict[str, Any]) -> None:
        """Send one message to everybody in a room."""
        for sid in self.seated.get(token, {}):
            self.emit(sid, name, data)

    def emit(self, sid: str, name: str, data: dict[str, Any]) -> None:
        """Send one message to one socket."""
        self.server.emit(name, data, to=sid, namespace=NAMESPACE)


def _acknowledge(line: Line, number: bytes, told: dict[str, Any]) -> None:
    """Answer the act that a page has given this number, over its WebSocket."""
    line.write(frame(b"43/room,%b[%b]" % (number, orjson.dumps(told))))
