"""A real server, and people who speak to it as any client of the protocol would."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from uuid import uuid4

import pytest
import socketio
from flask import session as flask_session
from flask_security import login_user
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session, sessionmaker

from conversation import told
from models import engine
from models.base import Base, KeyBase
from services.site import config, secrets
from services.site.config import Config
from services.site.crypto import KeyStore
from services.site.secrets import Secrets
from tests import factories
from tests.conversation.shapes import faults
from tests.ports import free_port
from tests.rooms import forms
from tests.rooms.forge import PATCHED
from web.accounts.logins import Login
from web.app import create_app
from web.context import Context
from web.extensions import db

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "guides" / "first-short.en.toml").read_text(encoding="utf-8")
PATIENCE = 60


class Server:
    """The product's server in a process of its own."""

    def __init__(self, config: Config, **environment: str) -> None:
        self.config = config
        self.environment = os.environ | {
            "EARSHOT_DATABASE_URL": config.database.url,
            "EARSHOT_DATABASE_KEYS": config.database.keys,
            "EARSHOT_SITE_SECRETS": config.site.secrets,
            "PORT": str(free_port()),
            **environment,
        }
        # A file, not a pipe that nobody reads: a full pipe would stop the server.
        self.log = Path(config.site.secrets).parent / "server.log"
        self.start()

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, *PATCHED, "tests.rooms.server"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        assert line, self.written()
        self.url = f"http://127.0.0.1:{line.strip()}"

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def stop(self) -> str:
        """End it as an operator would; return what it wrote to its log."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=PATIENCE)
        return self.written()

    def written(self) -> str:
        return self.log.read_text()


@dataclass
class Person:
    """One client in one namespace: what it heard, in order."""

    server: Server
    cookie: str
    token: str
    namespace: str = "/room"
    origin: str | None = None
    after: int = 0
    client: socketio.Client = field(init=False)
    transports: list[Any] = field(default_factory=list)
    heard: "Queue[tuple[str, Any]]" = field(default_factory=Queue)
    refusals: "Queue[Any]" = field(default_factory=Queue)
    log: list[dict[str, Any]] = field(default_factory=list)
    view: dict[str, Any] = field(default_factory=dict)
    undocumented: list[str] = field(default_factory=list)  # against docs/protocol.md

    def connect(self) -> "Person":
        origin = self.server.config.site.url if self.origin is None else self.origin
        options = {"origin": origin} if origin else {"suppress_origin": True}
        self.client = socketio.Client(reconnection=False, websocket_extra_options=options)
        hear = (
            self.client.eio._trigger_event
        )  # a thread a message of its own would lose their order
        self.client.eio._trigger_event = lambda *heard, **_: hear(*heard, run_async=False)
        for name in (
            "state",
            "event",
            "typing",
            "presence",
            "closed",
            "rooms",
            "room",
            "gone",
            "words",
        ):
            self.client.on(name, self._listener(name), namespace=self.namespace)
        self.client.on(
            "disconnect", lambda *_: self.heard.put(("disconnect", None)), namespace=self.namespace
        )
        self.client.on("connect_error", self._refused, namespace=self.namespace)
        self.client.connect(
            self.server.url,
            {"Cookie": self.cookie},
            {"conversation": self.token, "after": self.after},
            ["websocket"],
            [self.namespace],
            wait_timeout=PATIENCE,
        )
        self.transports.append(self.client.eio.ws)
        return self

    def _refused(self, why: Any = None) -> None:
        self.transports.append(self.client.eio.ws)
        self.refusals.put(why)

    def _listener(self, name: str) -> Callable[[Any], None]:
        def hear(data: Any) -> None:
            if name in told.MESSAGES and self.namespace == "/room":
                self.undocumented += faults(data, told.MESSAGES[name], name)
            if name == "state":
                self.view = dict(data["room"])
            if name == "event":
                self.log.append(data)
                self.view |= data.get("room", {})
                self.after = data["seq"]
            self.heard.put((name, data))

        return hear

    def act(self, type: str, id: str | None = None, **data: Any) -> dict[str, Any]:
        message = {"id": id or str(uuid4()), "type": type, "data": data}
        return self.send(message)

    def send(self, message: Any) -> dict[str, Any]:
        answer = self.client.call("act", message, namespace=self.namespace, timeout=PATIENCE)
        self.undocumented += faults(answer, told.ACK, "ack")
        return answer

    def wait(self, name: str, fits: Callable[[Any], bool] = lambda data: True) -> Any:
        """The next message of this name that fits; those before it are let go."""
        while True:
            try:
                found, data = self.heard.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"no fitting {name!r} came") from None
            if found == name and fits(data):
                return data

    def wait_event(self, type: str, actor: str | None = None) -> dict[str, Any]:
        return self.wait("event", lambda e: e["type"] == type and actor in (None, e["actor"]))

    def wait_status(self, status: str) -> None:
        if self.view.get("status") != status:
            self.wait("event", lambda e: e.get("room", {}).get("status") == status)

    def refusal(self) -> str:
        """Why this person may not connect."""
        with pytest.raises(socketio.exceptions.ConnectionError):
            self.connect()
        found = self.refusals.get(timeout=PATIENCE)
        return found["message"] if isinstance(found, dict) else found

    def leave(self) -> None:
        if hasattr(self, "client"):
            self.client.disconnect()
        for transport in filter(None, self.transports):
            transport.shutdown()  # the client forgets to where the server hung up


@dataclass
class Pair:
    """Two people who have a conversation, by seat, with its address."""

    token: str
    conversation_id: int
    accounts: dict[str, int]
    participants: dict[str, int]


def make_pair(session: Session, **given: Any) -> Pair:
    """A pair with a conversation that may begin now."""
    programme = given.pop("programme", None) or factories.programme(session)
    people = [factories.participant(session, programme) for _ in range(2)]
    pair = factories.pair(session, *people)
    guide = factories.guide_version(session, given.pop("text", GUIDE), "first-short")
    made = factories.conversation(session, pair, guide, **given)
    session.commit()
    return Pair(
        made.token,
        made.id,
        {"a": pair.first.account_id, "b": pair.second.account_id},
        {"a": pair.first_id, "b": pair.second_id},
    )


class Town:
    """A database with people in it, and their sign-ins."""

    def __init__(self, config: Config, secrets: Secrets, keys: KeyStore) -> None:
        self.config, self.secrets, self.keys = config, secrets, keys
        self.app = create_app(Context(config, secrets, keys), TESTING=True)
        self.engine = engine.create(config.database.url)

    def pair(self, **given: Any) -> Pair:
        with Session(self.engine) as session:
            return make_pair(session, **given)

    def account(self, *roles: str, first_name: str = "") -> int:
        with Session(self.engine) as session:
            account = factories.account(session, *roles)
            if first_name:
                programme = factories.programme(session)
                factories.participant(session, programme, account, first_name=first_name)
            session.commit()
            return account.id

    def cookie(self, account_id: int) -> str:
        """The cookie of a browser in which an account has just signed in."""
        with self.app.test_request_context(base_url="http://127.0.0.1"):
            login_user(db.session.get_one(Login, account_id))
            db.session.commit()
            answer = self.app.make_response("")
            self.app.session_interface.save_session(self.app, flask_session, answer)
            db.session.remove()
        return answer.headers["Set-Cookie"].partition(";")[0]

    def change(self, table: type[Base], number: int, **values: Any) -> None:
        """Change a row as another process would."""
        with Session(self.engine) as session:
            session.execute(update(table).where(table.id == number).values(**values))
            session.commit()

    def leave(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
        with self.app.app_context():
            db.engine.dispose()


class Hall(Town):
    """One server for many tests, the database behind it, and the people who came."""

    def __init__(
        self, config: Config, secrets: Secrets, keys: KeyStore, **environment: str
    ) -> None:
        super().__init__(config, secrets, keys)
        self.server = Server(config, **environment)
        self.people: list[Person] = []

    def person(self, pair: Pair, seat: str, **given: Any) -> Person:
        """The client of one seat, connected."""
        return self.somebody(pair.accounts[seat], pair.token, **given)

    def somebody(self, account_id: int, token: str, **given: Any) -> Person:
        """A client of any account, connected."""
        return self.visitor(account_id, token, **given).connect()

    def visitor(self, account_id: int, token: str, **given: Any) -> Person:
        """A client of any account, not yet connected."""
        made = Person(self.server, self.cookie(account_id), token, **given)
        self.people.append(made)
        return made

    def both(self, pair: Pair) -> tuple[Person, Person]:
        """Both people of a pair, in a room that has begun."""
        a, b = self.person(pair, "a"), self.person(pair, "b")
        for person in (a, b):
            person.wait_status("talking")
        return a, b

    def sign_out(self, cookie: str) -> None:
        """Sign out in the browser that has this cookie."""
        self.send_form("/sign-out", cookie).close()

    def send_form(self, address: str, cookie: str, form: str = "/me", **given: str) -> Any:
        """What a browser with this cookie gets that sends a form of the page *form*."""
        return forms.send_form(self.server.url, address, cookie, form, **given)

    def page(self, address: str, cookie: str, **form: str) -> Any:
        """What a browser with this cookie gets from an address."""
        return forms.page(f"{self.server.url}{address}", cookie, **form)

    def everybody_leaves(self) -> None:
        for person in self.people:
            person.leave()
        undocumented = [fault for person in self.people for fault in person.undocumented]
        self.people.clear()
        assert undocumented == []

    def close(self) -> str:
        """Stop the server; return what it wrote to its log."""
        self.everybody_leaves()
        self.leave()
        return self.server.stop()


def settings(folder: Path, database: str) -> tuple[Config, Secrets, KeyStore, Engine]:
    """What a server needs, in a folder of its own."""
    made = config.load(
        ROOT / "config.toml",
        {
            "EARSHOT_DATABASE_URL": database,
            "EARSHOT_DATABASE_KEYS": f"sqlite:///{folder / 'keys.sqlite3'}",
            "EARSHOT_SITE_SECRETS": str(folder / "secrets.toml"),
        },
    )
    secrets.create(folder / "secrets.toml")
    known = secrets.load(folder / "secrets.toml", {})
    keys = engine.create(made.database.keys)
    KeyBase.metadata.create_all(keys)
    return made, known, KeyStore(sessionmaker(keys), known.masters), keys
