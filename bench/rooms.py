"""Measures the room's server beside bare Flask-SocketIO, uvicorn and Node, in one run.

    python bench/rooms.py --quick            # under 50 seconds; --json prints one object
    python bench/rooms.py --repeat 3         # 100 and 500 rooms closed, 500 to 5,000 rooms open
    python bench/rooms.py --churn            # six rounds of coming and going: memory stays flat
    python bench/rooms.py --hold             # 5,000 rooms for ten minutes, Earshot alone

One message is one act in, one acknowledgement and one delivery out. Closed: each person sends the
next act when the last is acknowledged. Open: a message every two seconds a person, and what is
late counts from when it was due. Server and generator have a core each; PostgreSQL is on the
generator's. The bare servers do no more than pass a message on. Earshot is `earshot serve` with
sign-in by session cookie, validation, limits, the guide's fold, health signals, encryption and
acknowledgement after commit; only `room.messages_per_minute` is raised.
"""

import argparse
import json
import os
import signal
import statistics
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.load import BARE, Earshot, Peer, load, machine, pin, unlimited
from bench.staging import postgresql

SERVERS = ("earshot", "earshot-postgresql", *BARE)
FULL = (("closed", 100), ("closed", 500), ("open", 500), ("open", 2500), ("open", 5000))
QUICK = (("closed", 100),)
CHURN_ROUNDS = 6
CHURN_ROOMS = 1000
COLUMNS = (
    ("server", "s"), ("load", "s"), ("rooms", ",d"), ("cpu_us_per_message", ".1f"),
    ("db_cpu_us_per_message", ".1f"), ("messages_per_second", ",.0f"), ("ack_p50_ms", ".2f"),
    ("ack_p95_ms", ".2f"), ("ack_p99_ms", ".2f"), ("delivery_p99_ms", ".2f"),
    ("rss_kb_per_connection", ".1f"), ("ratio_to_flask_socketio", ".2f"), ("note", "s"),
)  # fmt: skip


def row(server, mode, rooms, runs):
    """Return the medians of *runs* as one row."""

    def middle(of):
        return statistics.median(of(run) for run in runs)

    acked = [max(run["count"]["acked"], 1) for run in runs]
    cpu = [spent(run, "server") * 1e6 / n for run, n in zip(runs, acked, strict=True)]
    database = [spent(run, "database") * 1e6 / n for run, n in zip(runs, acked, strict=True)]
    made = {
        "server": server.name, "load": mode, "rooms": rooms,
        "cpu_us_per_message": statistics.median(cpu),
        "db_cpu_us_per_message": statistics.median(database),
        "messages_per_second": middle(lambda run: run["count"]["acked"] / run["took"]),
        "rss_kb_per_connection": middle(lambda run: run["rss_kb_per_connection"]),
        "cpu_of_one_core": middle(lambda run: spent(run, "server") / run["took"]),
        "generator_of_one_core": middle(lambda run: run["generator"]),
        "note": notes(runs, 2 * rooms),
    }  # fmt: skip
    for what in ("ack", "delivery"):
        for point in ("p50", "p95", "p99"):
            made[f"{what}_{point}_ms"] = middle(lambda run, w=what, p=point: run[w][p])
    return made


def spent(run, group):
    return run["end"].get(group, {"cpu": 0})["cpu"] - run["start"].get(group, {"cpu": 0})["cpu"]


def notes(runs, people):
    """Say what makes a row less than it seems."""
    found = []
    if min(run["connected"] for run in runs) < people:
        found.append(f"{min(run['connected'] for run in runs)} of {people} connected")
    if any(run["count"]["refused"] or run["count"]["errors"] for run in runs):
        found.append(next(run["first_error"] for run in runs if run["count"]["errors"]))
    if any(run["count"]["closed"] for run in runs):
        found.append(f"{max(run['count']['closed'] for run in runs)} closed")
    if max(run["generator"] for run in runs) > 0.92:
        found.append("bound by the generator")
    return "; ".join(found)


def ratios(rows):
    """Add each row's CPU a message as a share of bare Flask-SocketIO's under the same load."""
    base = {
        (row["load"], row["rooms"]): row["cpu_us_per_message"]
        for row in rows
        if row["server"] == "flask-socketio"
    }
    for row in rows:
        stock = base.get((row["load"], row["rooms"]))
        row["ratio_to_flask_socketio"] = row["cpu_us_per_message"] / stock if stock else None


def compare(chosen, servers):
    """Measure all servers in turn, as often as asked; return rows."""
    runs = {}
    loads = QUICK if chosen.quick else FULL
    seconds, warm = (1.5, 0.7) if chosen.quick else (chosen.seconds, 3.0)
    for mode, rooms in loads:
        for _ in range(chosen.repeat):
            for server in servers:
                run = load(server, mode, rooms, seconds=seconds, warm=warm)
                runs.setdefault((mode, rooms, server), []).append(run)
                say(line(row(server, mode, rooms, [run])))  # kept, should the whole be ended
    rows = [row(server, mode, rooms, found) for (mode, rooms, server), found in runs.items()]
    ratios(rows)
    return rows


def churn(servers):
    """Let the same people come and go; return memory while they are here and after, in MB."""
    rows = []
    for server in servers:
        for number in range(CHURN_ROUNDS):
            run = load(server, "idle", CHURN_ROOMS, seconds=1.0, warm=0.0)
            rows.append({
                "server": server.name, "round": number + 1, "rooms": CHURN_ROOMS,
                "before_mb": run["before"]["server"]["rss"] / 1024,
                "connected_mb": run["end"]["server"]["rss"] / 1024,
                "descriptors": len(os.listdir(f"/proc/{server.process.pid}/fd")),
            })  # fmt: skip
            say(str(rows[-1]))
    return rows


def hold(chosen, servers):
    """Hold 5,000 rooms for ten minutes; return rows."""
    rows = []
    for server in servers:
        run = load(server, "open", 5000, seconds=chosen.hold_seconds, warm=10.0)
        rows.append(row(server, "open", 5000, [run]))
    ratios(rows)
    return rows


def say(what):
    print(what, file=sys.stderr, flush=True)


def table(rows):
    yield "| " + " | ".join(name for name, _ in COLUMNS) + " |"
    yield "|" + "---|" * len(COLUMNS)
    yield from map(line, rows)


def line(one):
    told = ("" if one.get(name) is None else f"{one[name]:{form}}" for name, form in COLUMNS)
    return "| " + " | ".join(told) + " |"


def started(stack, names, rooms):
    """Start the named servers, each with people for *rooms* rooms."""
    made = []
    database = None
    if "earshot-postgresql" in names:
        database = stack.enter_context(postgresql())
    for name in names:
        if name.startswith("earshot"):
            server = Earshot(name, rooms, database if name != "earshot" else None)
        else:
            server = Peer(name)
        server.start()
        stack.push(server)
        made.append(server)
    for server in made:
        server.wait()
        say(f"{server.name} is up")
    return made


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    asked.add_argument("--repeat", type=int, default=1, help="rounds over all servers")
    asked.add_argument("--seconds", type=float, default=8.0, help="measured in each run")
    asked.add_argument("--quick", action="store_true", help="100 rooms, closed, under 50 seconds")
    asked.add_argument("--churn", action="store_true", help="come and go; memory stays flat")
    asked.add_argument("--hold", action="store_true", help="5,000 rooms, ten minutes")
    asked.add_argument("--hold-seconds", type=float, default=600.0)
    asked.add_argument("--json", action="store_true", help="print one object instead of a table")
    chosen = asked.parse_args()
    ours = [name for name in chosen.servers if name.startswith("earshot")]
    names = ours if chosen.churn or chosen.hold else list(chosen.servers)
    rooms = CHURN_ROOMS if chosen.churn else max(n for _, n in (QUICK if chosen.quick else FULL))
    unlimited()
    pin(1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended; every server is gone."))
    with ExitStack() as stack:
        servers = started(stack, names, rooms)
        if chosen.churn:
            rows = churn(servers)
        else:
            rows = hold(chosen, servers) if chosen.hold else compare(chosen, servers)
    if chosen.json or chosen.churn:
        print(json.dumps({"rows": rows, "machine": machine()}))
    else:
        print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
