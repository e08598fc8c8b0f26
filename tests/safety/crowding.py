"""A crowd whose rounds, drop-in arrivals, answers, blocks and reports happen all at once.

A town is a pool of people who take part in two programmes each. Days pass; what happens on one day
happens at the same time, in as many processes or threads as the executor has, each with connections
of its own. What any of them raises, and that one of them dies, fails the whole run.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models import guards
from services.demo import population
from services.pairing import openings
from services.people import appointments
from services.safety import apart
from services.site import platform, schema, secrets
from services.site.platform import Platform
from services.staff import questionnaires
from tests.conftest import ROOT
from tests.factories import NOW
from tests.safety import judge
from tests.safety.deeds import do
from tests.safety.hands import HOUR, Day, Town

Environment = tuple[tuple[str, str], ...]  # names and values, as they can be remembered

POLICY = {"min_differences": 2}
CAPACITY = 4  # conversations a month: as many as a person may ask for
DAY = timedelta(days=1)
A_DAY = 12  # deeds


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many towns of how many people, how many deeds in all, and the seed of it."""

    towns: int
    people: int
    deeds: int
    seed: int
    forgetful: bool = False  # planted: what a block has noted is gone after its commit


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often what was done and refused; what was made again; what is promised still."""

    done: Counter[str]
    again: list[str]
    promised: list[str]

    @property
    def problems(self) -> list[str]:
        """Everything that should not be."""
        return self.again + self.promised


def prepared(folder: str, address: str) -> Environment:
    """Make an empty Earshot on the PostgreSQL database at *address*, its files in *folder*."""
    names = ("EARSHOT_DATABASE_URL", "EARSHOT_DATABASE_KEYS", "EARSHOT_SITE_SECRETS")
    values = (address, f"sqlite:///{folder}/keys.sqlite3", f"{folder}/secrets.toml")
    secrets.create(Path(values[2]))
    environment = tuple(zip(names, values, strict=True))
    made = opened(environment)
    schema.upgrade(made.engine, made.keys_engine)
    return environment


def judged(
    executor: Executor, environment: Environment, crowd: Crowd, *, guarded: bool = True
) -> Outcome:
    """Let a crowd live before a judge; *guarded* is planted where False: no database refuses."""
    made = opened(environment)
    with made.engine.begin() as connection:
        judge.sit(connection)
        if not guarded:
            guards.drop(connection)
    done = run(executor, environment, crowd)
    with made.sessions.begin() as session:
        apart.undo(session, NOW, made.config)
    with made.engine.connect() as connection:
        outcome = Outcome(done, judge.met_again(connection), judge.still_promised(connection))
    made.close()
    return outcome


def run(executor: Executor, environment: Environment, crowd: Crowd) -> Counter[str]:
    """Let everything happen, town after town; return how often what did, and what was refused."""
    done: Counter[str] = Counter()
    with opened(environment).sessions() as session:
        towns = [settle(session, environment, crowd, number) for number in range(crowd.towns)]
    for number, town in enumerate(towns):
        seeds = range(number, crowd.deeds, crowd.towns)
        for today, some in days(seeds):
            day = Day(town, today, crowd.forgetful)
            open_lobbies(environment, day)
            working = [executor.submit(live, environment, day, crowd.seed + one) for one in some]
            for one in working:
                done.update(one.result())
    return done


def days(seeds: range) -> Iterator[tuple[datetime, range]]:
    """Yield the days of a town, each with the deeds that happen on it at once."""
    for start in range(0, len(seeds), A_DAY):
        yield NOW + start // A_DAY * DAY, seeds[start : start + A_DAY]


def open_lobbies(environment: Environment, day: Day) -> None:
    """Open a drop-in hour in both programmes of a town."""
    wanted = select(models.Programme).where(models.Programme.slug.in_(day.town.programmes))
    hours = {"opens_at": day.now, "closes_at": day.now + HOUR, "now": day.now}
    with opened(environment).sessions.begin() as session:
        for programme in session.scalars(wanted).all():
            openings.open_hours(session, programme, **hours, actor="account:0")


def live(environment: Environment, day: Day, seed: int) -> Counter[str]:
    """Do one thing in a process that may be another."""
    return do(opened(environment), day, seed)


@cache
def opened(environment: Environment) -> Platform:
    """Return this process's connections to the databases that *environment* names."""
    return platform.load(ROOT / "config.toml", dict(environment))


def settle(session: Session, environment: Environment, crowd: Crowd, number: int) -> Town:
    """Make one town: its people, who answered alike in both of its programmes. Commits."""
    appointments.ensure_roles(session)
    first, second = (
        models.Programme(
            slug=f"town-{number}-{which}",
            title="The town talks",
            guide="first",
            questionnaire="first",
            languages=["en"],
            policy=POLICY,
            opened_at=NOW - 120 * DAY,
        )
        for which in "ab"
    )
    session.add_all((first, second))
    session.flush()
    people = population.create(
        session,
        population.People(first, crowd.people, NOW),
        questionnaires.load("first", "en"),
        opened(environment).secrets,
        np.random.default_rng([crowd.seed, number]),
    )
    for person in people:
        person.capacity = CAPACITY
        _join(session, person, second)
    session.commit()
    return Town((first.slug, second.slug), tuple(person.account_id for person in people))


def _join(session: Session, person: models.Participant, programme: models.Programme) -> None:
    """Let *person* take part in another programme as well, with the same profile."""
    copy = _copied(person, programme_id=programme.id)
    session.add(copy)
    session.flush()
    for table in (models.Answer, models.Language, models.Availability):
        rows = session.scalars(select(table).where(table.participant_id == person.id)).all()
        session.add_all(_copied(row, participant_id=copy.id) for row in rows)
    session.flush()


def _copied(row: Any, **other: object) -> Any:
    columns = row.__table__.columns.keys()
    known = {name: getattr(row, name) for name in columns if name != "id"}
    return type(row)(**known | other)
