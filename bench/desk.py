"""Measures the facilitators' desk in a real Chromium: from an act in a room to its paint.

    python bench/desk.py --quick             # 500 rooms, about a minute; --json prints one object
    python bench/desk.py                     # 50 and 500 rooms, 50 and 200 acts a second

Every room has two people connected to `earshot serve`, as docs/protocol.md says; the desk is the
shipped page with a facilitator's sign-in. An act counts from when its sender hands it to the
socket until the frame that shows it has been painted: storing, weighing, the desk's flush (every
0.1 s), the wire and the drawing are in it. Server on one core; people and Chromium share the rest.
What an act costs the server is its whole CPU time, less what it uses when nobody acts (looking who
may still be here, for two people a room, and signs of life); equal figures at 50 and at 500 rooms
at one rate mean that the other rooms cost nothing.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy.orm import Session

import models
from bench.load import Earshot, machine, unlimited
from models import engine
from tests.browser import chromium
from tests.desk.crowd import Crowd
from tests.rooms.callers import Caller

FULL = ((50, 50), (500, 50), (50, 200), (500, 200))  # rooms, acts a second
IDLE_SECONDS = 5.0
QUICK = ((500, 50),)
SCREEN = {"width": 1280, "height": 800}
WORDS = "I had not seen it that way, and I would like to hear more about it"
WATCH = """
(() => {
  const seen = { painted: [], bytes: 0, updates: 0, long: [] };
  window.seen = seen;
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (!data.startsWith('42/desk,["room"')) return;
        const room = JSON.parse(data.slice(8))[1];
        seen.bytes += data.length;
        seen.updates += 1;
        requestAnimationFrame(() => setTimeout(() =>
          seen.painted.push([room.id, room.seq, performance.timeOrigin + performance.now()])));
      });
    }
  };
  new PerformanceObserver((list) => seen.long.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: "longtask" });
})();
"""
DRAWN = "document.querySelector('#link.lost') ? 0 : document.querySelectorAll('[data-room]').length"
COLUMNS = (
    ("rooms", ",d"), ("acts_per_second", ",.0f"), ("updates", ",d"), ("paint_p50_ms", ".0f"),
    ("paint_p95_ms", ".0f"), ("paint_p99_ms", ".0f"), ("worst_ms", ".0f"), ("unpainted", "d"),
    ("long_tasks", "d"), ("longest_task_ms", ".0f"), ("first_paint_ms", ".0f"),
    ("wire_bytes_per_update", ",.0f"), ("server_idle_cpu_percent", ".1f"),
    ("server_cpu_ms_per_act", ".2f"),
)  # fmt: skip


class Watched(Earshot):
    """`earshot serve` with people in rooms, and a facilitator."""

    def prepare(self, folder):
        made = super().prepare(folder)
        login, now = token_urlsafe(24), datetime.now(UTC)
        database = engine.create(self.stage.config.database.url)
        with Session(database) as session, session.begin():
            session.add(models.Account(
                email="ruth@example.org", key="f" * 64, active=True, fs_uniquifier=login,
                confirmed_at=now, adult_at=now, create_datetime=now, update_datetime=now,
                roles=[models.Role(name="facilitator")],
            ))  # fmt: skip
        database.dispose()
        self.cookie = self.stage.cookie(login)
        return made

    def callers(self, rooms):
        return [
            Caller(self.port, self.origin, cookie, token, seat)
            for token, cookies in self.stage.rooms[:rooms]
            for seat, cookie in zip("ab", cookies, strict=True)
        ]


def measure(browser, server, rooms, rate, seconds):
    """Let people talk in *rooms* rooms while the desk is open; return one row."""
    callers = server.callers(rooms)
    with Crowd(callers) as crowd:
        page = opened(browser, server)
        begun = time.monotonic()
        page.goto(f"{server.origin}/desk")
        while page.evaluate(DRAWN) != rooms:
            page.wait_for_timeout(20)
        first = (time.monotonic() - begun) * 1000
        page.evaluate("Object.assign(seen, {painted: [], bytes: 0, updates: 0, long: []})")
        idle = idling(page, server.process.pid)
        before, begun = spent(server.process.pid), time.monotonic()
        acts = talk(crowd, callers, rate, seconds)
        page.wait_for_timeout(1000 * seconds + 1500)
        crowd.settle()
        took = time.monotonic() - begun - 1.5
        page.wait_for_timeout(500)
        cpu = spent(server.process.pid) - before
        cpu -= idle * (time.monotonic() - begun)
        seen = page.evaluate("seen")
        page.context.close()
    waits, unpainted = paired(callers, acts, seen["painted"])
    return row(rooms, waits, unpainted, seen) | {
        "acts_per_second": len(acts) / took, "first_paint_ms": first,
        "server_idle_cpu_percent": 100 * idle, "server_cpu_ms_per_act": 1000 * cpu / len(acts),
    }  # fmt: skip


def idling(page, process):
    """Return the share of a core the server uses while nobody acts."""
    before, begun = spent(process), time.monotonic()
    page.wait_for_timeout(1000 * IDLE_SECONDS)
    return (spent(process) - before) / (time.monotonic() - begun)


def opened(browser, server):
    context = browser.new_context(viewport=SCREEN)
    name, _, value = server.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.origin}])
    page = context.new_page()
    page.add_init_script(WATCH)
    return page


def talk(crowd, callers, rate, seconds):
    """Say something *rate* times a second, in one room after the other; return when, by text."""
    acts = {}

    def say(number):
        caller = callers[number % len(callers)]
        text = f"{WORDS}, {number}"
        acts[text] = (caller, time.time() * 1000)
        caller.say(text)

    for number in range(round(rate * seconds)):
        crowd.do(crowd.loop.call_later, number / rate, say, number)
    return acts


def paired(callers, acts, painted):
    """Return the milliseconds from each act to the first paint that holds it; how many had none."""
    shown = {}
    for room, seq, at in painted:
        shown.setdefault(room, []).append((seq, at))
    places = {
        caller.history.sent[act]: seq
        for caller in callers
        for act, seq in caller.history.acknowledged
    }
    waits = []
    for text, (caller, sent) in acts.items():
        later = [at for seq, at in shown.get(caller.token, ()) if seq >= places[text]]
        waits += [min(later) - sent] if later else []
    return waits, len(acts) - len(waits)


def row(rooms, waits, unpainted, seen):
    cuts = statistics.quantiles(waits, n=100)
    return {
        "rooms": rooms, "updates": seen["updates"], "paint_p50_ms": cuts[49],
        "paint_p95_ms": cuts[94], "paint_p99_ms": cuts[98], "worst_ms": max(waits),
        "unpainted": unpainted, "long_tasks": len(seen["long"]),
        "longest_task_ms": max(seen["long"], default=0.0),
        "wire_bytes_per_update": seen["bytes"] / max(seen["updates"], 1),
    }  # fmt: skip


def spent(process):
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(rows):
    yield "| " + " | ".join(name for name, _ in COLUMNS) + " |"
    yield "|" + "---|" * len(COLUMNS)
    for one in rows:
        yield "| " + " | ".join(f"{one[name]:{form}}" for name, form in COLUMNS) + " |"


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=15.0, help="of talk in each run")
    asked.add_argument("--quick", action="store_true", help="one run of five seconds")
    asked.add_argument("--json", action="store_true", help="print one object instead of a table")
    chosen = asked.parse_args()
    loads, seconds = (QUICK, 5.0) if chosen.quick else (FULL, chosen.seconds)
    unlimited()
    rows = []
    with chromium.launched() as browser:
        for rooms, rate in loads:
            with Watched("earshot", rooms) as server:
                rows.append(measure(browser, server, rooms, rate, seconds))
    told = {"rows": rows, "machine": machine()}
    print(json.dumps(told) if chosen.json else "\n".join(table(rows)))


if __name__ == "__main__":
    main()
