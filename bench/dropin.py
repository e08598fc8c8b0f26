"""A drop-in hour under load: people arrive over ten minutes at a live server, and all are watched.

    python bench/dropin.py                 # 200 people, ten minutes lived in one
    python bench/dropin.py --quick --json  # 60 people, ten minutes lived in ten seconds

The server is Earshot's own, in a process of its own, with a clock that runs `--speed` times as
fast; the network is not compressed, so a page looks as often, and a signal is lost after as long,
as in life. People are made up as in the demonstration, a few of them without a language in common
with the rest. Checked at the end, from the database: nobody is in two pairs, no pair is below the
floor, nobody still waits or was taken for lost. Waits are minutes of the hour, not of the wall; how
fast the machine answers is in them as many times as the hour is fast.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import matcher
import matcher.policy
import models
from bench.dropin_crowd import Plan, live
from matcher import warm
from services.demo import population
from services.pairing import openings, pools
from services.pairing.columns import Scope
from services.people import appointments
from services.site import platform, schema, secrets
from services.site.platform import Platform
from services.staff import questionnaires
from web.app import create_app
from web.context import Context

ROOT = Path(__file__).resolve().parents[1]
POLICY = {"min_differences": 2}


def main() -> None:
    """Run once and print what happened; exit code 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--speed", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="60 people, 60 times as fast as life")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    plan = (
        Plan(60, 60.0, given.seed) if given.quick else Plan(given.people, given.speed, given.seed)
    )
    result = measure(plan)
    print(json.dumps(result) if given.json else "\n".join(f"{k}: {v}" for k, v in result.items()))
    sys.exit(0 if result["kept"] else 1)


def measure(plan: Plan, database: str | None = None) -> dict[str, object]:
    """Return the counts, the waits in minutes, and whether every promise was kept.

    *database* is an SQLAlchemy address, by default SQLite in a folder of its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder), database)
        made = _platform(environment)
        began = datetime.now(UTC)
        cookies = _fill(made, plan, began)
        with _serve(environment, plan, began) as process:
            assert process.stdout
            try:
                ended = live(int(process.stdout.readline()), cookies, plan)
            finally:
                process.terminate()
        with made.sessions() as session:
            result = _judge(session, plan, ended)
        made.close()
    return result


def _environment(folder: Path, database: str | None) -> dict[str, str]:
    return os.environ | {
        "EARSHOT_SITE_SECRETS": str(folder / "secrets.toml"),
        "EARSHOT_DATABASE_URL": database or f"sqlite:///{folder / 'earshot.sqlite3'}",
        "EARSHOT_DATABASE_KEYS": f"sqlite:///{folder / 'keys.sqlite3'}",
    }


def _platform(environment: dict[str, str]) -> Platform:
    secrets.create(Path(environment["EARSHOT_SITE_SECRETS"]))
    made = platform.load(ROOT / "config.toml", environment)
    schema.upgrade(made.engine, made.keys_engine)
    warm.compile_loops()  # as `earshot migrate` does: the first pair must not wait for it
    return made


def _fill(made: Platform, plan: Plan, now: datetime) -> list[str]:
    """Make the programme, its open hour and its people; return a cookie for each."""
    app = create_app(Context(made.config, made.secrets, made.keys))
    sign = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with made.sessions.begin() as session:
        appointments.ensure_roles(session)
        town = models.Programme(
            slug="town",
            title="The town talks",
            guide="first",
            questionnaire="first",
            languages=["en"],
            policy=POLICY,
            opened_at=now - timedelta(days=120),
        )
        session.add(town)
        session.flush()
        asked = questionnaires.load("first", "en")
        who = population.People(town, plan.people, now)
        people = population.create(
            session, who, asked, made.secrets, np.random.default_rng(plan.seed)
        )
        hour = {"opens_at": now - timedelta(minutes=1), "closes_at": now + timedelta(minutes=45)}
        openings.open_hours(session, town, **hour, now=now, actor="account:0")
        logins = [person.account.fs_uniquifier for person in people]
    return [sign.dumps({"_user_id": one, "_fresh": True}) for one in logins]


def _serve(environment: dict[str, str], plan: Plan, began: datetime) -> subprocess.Popen[str]:
    words = [str(plan.speed), str(began.timestamp())]
    return subprocess.Popen(
        [sys.executable, "-m", "bench.dropin_server", *words],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _judge(session: Session, plan: Plan, ended: Counter[str]) -> dict[str, object]:
    talks = session.scalars(select(models.Conversation)).all()
    inside = Counter(
        person for talk in talks for person in (talk.pair.first_id, talk.pair.second_id)
    )
    rows = session.execute(
        select(models.Arrival.state, models.Arrival.came_at, models.Arrival.ended_at)
    ).all()
    waits = [
        (until - came).total_seconds() / 60
        for state, came, until in rows
        if state == "paired" and until is not None
    ]
    twice = sum(count > 1 for count in inside.values())
    below = sum(not _is_acceptable(session, talk.pair) for talk in talks)
    states = Counter(state for state, *_ in rows)
    lost = states["waiting"] + states["lost"]
    stuck = lost + sum(n for how, n in ended.items() if how not in ("door", "told"))
    return {
        "server": "earshot",
        "people": plan.people,
        "speed": plan.speed,
        "seed": plan.seed,
        "pairs": len(talks),
        "waits": dict(states),
        "pages": dict(ended),
        "in_two_pairs": twice,
        "below_floor": below,
        "stuck": stuck,
        "wait_median_minutes": _share(waits, 50),
        "wait_p95_minutes": _share(waits, 95),
        "kept": twice == below == stuck == 0 and len(rows) == plan.people and len(talks) > 0,
    }


def _share(waits: list[float], percent: int) -> float | None:
    return round(float(np.percentile(waits, percent)), 2) if waits else None


def _is_acceptable(session: Session, pair: models.Pair) -> bool:
    """Ask the matcher alone about these two, with nothing but the programme's policy."""
    both = (pair.first_id, pair.second_id)
    scope = Scope(pair.first.programme, both, anyway=both)
    pool = pools.load_now(session, scope, datetime.now(UTC))
    policy = matcher.policy.from_mapping(POLICY, "bench")
    return len(matcher.pair(pool.cohort, policy, threads=1).pairs) == 1


if __name__ == "__main__":
    main()
