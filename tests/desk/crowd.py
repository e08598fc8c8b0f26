"""Many people in many rooms at once: callers of the protocol in an event loop of their own."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from threading import Thread
from typing import Any

from tests.rooms.callers import Caller

AT_ONCE = 32
PATIENCE = 60


class Crowd:
    """Callers that are all connected once this is entered, and gone after."""

    def __init__(self, callers: Sequence[Caller]) -> None:
        self.callers = callers
        self.loop = asyncio.new_event_loop()
        self.tasks: list[asyncio.Task[None]] = []
        self.thread = Thread(target=self.loop.run_forever)

    def __enter__(self) -> "Crowd":
        self.thread.start()
        self._run(self._come())
        return self

    def __exit__(self, *_why: object) -> None:
        self._run(self._go())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()

    def do(self, what: Callable[..., object], *given: Any) -> None:
        """Call *what* where the callers are."""
        self.loop.call_soon_threadsafe(what, *given)

    def settle(self) -> None:
        """Wait until everything that was said is acknowledged."""
        self._run(self._settled())

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    async def _come(self) -> None:
        everybody = iter(self.callers)
        while group := tuple(islice(everybody, AT_ONCE)):
            self.tasks += [asyncio.create_task(caller.run()) for caller in group]
            await asyncio.gather(*(caller.here.wait() for caller in group))

    async def _go(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _settled(self) -> None:
        while any(caller.waiting for caller in self.callers):
            await asyncio.sleep(0.02)
