"""A block and the end of the room that runs between the two: stored both, or neither."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from tests.rooms import forms
from tests.rooms.conftest import Made
from tests.rooms.people import Pair, Person, Town
from tests.rooms.storm import Storm


@contextmanager
def both(town: Town, pair: Pair, port: int) -> Iterator[tuple[Person, Person]]:
    """Both people of a pair, connected to the server at *port*."""
    server = SimpleNamespace(url=f"http://127.0.0.1:{port}", config=town.config)
    a, b = (
        Person(server, town.cookie(account), pair.token)  # type: ignore[arg-type]
        for account in (pair.accounts["a"], pair.accounts["b"])
    )
    for person in (a, b):
        person.connect()
    yield a, b
    for person in (a, b):
        person.leave()


def block(port: int, by: Person) -> None:
    """Send the form with which *by* never wants to meet the other again, to one server."""
    address = f"/conversations/{by.token}/block"
    forms.send_form(f"http://127.0.0.1:{port}", address, by.cookie).close()


def ended(person: Person) -> None:
    """Wait until a person has heard that the system ended the room, by whom and why untold."""
    person.wait_status("closed")
    mark = person.view["closed"]
    assert (mark["why"], mark["by"]) == ("ended", "system")


def blocks(town: Town) -> int:
    with Session(town.engine) as session:
        return len(session.scalars(select(models.Block)).all())


@pytest.mark.parametrize(("place", "stands"), [("block not committed", 0), ("block committed", 1)])
def test_a_crash_leaves_no_block_without_an_end_and_no_end_without_a_block(
    storm: Made, place: str, stands: int
):
    made: Storm = storm(rooms=1)
    pair, port = made.pairs[0], made.ports[0]
    environment = {**made.environment, "PORT": str(port)}
    with (
        closing(made.forge.start(environment, place=place, hit=1)) as server,
        both(made.town, pair, port) as people,
    ):
        for person in people:
            person.wait_status("talking")
        with pytest.raises(ConnectionError):
            block(port, people[0])
        assert server.dies(60)
    assert blocks(made.town) == stands
    with closing(made.forge.start(environment)), both(made.town, pair, port) as people:
        for person in people:
            person.wait("state")
            if stands:
                ended(person)
            else:
                assert person.view["status"] == "talking"
        if not stands:
            block(port, people[0])
            for person in people:
                ended(person)


def test_a_block_in_the_middle_of_what_is_said_ends_the_room_behind_it(storm: Made):
    made: Storm = storm(rooms=1)
    port = made.ports[0]
    with (
        closing(made.forge.start({**made.environment, "PORT": str(port)})),
        both(made.town, made.pairs[0], port) as people,
        ThreadPoolExecutor(2) as threads,
        ended_with(Event()) as over,
    ):
        for person in people:
            person.wait_status("talking")
        talking = [threads.submit(talk, person, over) for person in people]
        for person in people:
            person.wait("event", lambda event: event["data"].get("text") == "Line 5")
        block(port, people[0])
        said = [one.result() for one in talking]
        for person in people:
            ended(person)
            seqs = [event["seq"] for event in person.log]
            assert seqs == list(range(1, len(seqs) + 1))
            assert person.log[-1]["type"] == "end"
            assert {event["seq"] for event in person.log} >= {seq for all in said for seq in all}


@contextmanager
def ended_with(over: Event) -> Iterator[Event]:
    """An event that is set at the end, whatever went wrong."""
    try:
        yield over
    finally:
        over.set()


def talk(person: Person, over: Event) -> list[int]:
    """Say something until the room takes no more; return the places of what was acknowledged."""
    seqs: list[int] = []
    while not over.is_set():
        answer = person.act("say", text=f"Line {len(seqs)}")
        if answer["ok"]:
            seqs.append(answer["seq"])
        elif answer["error"]["code"] != "unavailable":
            assert answer["error"]["code"] == "closed"
            break
    return seqs
