"""A seat taken over one socket, and what such a socket may say."""

from dataclasses import dataclass
from typing import Any

from socketio.exceptions import ConnectionRefusedError

from conversation.fields import Refused
from services.conversations.rooms import Act
from web.lines import Line
from web.sockets import Visitor, act_id

KEYS = {"id", "type", "data"}


@dataclass(frozen=True, slots=True)
class Chair:
    """One socket in one room; without a line it is on long polling."""

    token: str
    seat: str
    visitor: Visitor
    line: Line | None


def asked(auth: Any) -> tuple[str, int]:
    """Return the room and the last sequence number a connection asks with; else refuse it."""
    given = auth if isinstance(auth, dict) else {}
    token, after = given.get("conversation"), given.get("after", 0)
    if not isinstance(token, str) or type(after) is not int or after < 0:
        raise ConnectionRefusedError("not_found")
    return token, after


def act_of(chair: Chair, message: Any) -> Act:
    """Return what a message asks the room to do; raise Refused unless it is an act."""
    if not isinstance(message, dict) or message.keys() != KEYS:
        raise Refused("wrong_type", "An act has the keys id, type and data.")
    if not isinstance(message["type"], str):
        raise Refused("unknown_type", "type must be text.")
    sender = (chair.visitor.account_id, chair.visitor.login)
    return Act(chair.seat, message["type"], message["data"], act_id(message), sender)
