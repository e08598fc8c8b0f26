"""Several workers behind the nginx of deploy/, with Redis between them, on PostgreSQL."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import redis

from tests.rooms import storms
from tests.rooms.grounds import Grounds, prepared
from tests.rooms.people import Person
from tests.rooms.storm import Storm
from tests.rooms.test_blocks import block, blocks, both, ended


@pytest.fixture(scope="module")
def grounds() -> Iterator[Grounds]:
    with tempfile.TemporaryDirectory() as folder, prepared(Path(folder)) as made:
        yield made


def test_one_of_four_workers_dies_and_its_rooms_move(grounds: Grounds):
    with grounds.storm(4, rooms=6) as storm:
        assert storms.run(storm, storms.removed) == []


def test_in_a_rolling_restart_nobody_loses_a_word(grounds: Grounds):
    with grounds.storm(3) as storm:
        assert storms.run(storm, storms.rolled) == []


@pytest.mark.parametrize("kind", ["restarted", "paused"])
def test_without_redis_everybody_talks_on(grounds: Grounds, kind: str):
    with grounds.storm(2) as storm:
        assert storms.run(storm, storms.redis_outage(grounds.redis, kind)) == []


def test_two_workers_with_one_room_write_one_log(grounds: Grounds):
    """No proxy leads the two of a pair together; still nothing goes two ways, or through Redis."""
    with (
        redis.Redis.from_url(grounds.redis.url) as client,
        client.pubsub(ignore_subscribe_messages=True) as ears,
        grounds.storm(2, rooms=2, scattered=True) as storm,
    ):
        ears.subscribe("earshot")
        ears.get_message(timeout=5)  # that it is so
        assert storms.run(storm, Storm.progress) == []
        told = list(iter(lambda: ears.get_message(timeout=0.5), None))
    words = [text for caller in storm.callers for text in caller.history.sent.values()]
    said = json.dumps([str(message["data"]) for message in told])
    assert "grew" in said
    assert not any(text in said for text in words)


def test_two_workers_with_one_room_write_one_log_without_redis(grounds: Grounds):
    async def alone(storm: Storm) -> None:
        grounds.redis.pause()
        await storm.progress(5)
        grounds.redis.resume()

    with grounds.storm(2, rooms=1, scattered=True) as storm:
        assert storms.run(storm, alone) == []


def test_a_facilitator_sees_and_reaches_the_rooms_of_every_worker(grounds: Grounds):
    """Connected to one worker, the pair to the other."""

    async def watched(storm: Storm) -> None:
        pair, account = storm.town.pair(), storm.town.account("facilitator", first_name="Ruth")
        server = SimpleNamespace(url=f"http://127.0.0.1:{storm.ports[1]}", config=storm.town.config)
        desk = Person(server, storm.town.cookie(account), "", namespace="/desk")
        await asyncio.to_thread(desk.connect)
        await asyncio.to_thread(desk.wait, "rooms")
        two = [storm.caller(pair, seat) for seat in ("a", "b")]
        coming = []
        for caller in two:
            caller.port = storm.ports[0]
            coming.append(asyncio.create_task(caller.run()))
        await asyncio.to_thread(desk.wait, "room", lambda room: room["id"] == pair.token)
        nudge = {"type": "nudge", "data": {"text": "Take your time."}, "id": str(uuid4())}
        answer = await asyncio.to_thread(desk.send, {"conversation": pair.token, **nudge})
        assert answer["ok"], answer
        await storm.until(lambda: all(caller.after >= answer["seq"] for caller in two))
        await asyncio.to_thread(desk.leave)
        for task in coming:
            task.cancel()

    with grounds.storm(2, rooms=1) as storm:
        assert storms.run(storm, watched) == []


@pytest.mark.parametrize("place", ["", "block committed"])
def test_a_block_made_at_one_worker_ends_the_room_at_another(grounds: Grounds, place: str):
    """Also where the one dies before it has told anybody: the other looks at the log."""

    def blocked(storm: Storm) -> None:
        pair = storm.town.pair()
        with both(storm.town, pair, storm.ports[0]) as people:
            for person in people:
                person.wait_status("talking")
            with suppress(ConnectionError) if place else nullcontext():
                block(storm.ports[1], people[0])
            for person in people:
                ended(person)
            assert people[0].act("say", text="Hello?")["error"]["code"] == "closed"

    async def befall(storm: Storm) -> None:
        storm.end(storm.ports[1])
        await storm.start(storm.ports[1], place=place, hit=1)
        await asyncio.to_thread(blocked, storm)

    with grounds.storm(2, rooms=1) as storm:
        assert storms.run(storm, befall) == []
        assert blocks(storm.town) == 1


@pytest.mark.parametrize("kind", ["restarted", "cut", "paused"])
def test_postgresql_goes_away_and_no_server_is_restarted(grounds: Grounds, kind: str):
    with grounds.storm(1) as storm:
        name = storm.town.config.database.url.rpartition("/")[2].partition("?")[0]
        assert storms.run(storm, storms.outage(grounds.postgres, kind, name)) == []
