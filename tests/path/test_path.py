"""Every state has a clock, a text, a next step and a way out; is found, counted and drawn."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import models
from services.path import PLACES, Moment, State, census, diagram, journey
from tests import factories
from tests.factories import NOW
from tests.home.test_journey import invite, talk

PAGE = Path(__file__).parents[2] / "docs" / "path.md"
OPENS = timedelta(minutes=10)
MOMENT = Moment(NOW, OPENS)
PLACED = list(PLACES.values())


def named(place) -> str:
    return place.state


@pytest.mark.parametrize("place", PLACED, ids=named)
def test_no_state_lacks_anything(app: Flask, place):
    ways = (place.step, *place.exits)
    methods = {rule.endpoint: rule.methods for rule in app.url_map.iter_rules()}

    assert place.means
    assert place.clock.runs
    assert place.title
    assert place.text
    assert (place.holds is None) != (place.about is None)
    for way in ways:
        assert way.label
        posts = {
            m for r in app.url_map.iter_rules() if r.endpoint == way.page for m in r.methods or ()
        }
        assert way.page in methods, way.page
        assert ("POST" if way.post else "GET") in posts, way.page


def test_every_state_has_its_place_in_the_order_of_urgency():
    assert list(PLACES) == list(State)


def test_nobody_can_be_stuck():
    """From every state another one can be reached by the person, or by time."""
    for place in PLACED:
        leads = {way.leads for way in (place.step, *place.exits)} | {place.clock.leads}
        leads |= {move.leads for move in place.moves}
        assert leads - {None, place.state}, place.state


def test_every_state_is_reached_from_a_beginning():
    reached, open_ends = set(), {State.PLEDGED, State.UNCONFIRMED, State.SUSPENDED}
    while open_ends:
        one = open_ends.pop()
        reached.add(one)
        place = PLACES[one]
        led = {way.leads for way in (place.step, *place.exits)} | {place.clock.leads}
        led |= {move.leads for move in place.moves}
        open_ends |= led - {None} - reached

    assert reached == set(State)


def test_everybody_is_counted_in_one_state_and_home_shows_the_same(session: Session):
    programme = factories.programme(session)
    people = [factories.participant(session, programme) for _ in range(9)]
    people[0].paused_at = people[1].withdrawn_at = NOW
    people[2].completed_at = None
    people[3].account.suspended_until = NOW + timedelta(days=1)
    pair = factories.pair(session, people[4], people[5])
    invite(session, pair, people[4])
    invite(session, pair, people[5], "accepted")
    talk(session, factories.pair(session, people[6], people[7]), NOW + timedelta(days=1))
    session.flush()

    counted = census.count(session, programme, MOMENT)

    stood = [journey.of(session, person.account, NOW, 10).state for person in people]
    assert {state: n for state, n in counted.items() if n} == {
        state: stood.count(state) for state in stood
    }
    assert counted[State.SCHEDULED] == 2
    assert sum(counted.values()) == len(people)


def test_those_before_a_programme_are_counted_too(session: Session):
    factories.account(session, confirmed_at=None)
    factories.account(session)
    factories.participant(session, factories.programme(session))
    session.add(models.Pledge(token="one", at=NOW))
    session.flush()

    assert census.arriving(session, MOMENT) == {
        State.NEW: 1,
        State.UNCONFIRMED: 1,
        State.PLEDGED: 1,
    }


def test_the_documentation_shows_the_diagram_and_the_table():
    page = PAGE.read_text(encoding="utf-8")

    assert f"```mermaid\n{diagram.mermaid()}\n```" in page
    assert diagram.table() in page


def test_a_place_that_differs_draws_another_diagram():
    first, *others = PLACED
    changed = replace(first, clock=replace(first.clock, leads=State.LEFT))

    assert diagram.mermaid([changed, *others]) != diagram.mermaid()
    assert diagram.table([*others]) != diagram.table()
