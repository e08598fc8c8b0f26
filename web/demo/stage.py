"""Set the demonstration up: a fresh database, made-up people, a made-up past, one round."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

import models
from services.demo import history, population
from services.pairing import rounds
from services.people import appointments
from services.site import config, platform, schema, secrets
from services.staff import guides, questionnaires
from web.context import Context

FOLDER = Path(__file__).parents[2] / "instance" / "demo"
SLUG = "across-the-table"


def prepare(path: Path, port: int, count: int, seed: int, say: Callable[[str], None]) -> Context:
    """Return the context of a demonstration with *count* made-up participants."""
    made = _platform(path, port)
    say("Making a fresh database ...")
    schema.upgrade(made.engine, made.keys_engine)
    now, generator = datetime.now(UTC), np.random.default_rng(seed)
    say(f"Making up {count} people ...")
    with made.sessions.begin() as session:
        appointments.ensure_roles(session)
        people = population.People(_programme(session, now), count, now)
        items = questionnaires.load("first", "en")
        crowd = population.create(session, people, items, made.secrets, generator)
        guide = guides.store(session, "first", "en", now)
        history.create(session, people, crowd, guide, generator)
        for role in ("facilitator", "staff"):
            appointments.appoint(session, f"{role}@demo.test", (role,), made.secrets, now)
    say("Running a round ...")
    say(rounds.run_now(made.sessions, SLUG, made.config, now, seed))
    return Context(made.config, made.secrets, made.keys)


def greeting(context: Context) -> str:
    """Say what to open."""
    return (
        f"\n  Open {context.config.site.url}/demo\n\n"
        "  Everybody in it is made up, and nothing leaves this machine. Ctrl-C stops it.\n"
    )


def _platform(path: Path, port: int) -> platform.Platform:
    address = f"http://127.0.0.1:{port}"
    settings = config.load(
        path,
        {
            **os.environ,
            "EARSHOT_SITE_URL": address,
            "EARSHOT_SITE_HOST": "127.0.0.1",
            "EARSHOT_SITE_PORT": str(port),
            "EARSHOT_SITE_SECRETS": str(FOLDER / "secrets.toml"),
            "EARSHOT_DATABASE_URL": f"sqlite:///{FOLDER / 'earshot.sqlite3'}",
            "EARSHOT_DATABASE_KEYS": f"sqlite:///{FOLDER / 'keys.sqlite3'}",
        },
    ).for_demo()
    shutil.rmtree(FOLDER, ignore_errors=True)
    secrets.create(Path(settings.site.secrets))
    return platform.build(settings, secrets.load(Path(settings.site.secrets), {}))


def _programme(session: Session, now: datetime) -> models.Programme:
    made = models.Programme(
        slug=SLUG,
        title="Across the table",
        guide="first",
        questionnaire="first",
        languages=["en", "es", "ar"],
        policy={"min_differences": 2},
        synthetic=True,
        opened_at=now.replace(year=now.year - 1),
    )
    session.add(made)
    session.flush()
    return made
