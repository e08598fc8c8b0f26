"""A client of the protocol of nothing but a WebSocket: what docs/protocol.md says, and no more.

Keeps acts until they are acknowledged and sends them again with the same id after each
reconnection, one at a time, as the room's page does; and keeps a history of all it hears.
"""

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.rooms.history import Connection, Heard, History

ROOM = "/room,"
AGAIN = {"rate", "unavailable"}


@dataclass(frozen=True)
class Manner:
    """How a client behaves. Delays in seconds; the defaults are those of the room's page."""

    delay: float = 0.4
    most_delay: float = 1.5
    patience: float = 5.0
    pause: float = 1.0
    doubled: bool = False  # sends each act twice, and now and then an old one once more
    drowsy: float = 0.0  # how long it sleeps before reading on

    def delays(self) -> Iterator[float]:
        """Waits between attempts to connect: doubling, and half as much more or less by chance."""
        delay = self.delay
        while True:
            yield delay * random.uniform(0.5, 1.5)
            delay = min(2 * delay, self.most_delay)


@dataclass
class Caller:
    """One seat of one room, connected whenever it can be."""

    port: int
    origin: str
    cookie: str
    token: str
    seat: str
    manner: Manner = Manner()
    after: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)
    view: dict[str, Any] = field(default_factory=dict)
    returns: list[float] = field(default_factory=list)  # monotonic times of each state

    def __post_init__(self) -> None:
        self.history = History(self.seat)
        self.here = asyncio.Event()  # the state has come
        self.more = asyncio.Event()
        self.answered = asyncio.Event()
        self.changed = asyncio.Event()
        self.acks = 0
        self.unstored = False
        self.refusal = ""
        self.wire: ClientConnection | None = None

    def __str__(self) -> str:
        here = "here" if self.here.is_set() else "away"
        kept = f"{self.acks} acknowledged, {len(self.waiting)} wait, after {self.after}"
        return f"{self.token[:6]}/{self.seat} {here} {self.refusal or 'not refused'}: {kept}"

    def say(self, text: str) -> None:
        """Send a line, now or as soon as that is possible."""
        self.act("say", text=text)

    def act(self, type: str, **data: Any) -> None:
        """Send an act, now or as soon as that is possible."""
        act = {"id": str(uuid4()), "type": type, "data": data}
        self.history.sent[act["id"]] = data.get("text", "")
        self.waiting.append(act)
        self.more.set()

    async def run(self) -> None:
        """Connect, again and again, until cancelled or refused for good."""
        delays = self.manner.delays()
        while self.refusal in ("", *AGAIN):
            with suppress(OSError, WebSocketException, asyncio.TimeoutError):
                await self._connect()
            if self.here.is_set():
                delays = self.manner.delays()
            self.here.clear()
            await asyncio.sleep(next(delays))

    async def _connect(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
        async with connect(
            f"{address}&room={self.token}",
            origin=self.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            compression=None,
            ping_interval=None,
            open_timeout=30,
            close_timeout=0.2,
            user_agent_header=None,
        ) as wire:
            self.wire = wire
            sending = asyncio.create_task(self._send(wire))
            try:
                await self._read(wire)
            finally:
                sending.cancel()

    async def _read(self, wire: ClientConnection) -> None:
        async for frame in wire:
            kind, _, body = (
                str(frame).partition(ROOM) if ROOM in str(frame)[:8] else (frame, "", "")
            )
            if kind in ("1", "41", "44"):
                self.refusal = json.loads(body)["message"] if body else ""
                return
            await self._take(wire, str(kind), body)
            if self.manner.drowsy:
                await asyncio.sleep(self.manner.drowsy)

    async def _take(self, wire: ClientConnection, kind: str, body: str) -> None:
        if kind == "2":
            await wire.send("3")
        elif kind.startswith("0"):
            auth = {"conversation": self.token, "after": self.after}
            self.history.connections.append(Connection(self.after))
            await wire.send(f"40{ROOM}{json.dumps(auth)}")
        elif kind == "42":
            self._hear(*json.loads(body))
        elif kind == "43":
            self._answer(body)

    def _hear(self, name: str, data: dict[str, Any]) -> None:
        if name == "state":
            self.view = data["room"]
            self.returns.append(monotonic())
            self.here.set()
        elif name == "event":
            self.history.connections[-1].heard.append(Heard.of(data))
            self.after = max(self.after, data["seq"])
            self.view |= data.get("room", {})
            self._settle(data.get("id"))
        self.changed.set()

    def _answer(self, text: str) -> None:
        number, _, body = text.partition("[")
        answer = json.loads(f"[{body}")[0]
        act = self.history_ids[int(number)]
        if answer["ok"]:
            self.acks += 1
            self.history.acknowledged.append((act, answer["seq"]))
            self._settle(act)
        elif answer["error"]["code"] in AGAIN:
            self.unstored = True
            self.answered.set()
        else:
            raise AssertionError(answer)

    def _settle(self, act: str | None) -> None:
        self.waiting = [one for one in self.waiting if one["id"] != act]
        self.answered.set()

    async def _send(self, wire: ClientConnection) -> None:
        """One act on its way at a time; sent again where no answer comes."""
        self.history_ids: list[str] = []
        await self.here.wait()
        while True:
            self.more.clear()
            if not self.waiting:
                await self.more.wait()
            first = self.waiting[0]
            await self._give(wire, first)
            while first in self.waiting:
                await self._await_answer()
                if first in self.waiting:
                    await self._give(wire, first)

    async def _await_answer(self) -> None:
        """Wait until an answer comes, or it is time to send again."""
        self.answered.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.answered.wait(), self.manner.patience)
        if self.unstored:
            self.unstored = False
            await asyncio.sleep(self.manner.pause)

    async def _give(self, wire: ClientConnection, act: dict[str, Any]) -> None:
        times = [act] * (2 if self.manner.doubled else 1)
        if self.manner.doubled and self.history.acknowledged and random.random() < 0.3:
            old = random.choice(self.history.acknowledged)[0]
            times.insert(0, {**act, "id": old, "data": {"text": self.history.sent[old]}})
        for one in times:
            self.history_ids.append(one["id"])
            body = json.dumps(["act", one])
            with suppress(WebSocketException):
                await wire.send(f"42{ROOM}{len(self.history_ids) - 1}{body}")
