"""What the socket namespaces share: who is connected, whether they still may act, how often.

Handlers are registered on the python-socketio server itself: no Flask request per event. Who is
connected is the sign-in of the HTTP session, read once at connecting and asked again per event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from flask_login import current_user, user_logged_out
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from socketio.exceptions import ConnectionRefusedError
from sqlalchemy.orm import Session, sessionmaker

from conversation.fields import Refused
from services import standing
from web.context import Context
from web.extensions import db

NAME = "earshot-sockets"
OTHER_ACTS = 60  # a minute: those that are not messages
TYPING = 60  # a minute


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a socket, by which sign-in, and when."""

    account_id: int
    login: str
    at: datetime


class Sockets:
    """The open sockets of this process by account, and the limits that outlive them."""

    def __init__(self, app: Flask, context: Context, sessions: sessionmaker[Session]) -> None:
        self.app = app
        self.origin = context.config.site.url
        self.clock: Callable[[], datetime] = context.clock
        self.sessions = sessions
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {
            "message": RateLimitItemPerMinute(context.config.room.messages_per_minute),
            "act": RateLimitItemPerMinute(OTHER_ACTS),
            "typing": RateLimitItemPerMinute(TYPING),
        }
        self._ended: dict[int, datetime] = {}
        self._open: dict[str, tuple[Visitor, str]] = {}

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
        self._open[sid] = (visitor, namespace)
        return visitor

    def forget(self, sid: str) -> None:
        """Note that a socket has closed."""
        self._open.pop(sid, None)

    def roles(self, visitor: Visitor) -> frozenset[str]:
        """Return the roles under which a visitor may still act; none after a sign-out or ban."""
        ended = self._ended.get(visitor.account_id)
        if ended is not None and visitor.at <= ended:
            return frozenset()
        with self.sessions() as session:
            return standing.roles(session, visitor.account_id, visitor.login, self.clock())

    def limit(self, kind: str, visitor: Visitor) -> None:
        """Count an act of *kind*; raise Refused when there were too many this minute."""
        if not self._limiter.hit(self._limits[kind], kind, str(visitor.account_id)):
            most = self._limits[kind].amount
            raise Refused("rate", f"More than {most} a minute. Nothing is lost: wait a little.")

    def end(self, account_id: int) -> None:
        """Close every socket of an account; where it is still signed in, the page comes back."""
        self._ended[account_id] = self.clock()
        server = self.app.extensions["socketio"].server
        for sid, (visitor, namespace) in list(self._open.items()):
            if visitor.account_id == account_id:
                server.disconnect(sid, namespace=namespace)


def init_app(app: Flask, context: Context) -> None:
    """Give *app* its sockets, and end them at sign-out."""
    with app.app_context():
        made = Sockets(app, context, sessionmaker(db.engine))
    app.extensions[NAME] = made

    def signed_out(_app: Flask, user: Any, **_rest: object) -> None:
        if user.is_authenticated:
            made.end(user.id)

    user_logged_out.connect(signed_out, app, weak=False)


def of(app: Flask) -> Sockets:
    """Return the sockets of *app*."""
    found: Sockets = app.extensions[NAME]
    return found


def act_id(message: Mapping[str, Any]) -> str:
    """Return the id of an act, written the one way; raise Refused unless it is a UUID."""
    try:
        return str(UUID(message["id"]))
    except (ValueError, AttributeError, TypeError):
        raise Refused("wrong_type", "id must be a UUID.") from None


def answer(refused: Refused) -> dict[str, Any]:
    """Return the acknowledgement of an act that was refused."""
    return {"ok": False, "error": {"code": refused.code, "message": refused.message}}
