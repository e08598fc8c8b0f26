"""What can befall the rooms, each as a run of one storm that ends in what the checker found."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from tests.rooms.outages import Postgres, Redis
from tests.rooms.storm import Storm

PAUSED_SECONDS = 3.0


def run(storm: Storm, befalls: Callable[[Storm], Coroutine[Any, Any, None]]) -> list[str]:
    """Open *storm*, let it befall, settle and close it; return the broken promises."""

    async def whole() -> list[str]:
        try:
            await storm.open()
            await storm.progress()
            await befalls(storm)
            return await storm.settle()
        finally:
            await storm.close()

    return apart(lambda: asyncio.run(whole()))


def apart(work: Callable[[], Any]) -> Any:
    """Do *work* in a thread of its own: another test's browser may have left a loop in this one."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(work).result()


def crashes(place: str, times: int) -> Callable[[Storm], Coroutine[Any, Any, None]]:
    """The server dies at *place*, so many times; what chance passes by is tried again."""

    async def befall(storm: Storm) -> None:
        for _ in range(2 * times):
            if storm.reached < times:
                await storm.crash(place)

    return befall


def kills(times: int) -> Callable[[Storm], Coroutine[Any, Any, None]]:
    """The server is killed at any moment, and comes back."""

    async def befall(storm: Storm) -> None:
        for _ in range(times):
            await asyncio.sleep(random.uniform(0.05, 0.4))
            await storm.kill()
            await storm.progress(3)

    return befall


def outage(
    postgres: Postgres, kind: str, name: str
) -> Callable[[Storm], Coroutine[Any, Any, None]]:
    """PostgreSQL restarts, stands still, or ends every connection; no server is restarted."""

    async def befall(storm: Storm) -> None:
        if kind == "restarted":
            await asyncio.to_thread(postgres.restart)
        elif kind == "cut":
            for _ in range(5):
                await asyncio.to_thread(postgres.cut, name)
                await asyncio.sleep(0.3)
        else:
            postgres.pause()
            await asyncio.sleep(PAUSED_SECONDS)
            postgres.resume()
        await storm.progress()

    return befall


def redis_outage(redis: Redis, kind: str) -> Callable[[Storm], Coroutine[Any, Any, None]]:
    """Redis restarts, or stands still, while everybody talks on."""

    async def befall(storm: Storm) -> None:
        if kind == "restarted":
            await asyncio.to_thread(redis.restart)
            await storm.progress()
        else:
            redis.pause()
            await storm.progress()
            redis.resume()
        await storm.progress(5)

    return befall


async def unruly(storm: Storm) -> None:
    """Everybody sends each act twice and old ones again, while the server dies twice."""
    for caller in storm.callers:
        caller.manner = replace(caller.manner, doubled=True)
    await storm.progress()
    for _ in range(2):
        await storm.kill()
        await storm.progress()


async def drowsy(storm: Storm) -> None:
    """One person in each room reads slowly; the other's acts are answered all the same."""
    slow = storm.callers[::2]
    for caller in slow:
        caller.manner = replace(caller.manner, drowsy=0.05)
    quick = storm.callers[1::2]
    wanted = [caller.acks + 20 for caller in quick]
    await storm.until(lambda: all(c.acks >= w for c, w in zip(quick, wanted, strict=True)))
    for caller in slow:
        caller.manner = replace(caller.manner, drowsy=0.0)


async def removed(storm: Storm) -> None:
    """One worker of four dies for good."""
    storm.end(storm.ports[0])
    await storm.progress()


async def rolled(storm: Storm) -> None:
    """Each worker in turn drains, ends, and is started again."""
    for port in storm.ports:
        await storm.drain(port)
        await storm.start(port)
        await storm.progress(5)
