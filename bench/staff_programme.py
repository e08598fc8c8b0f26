"""Makes a large programme up: everybody joined, and every conversation was held, in one month."""

import json
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np

import models
from models import engine
from services.site import config as configs
from services.site import schema, secrets
from services.staff import questionnaires

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2026, 9, 1, 8, tzinfo=UTC)
SLUG = "large"


def settings(folder):

    secrets.create(Path(folder) / "secrets.toml")
    return configs.load(
        ROOT / "config.toml",
        {
            "EARSHOT_DATABASE_URL": f"sqlite:///{folder}/earshot.sqlite3",
            "EARSHOT_DATABASE_KEYS": f"sqlite:///{folder}/keys.sqlite3",
            "EARSHOT_SITE_SECRETS": f"{folder}/secrets.toml",
        },
    )


def put(connection, table, rows):
    """Insert *rows* by the driver itself; every column they do not name gets its default."""
    rows = iter(rows)
    first = next(rows)
    fixed = {c.name: c.default.arg for c in table.columns if c.default and c.default.is_scalar}
    names = list(fixed | first)
    marks = ", ".join("?" * len(names))
    command = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
    values = ([_stored((fixed | row)[name]) for name in names] for row in chain([first], rows))
    connection.connection.driver_connection.executemany(command, values)


def _stored(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def populate(folder, people, talks):
    """Make a programme in which everybody joined, and every conversation was held, in one month."""

    config = settings(folder)
    main, keys = engine.create(config.database.url), engine.create(config.database.keys)
    schema.upgrade(main, keys)
    rng = np.random.default_rng(1)
    made = Made(rng, people, talks)
    asked = questionnaires.load("first", "en")
    after = questionnaires.load("after", "en")
    with main.begin() as connection:
        programme(connection)
        tables = models.Base.metadata.tables
        put(connection, tables["accounts"], made.accounts())
        put(connection, tables["participants"], made.participants())
        put(connection, tables["answers"], made.answers(asked))
        put(connection, tables["pledges"], made.pledges())
        put(connection, tables["pairs"], made.pairs())
        put(connection, tables["invitations"], made.invitations())
        put(connection, tables["conversations"], made.conversations())
        put(connection, tables["survey_answers"], made.surveys(after))
    main.dispose()
    keys.dispose()


def programme(connection):
    tables = models.Base.metadata.tables
    given = {"title": "A large programme", "guide": "first", "questionnaire": "first"}
    connection.execute(
        tables["programmes"].insert(),
        {"id": 1, "slug": SLUG, "languages": ["en"], "opened_at": START, **given},
    )
    connection.execute(
        tables["roles"].insert(), [{"id": 1, "name": "participant"}, {"id": 2, "name": "staff"}]
    )
    connection.execute(
        tables["guide_versions"].insert(),
        {"digest": "d", "slug": "first", "language": "en", "text": "", "stored_at": START},
    )


class Made:
    """Rows of made-up people: nine of ten finish, four of five are proposed a pair."""

    def __init__(self, rng, people, talks):
        self.rng, self.people, self.talks = rng, people, talks
        self.couples = max(people * 2 // 5, talks)
        self.joined = rng.uniform(0, 20, people)
        self.proposed = rng.uniform(20, 24, self.couples)

    def at(self, days):
        return START + timedelta(days=float(days))

    def accounts(self):
        for n in range(1, self.people + 1):
            email = f"person-{n}@example.invalid"
            yield {
                "id": n, "email": email, "key": f"{n:064x}", "fs_uniquifier": f"{n:064x}",
                "confirmed_at": START, "adult_at": START,
                "create_datetime": START, "update_datetime": START,
            }  # fmt: skip

    def participants(self):
        for n in range(1, self.people + 1):
            joined = self.at(self.joined[n - 1])
            done = joined + timedelta(minutes=6) if n % 10 else None
            yield {
                "id": n, "account_id": n, "programme_id": 1, "first_name": "Ada",
                "joined_at": joined, "completed_at": done, "waiting_since": done,
            }  # fmt: skip

    def answers(self, asked):
        for item in asked.items:
            if item.kind != "background" or not (item.options or item.id == "warmth_other"):
                continue  # no page and no table of staff reads the others
            drawn = self.rng.random(self.people)
            for n in range(1, self.people + 1):
                yield {
                    "participant_id": n, "item": item.id, "answered_at": START,
                    "value": _value(item, drawn[n - 1]), "choice": _choice(item, drawn[n - 1]),
                    "importance": 1,
                }  # fmt: skip

    def pledges(self):
        for n in range(1, self.people + 1, 3):
            yield {"token": f"t{n}", "at": START, "account_id": n}

    def pairs(self):
        for n in range(1, self.couples + 1):
            yield {
                "id": n, "first_id": 2 * n - 1, "second_id": 2 * n,
                "proposed_at": self.at(self.proposed[n - 1]), "score": 1.0, "terms": {},
                "shared_values": [], "differences": ["view_homes" if n % 3 else "view_faith"],
            }  # fmt: skip

    def invitations(self):
        for n, seat in ((n, seat) for n in range(1, self.couples + 1) for seat in (1, 0)):
            at = self.at(self.proposed[n - 1])
            yes = n <= self.talks * 1.1
            yield {
                "pair_id": n, "participant_id": 2 * n - seat, "slots": [], "sent_at": at,
                "state": "accepted" if yes else "expired", "expires_at": at + timedelta(days=3),
                "answered_at": at + timedelta(hours=5) if yes else None,
            }  # fmt: skip

    def conversations(self):
        for n in range(1, self.talks + 1):
            at = self.at(self.proposed[n - 1] + 2)
            yield {
                "id": n, "token": f"c{n}", "pair_id": n, "programme_id": 1, "guide_digest": "d",
                "language": "en", "state": "closed", "scheduled_at": at, "started_at": at,
                "closed_at": at + timedelta(minutes=20 + n % 60), "step": 2 + n % 4, "steps": 6,
            }  # fmt: skip

    def surveys(self, after):
        items = [item for item in after.items if item.scale is not None]
        for n, seat in ((n, seat) for n in range(1, self.talks + 1) for seat in (1, 0)):
            at = self.at(self.proposed[n - 1] + 3)
            for item in items:
                yield {
                    "conversation_id": n, "participant_id": 2 * n - seat, "survey": "after",
                    "item": item.id, "value": _value(item, (n % 97) / 97), "at": at,
                }  # fmt: skip


def _value(item, share):
    return None if item.scale is None else round(item.scale.min + share * item.scale.span)


def _choice(item, share):
    return item.options[int(share * len(item.options))] if item.options else None
