"""A practice partner: a real client in the other chair, driven by the script."""

import random
import uuid
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import gevent
import socketio
import structlog
from flask import Flask, session
from flask_security import login_user
from socketio.exceptions import ConnectionError as Refused

from web.accounts.logins import Login
from web.context import here
from web.demo import script
from web.extensions import db

log = structlog.get_logger(__name__)

LONGEST_HOUR = 3 * 60 * 60
QUIET = (2.5, 6.0)  # seconds after the last thing that happened, as somebody who thinks would


@dataclass(slots=True)
class Chair:
    """One practice partner in one room: what it sees, and when something last happened."""

    lines: script.Lines
    memory: script.Memory = field(default_factory=script.Memory)
    view: dict[str, Any] = field(default_factory=dict)
    stirred: float = field(default_factory=monotonic)

    def begin(self, state: dict[str, Any]) -> None:
        """Take the room as the server says it is."""
        self.view = dict(state["room"])
        self.stirred = monotonic()

    def follow(self, event: dict[str, Any]) -> None:
        """Take one event: what it says, and how the room is now."""
        self.view.update(event.get("room", {}))
        script.hear(self.memory, event, self.view["seat"])
        self.stirred = monotonic()

    def wait(self, *_typing: object) -> None:
        """The other one types: let them."""
        self.stirred = monotonic()

    @property
    def over(self) -> bool:
        """Whether the room is closed."""
        return bool(self.view) and self.view["status"] == "closed"


def sit_down(app: Flask, account_id: int, conversation: str) -> gevent.Greenlet:
    """Let *account_id* take their seat in *conversation* and walk through it by the script."""
    cookie = _cookie(app, account_id)
    return gevent.spawn(_talk, here().config.site.url, cookie, conversation)


def _talk(url: str, cookie: str, conversation: str) -> None:
    chair = Chair(script.load())
    client = socketio.Client(reconnection=True)
    client.on("state", chair.begin, namespace="/room")
    client.on("event", chair.follow, namespace="/room")
    client.on("typing", chair.wait, namespace="/room")
    auth = {"conversation": conversation, "after": 0}
    try:
        client.connect(
            f"{url}?room={conversation}", {"Cookie": cookie}, auth, ["websocket"], ["/room"]
        )
    except Refused as error:
        log.error("the practice partner was refused", reason=str(error))
        return
    try:
        _follow_the_guide(client, chair)
    finally:
        client.disconnect()


def _follow_the_guide(client: socketio.Client, chair: Chair) -> None:
    until, quiet = monotonic() + LONGEST_HOUR, QUIET[0]
    while monotonic() < until and not chair.over:
        gevent.sleep(0.3)
        if not chair.view or monotonic() - chair.stirred < quiet:
            continue
        act = script.decide(chair.view, chair.memory, chair.lines)
        if act is not None:
            body = {"id": str(uuid.uuid4()), "type": act[0], "data": act[1]}
            client.call("act", body, namespace="/room")
            quiet = random.uniform(*QUIET)  # noqa: S311 - a pace, not a secret


def _cookie(app: Flask, account_id: int) -> str:
    with app.test_request_context(base_url=here().config.site.url):
        login_user(db.session.get_one(Login, account_id))
        db.session.commit()
        answer = app.make_response("")
        app.session_interface.save_session(app, session, answer)
    return answer.headers["Set-Cookie"].partition(";")[0]
