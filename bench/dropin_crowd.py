"""The people of bench/dropin.py: each signs in, comes in through the page, and looks until told.

What the network does is not compressed: pages look every few seconds of the wall, as in life.
"""

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

ARRIVING = 600.0  # seconds of the hour in which people come
LAST = 35 * 60.0  # seconds of the hour after which nobody may still be waiting
LOOK = 3.0  # seconds of the wall between two looks, as the lobby's page does
GRACE = 60.0  # seconds of the wall in which a busy machine may still answer
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people, how many times as fast as life, and the seed of it all."""

    people: int
    speed: float
    seed: int


class Visitor(threading.Thread):
    """One person with one cookie: comes in at a moment of the wall, ends somewhere by another.

    `ended` is `door` (led to one that opens), `told` (that it is over, and what comes next),
    `stuck`, or what went wrong.
    """

    def __init__(self, port: int, cookie: str, comes: float, over: float) -> None:
        super().__init__(daemon=True)
        self.port, self.cookie, self.comes, self.over = port, cookie, comes, over
        self.ended = "stuck"

    def run(self) -> None:
        """Live through the hour."""
        time.sleep(max(0.0, self.comes - time.monotonic()))
        try:
            _, page = self._ask("GET", "/pledge")
            found = TOKEN.search(page)
            assert found, page[:200]
            self._ask("POST", "/lobby", f"csrf_token={found[1]}")
            self.ended = self._wait()
        except (OSError, http.client.HTTPException, AssertionError) as error:
            self.ended = f"{type(error).__name__}: {error}"

    def _wait(self) -> str:
        while time.monotonic() < self.over:
            where, page = self._ask("GET", "/lobby")
            if "/conversations/" in where:
                _, page = self._ask("GET", where)
                return "door" if "You meet" in page else "a door that does not open"
            if "You are in the lobby" not in page:
                return "told"
            time.sleep(LOOK)
        return "stuck"

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"earshot={self.cookie}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        renewed = answer.getheader("Set-Cookie", "")
        if renewed.startswith("earshot="):
            self.cookie = renewed.split(";")[0].removeprefix("earshot=")
        line.close()
        assert answer.status < 400, f"{method} {path}: {answer.status}"
        return answer.getheader("Location", ""), text


def live(port: int, cookies: list[str], plan: Plan) -> Counter[str]:
    """Let everybody come at a random moment of the first ten minutes; return how each ended."""
    random, start = np.random.default_rng(plan.seed), time.monotonic()
    comes = np.sort(random.uniform(0, ARRIVING, len(cookies))) / plan.speed
    over = start + LAST / plan.speed + GRACE
    crowd = [
        Visitor(port, cookie, start + at, over)
        for cookie, at in zip(cookies, comes.tolist(), strict=True)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return Counter(one.ended for one in crowd)
