"""What the rooms survive, measured: `python -m bench.faults --crashes 50`.

Every named place of tests/rooms/faults.py so many crashes, then the server killed at any moment,
PostgreSQL and Redis restarted, paused and cut, unruly and slow clients, a worker of four removed, a
rolling restart, and the planted bugs, which must be found. On one database and a few rooms that
talk without a pause; a checker reads what each client was answered and heard.

Exit code 1 where a promise was broken or a planted bug was not found.
"""

import argparse
import json
import math
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import browsers
from tests.rooms import storms
from tests.rooms.faults import BUGS, FINDS, PLACES
from tests.rooms.grounds import Grounds, prepared
from tests.rooms.storm import PAGE, QUICK, Storm

Row = dict[str, Any]


def row(fault: str, storm: Storm, broken: list[str], **more: Any) -> Row:
    acks = sum(caller.acks for caller in storm.callers)
    heard = sum(len(one.heard) for c in storm.callers for one in c.history.connections)
    return {"fault": fault, "acknowledged": acks, "heard": heard, "broken": broken, **more}


def p95(seconds: list[float]) -> float:
    return round(sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1], 2)


def places(grounds: Grounds, crashes: int) -> Iterator[Row]:
    """Each place until so many crashes came at it, in at most twice as many tries."""
    for place in PLACES:
        doubled = replace(QUICK, doubled=place == "act sent again")  # reached by who sends twice
        with grounds.storm(1, rooms=2, manner=doubled) as storm:
            found = storms.run(storm, storms.crashes(place, crashes))
            short = [] if storm.reached >= crashes else [f"only {storm.reached} crashes"]
            yield row(f"killed {place}", storm, found + short, crashes=storm.reached)


def kills(grounds: Grounds, crashes: int) -> Iterator[Row]:
    with grounds.storm(1, manner=PAGE) as storm:
        found = storms.run(storm, storms.kills(crashes))
        more = {"start_p95_s": p95(storm.starts), "back_p95_s": p95(storm.returns)}
        yield row("killed at any moment", storm, found, crashes=crashes, **more)


def outages(grounds: Grounds, _crashes: int) -> Iterator[Row]:
    for kind in ("restarted", "paused", "cut"):
        with grounds.storm(1) as storm:
            name = storm.town.config.database.url.rpartition("/")[2].partition("?")[0]
            found = storms.run(storm, storms.outage(grounds.postgres, kind, name))
            yield row(f"PostgreSQL {kind}", storm, found)
    for kind in ("restarted", "paused"):
        with grounds.storm(2) as storm:
            found = storms.run(storm, storms.redis_outage(grounds.redis, kind))
            yield row(f"Redis {kind}", storm, found)


def clients(grounds: Grounds, _crashes: int) -> Iterator[Row]:
    for name, befalls in (("sent twice and late", storms.unruly), ("slow", storms.drowsy)):
        with grounds.storm(1) as storm:
            yield row(f"clients: {name}", storm, storms.run(storm, befalls))


def workers(grounds: Grounds, _crashes: int) -> Iterator[Row]:
    with grounds.storm(4, rooms=12) as storm:
        yield row("one worker of four removed", storm, storms.run(storm, storms.removed))
    with grounds.storm(4, rooms=12) as storm:
        yield row("rolling restart of four", storm, storms.run(storm, storms.rolled))
    with grounds.storm(2, scattered=True) as storm:
        yield row("each seat at another worker", storm, storms.run(storm, Storm.progress))


def planted(grounds: Grounds, _crashes: int) -> Iterator[Row]:
    for bug in BUGS:
        place, kind = FINDS[bug]
        with grounds.storm(1, bug=bug) as storm:
            found = storms.run(storm, storms.crashes(place, 3))
            missed = [] if any(one.startswith(kind) for one in found) else ["not found"]
            yield row(f"planted: {bug}", storm, missed, found=len(found))


def talk(grounds: Grounds, _crashes: int) -> Iterator[Row]:
    row = browsers.killed(grounds)
    short = [] if row["kills"] >= browsers.STEPS else [f"only {row['kills']} kills"]
    yield {**row, "broken": row["broken"] + short}


PARTS: dict[str, Callable[[Grounds, int], Iterator[Row]]] = {
    "places": places,
    "kills": kills,
    "outages": outages,
    "clients": clients,
    "workers": workers,
    "planted": planted,
    "browsers": talk,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--crashes", type=int, default=50, help="at each place")
    parser.add_argument("--only", choices=PARTS, action="append", help="several times if need be")
    parser.add_argument("--json", action="store_true", help="print one object at the end")
    given = parser.parse_args()
    rows, begun = [], time.monotonic()
    with tempfile.TemporaryDirectory() as folder, prepared(Path(folder)) as grounds:
        for part in given.only or PARTS:
            for one in PARTS[part](grounds, given.crashes):
                rows.append(one)
                if not given.json:
                    said = {key: value for key, value in one.items() if key != "fault"}
                    print(f"{one['fault']:32} {said}", flush=True)
    broken = [one["fault"] for one in rows if one["broken"]]
    if given.json:
        print(json.dumps({"rows": rows, "machine": platform.processor() or platform.machine()}))
    else:
        print(f"{len(rows)} faults in {time.monotonic() - begun:.0f} s, broken: {broken or 'none'}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
