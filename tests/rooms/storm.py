"""Pairs who talk without a pause while the servers under them die, stop and come back.

One storm is one database, a few rooms, two clients in each, and servers forked one after the
other on the same ports. `settle` lets everybody finish and returns what the checker found.
"""

import asyncio
import random
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from tests.ports import free_port
from tests.rooms.callers import Caller, Manner
from tests.rooms.forge import Forge, Forged
from tests.rooms.history import Heard, check
from tests.rooms.people import Pair, Town

QUICK = Manner(delay=0.05, most_delay=0.1, patience=2.0, pause=0.1)
PAGE = Manner()
COMING_BACK = "admit", "state", "catching", "coming back", "reading"
PATIENCE = 120.0
HEARING = 15.0
DIES = 10.0  # seconds in which a place is reached, or the crash does not count


@dataclass
class Storm:
    """Everything of one run. `rooms` pairs of clients talk for as long as it is open.

    With `front`, the port of a proxy, there is one server for each of `ports`.
    """

    town: Town
    forge: Forge
    rooms: int = 4
    manner: Manner = QUICK
    bug: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: list[int] = field(default_factory=lambda: [free_port()])
    front: int = 0
    scattered: bool = False  # each seat at a worker of its own, whatever a proxy would do
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    callers: list[Caller] = field(default_factory=list)
    reached: int = 0  # crashes that came at the armed place
    starts: list[float] = field(default_factory=list)  # seconds from a kill to an answer
    returns: list[float] = field(default_factory=list)  # seconds from then to each one's state

    def __post_init__(self) -> None:
        config = self.town.config
        self.environment = {
            "EARSHOT_DATABASE_URL": config.database.url,
            "EARSHOT_DATABASE_KEYS": config.database.keys,
            "EARSHOT_SITE_SECRETS": config.site.secrets,
            "EARSHOT_ROOM_MESSAGES_PER_MINUTE": "1000000",
            **self.environment,
        }
        self.talking = True
        self.tasks: list[asyncio.Task[None]] = []
        self.servers: dict[int, Forged] = {}
        self.pairs: list[Pair] = [self.town.pair() for _ in range(self.rooms)]

    async def open(self) -> "Storm":
        """Start the servers and let everybody come and talk."""
        for port in self.ports:
            await self.start(port)
        for pair in self.pairs:
            for seat in ("a", "b"):
                self.callers.append(self.caller(pair, seat))
                if self.scattered:
                    self.callers[-1].port = self.ports["ab".index(seat)]
        for caller in self.callers:
            self.tasks += [asyncio.create_task(work) for work in (caller.run(), self._talk(caller))]
        await self.until(lambda: all(caller.here.is_set() for caller in self.callers))
        return self

    def caller(self, pair: Pair, seat: str, manner: Manner | None = None) -> Caller:
        """A client of one seat, not yet connected."""
        origin, cookie = self.town.config.site.url, self.town.cookie(pair.accounts[seat])
        port = self.front or self.ports[0]
        return Caller(port, origin, cookie, pair.token, seat, manner or self.manner)

    async def start(self, port: int = 0, place: str = "", hit: int = 0) -> Forged:
        """Start a server, armed to die at a place if one is named."""
        port = port or self.ports[0]
        environment = {**self.environment, "PORT": str(port)}
        order = {"place": place, "hit": hit, "bug": self.bug}
        self.servers[port] = await asyncio.to_thread(self.forge.start, environment, **order)
        return self.servers[port]

    def end(self, port: int = 0) -> None:
        """Kill a server wherever it is."""
        server = self.servers.pop(port or self.ports[0], None)
        if server is not None:
            server.close()

    async def crash(self, place: str) -> None:
        """Let the server die at *place*; a reload here and there makes people catch up."""
        self.end()
        for caller in self.chance.sample(self.callers, len(self.callers) // 2):
            caller.after = max(0, caller.after - self.chance.randint(0, 20))
        most = len(self.callers) if any(word in place for word in COMING_BACK) else 25
        server = await self.start(place=place, hit=self.chance.randint(1, most))
        self.reached += await asyncio.to_thread(server.dies, DIES)

    async def kill(self) -> None:
        """Kill the server wherever it is, start another, and measure how long each is away."""
        before = {id(caller): len(caller.returns) for caller in self.callers}
        killed = monotonic()
        self.end()
        await self.start()
        back = monotonic()
        self.starts.append(back - killed)
        await self.until(lambda: all(len(c.returns) > before[id(c)] for c in self.callers))
        self.returns += [caller.returns[before[id(caller)]] - back for caller in self.callers]

    async def drain(self, port: int) -> None:
        """End a worker as an operator would, and wait until it is gone."""
        server = self.servers.pop(port)
        server.signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.dies, PATIENCE), "it does not end"
        server.close()

    async def progress(self, acts: int = 20) -> None:
        """Wait until everybody has had so many more acts acknowledged."""
        wanted = {id(caller): caller.acks + acts for caller in self.callers}
        await self.until(lambda: all(c.acks >= wanted[id(c)] for c in self.callers))

    async def until(self, holds: Callable[[], bool]) -> None:
        end = monotonic() + PATIENCE
        while not holds():
            for task in self.tasks:
                if task.done():
                    task.result()  # what ended a caller fails the test at once
            assert monotonic() < end, f"it did not come about: {[str(c) for c in self.callers]}"
            await asyncio.sleep(0.02)

    async def settle(self) -> list[str]:
        """Let what is under way end on servers that live; return the broken promises."""
        if len(self.ports) == 1:
            self.end()
            await self.start()
        self.talking = False
        await self.until(lambda: not any(caller.waiting for caller in self.callers))
        judged = await asyncio.gather(*map(self._judge, range(len(self.pairs))))
        return [problem for found in judged for problem in found]

    async def _judge(self, number: int) -> list[str]:
        two = self.callers[2 * number : 2 * number + 2]
        log = await self._read(self.pairs[number])
        await self._heard(two, len(log))
        return check((one.history for one in two), log)

    async def _heard(self, who: list[Caller], last: int) -> None:
        """Wait until all have heard that far, or long enough to know that they will not."""
        end = monotonic() + HEARING
        while any(one.after < last for one in who) and monotonic() < end:
            await asyncio.sleep(0.02)

    async def _read(self, pair: Pair) -> list[Heard]:
        """The whole log, as somebody who comes fresh to seat a reads it."""
        reader = self.caller(pair, "a")
        reading = asyncio.create_task(reader.run())
        await asyncio.wait_for(reader.here.wait(), PATIENCE)
        last = reader.view["seq"]
        await self._heard([reader], last)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        return reader.history.connections[-1].heard

    async def _talk(self, caller: Caller) -> None:
        number = 0
        while self.talking:
            if len(caller.waiting) < 2:
                number += 1
                caller.say(f"{caller.seat} {number} {random.randbytes(4).hex()}")
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        self.talking = False
        for task in self.tasks:
            task.cancel()
        ended = await asyncio.gather(*self.tasks, return_exceptions=True)
        for port in list(self.servers):
            self.end(port)
        assert [one for one in ended if isinstance(one, AssertionError)] == []
