"""Measures the pages and jobs of staff on a large programme: funnel, a month's release, import.

    python bench/staff.py --quick        # 10,000 people: under 50 s, and it says that it is smaller
    python bench/staff.py --json         # 100,000 people and 30,000 conversations, all in one month

Everything is made up and lies in a fresh SQLite database in a temporary folder. Each measurement
runs in a process of its own, where its peak memory comes from. The funnel is the whole page, asked
for three times (the middle is told); the release is everything from the database to the stored
bytes, loading OpenDP included.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import models
from bench.staff_programme import SLUG, populate, programme, settings
from disclosure.period import Month
from models import engine
from services.figures import releases
from services.site import schema, secrets
from services.site.crypto import KeyStore
from services.staff import imports
from web.app import create_app
from web.context import Context

ROOT = Path(__file__).resolve().parents[1]
FULL, QUICK = (100_000, 30_000), (10_000, 3_000)
GOALS = {"funnel_ms": 300, "release_s": 20, "import_s": 60, "peak_mb": 1024}
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)


def funnel(folder):
    """Ask for the page as staff, once to warm up, then three times."""

    config = settings(folder)
    main = engine.create(config.database.url)
    known = secrets.load(Path(config.site.secrets), {})
    keys = KeyStore(sessionmaker(engine.create(config.database.keys)), known.masters)
    with Session(main) as session, session.begin():
        account = session.get_one(models.Account, 1)
        account.roles = [session.get_one(models.Role, 2)]
        name = account.fs_uniquifier
    app = create_app(
        Context(config, known, keys, lambda: NOW), TESTING=True, RATELIMIT_ENABLED=False
    )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = name, True
    took = []
    for _ in range(4):
        began = time.perf_counter()
        answer = client.get(f"/staff/programmes/{SLUG}")
        assert answer.status_code == 200, answer.status
        took.append(1000 * (time.perf_counter() - began))
    return {"funnel_ms": round(statistics.median(took[1:])), "funnel_first_ms": round(took[0])}


def release(folder):

    main = engine.create(settings(folder).database.url)
    began = time.perf_counter()
    with Session(main) as session:
        made = releases.publish(session, SLUG, Month(2026, 9), NOW)
        session.commit()
        size = len(made.archive)
    return {"release_s": round(time.perf_counter() - began, 2), "release_kb": size // 1024}


def imported(folder):
    """Read, check and take in a guest list of as many people; in a database of its own."""

    config = settings(folder)
    url = f"sqlite:///{folder}/imported.sqlite3"
    main, keys = engine.create(url), engine.create(f"sqlite:///{folder}/keys2.sqlite3")
    schema.upgrade(main, keys)
    with main.begin() as connection:
        programme(connection)
    count, _ = json.loads((Path(folder) / "size.json").read_text())
    lines = (f"guest-{n}@example.invalid,Ada" for n in range(count))
    listed = "\n".join(["email,first_name", *lines]).encode()
    known, began = secrets.load(Path(config.site.secrets), {}), time.perf_counter()
    with Session(main) as session:
        large = session.get_one(models.Programme, 1)
        checked = imports.check(session, large, ("guests.csv", listed), known)
        kept = imports.keep(session, large, checked, NOW)
        imports.confirm(session, kept, NOW)
        session.commit()
        number = kept.id
    assert imports.apply(sessionmaker(main), number, NOW) == count
    return {"import_s": round(time.perf_counter() - began, 2)}


def run(measure, folder, out):
    out.put(measure(folder) | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024})


def apart(measure, folder):
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    process = context.Process(target=run, args=(measure, folder, out))
    process.start()
    found = out.get(timeout=600)
    process.join()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="10,000 people instead of 100,000")
    parser.add_argument("--json", action="store_true", help="one object on one line")
    given = parser.parse_args()
    people, talks = QUICK if given.quick else FULL
    told = {
        "bench": "staff",
        "quick": given.quick,
        "people": people,
        "conversations": talks,
        "goals": GOALS,
    }
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        populate(folder, people, talks)
        (Path(folder) / "size.json").write_text(json.dumps([people, talks]))
        told["populate_s"] = round(time.perf_counter() - began, 1)
        peaks = []
        for measure in MEASURES:
            found = apart(measure, folder)
            peaks.append(found.pop("mb"))
            told |= found
        told["peak_mb"] = max(peaks)
    if given.json:
        print(json.dumps(told))
        return
    print(f"{people:,} people, {talks:,} conversations" + (" (quick: smaller)" * given.quick))
    for name, value in told.items():
        if name in chain(GOALS, ("populate_s", "funnel_first_ms", "release_kb")):
            print(f"{name:>16} {value:>10}   goal {GOALS.get(name, '–')}")


MEASURES = [funnel, release, imported]

if __name__ == "__main__":
    main()
