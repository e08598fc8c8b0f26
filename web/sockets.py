"""What the socket namespaces share: who is connected, whether they still may act, how often.

Handlers are registered on the python-socketio server itself: no Flask request per event. Who is
connected is the sign-in of the HTTP session, read once at connecting. Whether it still holds is
asked again for every act, by whoever stores the act, and of everybody connected every few seconds.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

import gevent
import structlog
from flask import Flask
from flask_login import current_user, user_logged_out
from flask_security.signals import password_changed, password_reset
from socketio.exceptions import ConnectionRefusedError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from conversation.fields import Refused
from services.people import standing
from web.context import Context
from web.extensions import db
from web.lines import Line
from web.transport import LINE

NAME = "earshot-sockets"
MINUTE = 60.0
OTHER_ACTS = 60  # a minute: those that are not messages; consent is counted by itself
TYPING = 60  # a minute
LOOK_SECONDS = 5.0  # in which everybody connected is asked about once
WRITTEN_ID = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LOOK_PARTS = 50  # so many at a time, that nobody waits for it

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a socket, by which sign-in, and when."""

    account_id: int
    login: str
    at: datetime


class Limits:
    """How often an account may do a thing in any minute, over all its sockets and reconnects."""

    def __init__(self, amounts: Mapping[str, int]) -> None:
        self.amounts = amounts
        self._hits: dict[tuple[str, int], deque[float]] = {}

    def hit(self, kind: str, account_id: int) -> None:
        """Count one; raise Refused when there were too many in the last minute."""
        now, most = monotonic(), self.amounts[kind]
        hits = self._hits.get((kind, account_id))
        if hits is None:
            hits = self._hits[kind, account_id] = deque()
        while hits and hits[0] <= now - MINUTE:
            hits.popleft()
        if len(hits) >= most:
            raise Refused("rate", f"More than {most} a minute. Nothing is lost: wait a little.")
        hits.append(now)

    def clean(self) -> None:
        """Forget who has done nothing for a minute."""
        before = monotonic() - MINUTE
        idle = [key for key, hits in self._hits.items() if not hits or hits[-1] <= before]
        for key in idle:
            del self._hits[key]


class Sockets:
    """The open sockets of this process by account, and the limits that outlive them."""

    def __init__(self, app: Flask, context: Context, sessions: sessionmaker[Session]) -> None:
        self.app = app
        self.origin = context.config.site.url
        self.clock: Callable[[], datetime] = context.clock
        self.sessions = sessions
        self.ends: list[Callable[[int], None]] = []  # told of each account whose sockets end
        self.limits = Limits(
            {
                "message": context.config.room.messages_per_minute,
                "act": OTHER_ACTS,
                "consent": OTHER_ACTS,
                "typing": TYPING,
            }
        )
        self.most = context.config.room.most_people
        self._ended: dict[int, datetime] = {}
        self._open: dict[str, tuple[Visitor, str, Line | None]] = {}
        self._looking = False

    def admit(self, sid: str, environ: Mapping[str, Any], namespace: str) -> Visitor:
        """Return who connects; raise ConnectionRefusedError saying why they may not."""
        if environ.get("HTTP_ORIGIN") != self.origin:
            raise ConnectionRefusedError("origin")
        with self.app.request_context(dict(environ)):
            self.app.preprocess_request()  # ends a session that is too old
            if not current_user.is_authenticated:
                raise ConnectionRefusedError("signed_out")
            login = current_user.fs_uniquifier
            visitor = Visitor(current_user.id, login, self.clock())
        if not self.roles(visitor):
            raise ConnectionRefusedError("signed_out")
        self._open[sid] = (visitor, namespace, environ.get(LINE))
        if not self._looking:
            self._looking = True
            gevent.spawn(self._look)
        return visitor

    @property
    def full(self) -> bool:
        """Whether as many sockets are open as there are places."""
        return len(self._open) >= self.most

    def forget(self, sid: str) -> None:
        """Note that a socket has closed."""
        self._open.pop(sid, None)

    def ended(self, visitor: Visitor) -> bool:
        """Return whether this process knows that a visitor's sign-in is over."""
        ended = self._ended.get(visitor.account_id)
        return ended is not None and visitor.at <= ended

    def roles(self, visitor: Visitor) -> frozenset[str]:
        """Return the roles under which a visitor may still act; none after a sign-out or ban."""
        if self.ended(visitor):
            return frozenset()
        with self.sessions() as session:
            return standing.roles(session, visitor.account_id, visitor.login, self.clock())

    def limit(self, kind: str, visitor: Visitor) -> None:
        """Count an act of *kind*; raise Refused when there were too many this minute."""
        self.limits.hit(kind, visitor.account_id)

    def end(self, account_id: int) -> None:
        """Close every socket of an account; where it is still signed in, the page comes back."""
        self.end_here(account_id)
        for tell in self.ends:
            tell(account_id)

    def end_here(self, account_id: int) -> None:
        """Close the sockets that an account has at this worker."""
        self._ended[account_id] = self.clock()
        for sid, (visitor, namespace, line) in list(self._open.items()):
            if visitor.account_id == account_id:
                self.close(sid, namespace, line)

    def close(self, sid: str, namespace: str, line: Line | None) -> None:
        """Say why and close one socket, with the connection below it."""
        server = self.app.extensions["socketio"].server
        server.emit("closed", {"code": "signed_out"}, to=sid, namespace=namespace)
        server.disconnect(sid, namespace=namespace)
        if line is not None:
            line.engine.close()

    def _look(self) -> None:
        """Ask about everybody connected, again and again, as long as there is anybody."""
        while self._open:
            everybody = list(self._open)
            share = -(-len(everybody) // LOOK_PARTS)
            for start in range(0, LOOK_PARTS * share, share):
                gevent.sleep(LOOK_SECONDS / LOOK_PARTS)
                self._end_fallen(everybody[start : start + share])
            self.limits.clean()
        self._looking = False

    def _end_fallen(self, sids: list[str]) -> None:
        found = [(sid, *self._open[sid]) for sid in sids if sid in self._open]
        if not found:
            return
        try:
            with self.sessions() as session:
                logins = standing.logins(
                    session, {one[1].account_id for one in found}, self.clock()
                )
        except SQLAlchemyError as error:  # asked again in a moment
            log.warning("standing not read", error=type(error).__name__)
            return
        for sid, visitor, namespace, line in found:
            if logins.get(visitor.account_id) != visitor.login:
                self.close(sid, namespace, line)


def init_app(app: Flask, context: Context) -> None:
    """Give *app* its sockets, and end them at sign-out and when a password is changed."""
    with app.app_context():
        made = Sockets(app, context, sessionmaker(db.engine))
    app.extensions[NAME] = made

    def signed_out(_app: Flask, user: Any, **_rest: object) -> None:
        if user.is_authenticated:
            made.end(user.id)

    for signal in (user_logged_out, password_changed, password_reset):
        signal.connect(signed_out, app, weak=False)


def of(app: Flask) -> Sockets:
    """Return the sockets of *app*."""
    found: Sockets = app.extensions[NAME]
    return found


def is_written(given: object) -> bool:
    """Return whether an id is a UUID written the one way."""
    return isinstance(given, str) and WRITTEN_ID.fullmatch(given) is not None


def act_id(message: Mapping[str, Any]) -> str:
    """Return the id of an act, written the one way; raise Refused unless it is a UUID."""
    given = message["id"]
    if is_written(given):  # as nearly all are: quicker
        return str(given)
    try:
        return str(UUID(given))
    except (ValueError, AttributeError, TypeError):
        raise Refused("wrong_type", "id must be a UUID.") from None


def answer(refused: Refused) -> dict[str, Any]:
    """Return the acknowledgement of an act that was refused."""
    return {"ok": False, "error": {"code": refused.code, "message": refused.message}}
