"""A conversation in a moving town, and somebody who waits there for a partner."""

import re
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.pairing import arrangements
from tests import factories
from tests.browser.moving import Moving
from tests.browser.people import Person
from tests.browser.phone import check

DOOR = re.compile("/conversations/[^/]+$")
HOUR = timedelta(hours=1)
LOOKS_AGAIN = 10_000  # milliseconds until a page looks at the clock, or for news, again


def arrange(moving: Moving, first: int, second: int) -> str:
    """Let the two have a conversation at the next hour but one; return its token."""
    with Session(moving.town.engine) as session, session.begin():
        both = [session.get_one(models.Participant, number) for number in (first, second)]
        hour = moving.now().replace(minute=0, second=0, microsecond=0) + 2 * HOUR
        pair = factories.pair(session, *both, proposed_at=moving.now())
        made = arrangements.schedule(session, pair, hour, moving.now(), moving.town.config)
        return made.token


def until_the_hour(moving: Moving, token: str, late: timedelta = timedelta(0)) -> None:
    """Move the clocks to *late* after the conversation's hour."""
    with Session(moving.town.engine) as session:
        hour = session.scalars(
            select(models.Conversation.scheduled_at).where(models.Conversation.token == token)
        ).one()
    moving.forward(seconds=(hour + late - moving.now()).total_seconds())


def go_in(person: Person, token: str) -> None:
    """Go through the door into the room."""
    person.go(f"/conversations/{token}")
    person.page.locator("#enter").click()
    expect(person.page.locator("#link")).to_have_text("Connected")


def wait_alone(moving: Moving, ana: Person, token: str) -> None:
    """Go into the room, and be told after one minute, and asked after three."""
    until_the_hour(moving, token)
    go_in(ana, token)
    choose = ana.page.get_by_role("link", name="See what else you can do")
    until_the_hour(moving, token, timedelta(seconds=65))
    ana.page.clock.run_for(LOOKS_AGAIN)
    expect(ana.page.get_by_role("heading", name="is a little late")).to_be_visible()
    expect(choose).to_be_hidden()
    check(ana.page)
    until_the_hour(moving, token, timedelta(seconds=185))
    ana.page.clock.run_for(LOOKS_AGAIN)
    choose.click()
    check(ana.page)
