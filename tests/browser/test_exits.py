"""Every way out of every state in which somebody waits leads to a page with a next step."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from services.pairing import arrangements
from services.path import PLACES, State, Way
from tests import factories
from tests.browser.conftest import Earshot, Open, let_in
from tests.browser.people import unfold
from tests.browser.phone import check, press
from tests.rooms.people import Town
from tests.rounds import people

WAITING = (State.WAITING, State.INVITED, State.ACCEPTED, State.SCHEDULED)
LEADS_ON = "main :is(a.button, button)"
SURE = ("Leave", "Cancel the conversation")  # what a page asks before it acts


@dataclass
class Street:
    """People in one programme, at whatever state of the path, and their phones."""

    earshot: Earshot
    town: Town
    opened: Open

    def __post_init__(self) -> None:
        self.config = self.town.config
        self.now = datetime.now(UTC)
        self.page = self.opened()

    def somebody(self, state: State) -> str:
        """Put two people in *state*, take the first one's phone; return the invitation's page."""
        with Session(self.earshot.database) as session, session.begin():
            programme = session.scalars(select(models.Programme)).one()
            both = [people.person(session, programme, view) for view in (1, 5)]
            account, address = both[0].account_id, ""
            if state is not State.WAITING:
                address = self._invite(session, both, state)
        let_in(self.page, self.town, account, self.earshot.url)
        return address

    def _invite(self, session: Session, both: list[models.Participant], state: State) -> str:
        pair = factories.pair(session, *both, proposed_at=self.now)
        hour = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
        for person in both:
            said_yes = state is State.SCHEDULED or (state is State.ACCEPTED and person is both[0])
            session.add(
                models.Invitation(
                    pair=pair,
                    participant=person,
                    state="accepted" if said_yes else "open",
                    sent_at=self.now,
                    expires_at=self.now + timedelta(days=2),
                )
            )
        session.flush()
        if state is State.SCHEDULED:
            arrangements.schedule(session, pair, hour, self.now, self.config)
        mine = select(models.Invitation.id).where(models.Invitation.participant_id == both[0].id)
        return f"/invitations/{session.scalar(mine)}"

    def home(self, state: State) -> None:
        """Look at home: it says *state*, and names its next step."""
        self.page.goto(f"{self.earshot.url}/home")
        place = PLACES[state]
        title = place.title.partition("%")[0]
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)
        expect(self.page.locator("main .primary").first).to_contain_text(place.step.label)

    def lands(self) -> None:
        """Where this led, there is a heading, a next step, and nothing that axe objects to."""
        expect(self.page.get_by_role("heading", level=1)).to_be_attached()
        assert self.page.locator(LEADS_ON).count(), self.page.url
        check(self.page)


@pytest.fixture
def street(earshot: Earshot, town: Town, opened: Open) -> Street:
    return Street(earshot, town, opened)


def take(street: Street, way: Way) -> None:
    """Go one way from home; say yes where the page asks first."""
    press(street.page, way.label)
    street.page.wait_for_load_state()
    street.lands()
    sure = [street.page.get_by_role("button", name=word, exact=True) for word in SURE]
    for button in sure:
        if way.leads is not None and button.count():
            button.click()
            street.page.wait_for_load_state()
            street.lands()


@pytest.mark.parametrize("state", WAITING, ids=str)
def test_every_way_from_home_leads_on(street: Street, state: State):
    place = PLACES[state]
    for way in (place.step, *place.exits):
        street.somebody(state)
        street.home(state)
        check(street.page)
        take(street, way)
        leads = way.leads if way is not place.step and way.leads else state
        street.home(leads)


@pytest.mark.parametrize("state", [State.INVITED, State.ACCEPTED], ids=str)
@pytest.mark.parametrize(
    ("label", "leads"), [("Ask for another time", None), ("No, thank you", State.WAITING)]
)
def test_every_way_out_of_an_invitation_leads_on(
    street: Street, state: State, label: str, leads: State | None
):
    address = street.somebody(state)
    street.page.goto(f"{street.earshot.url}{address}")
    unfold(street.page)
    street.lands()
    press(street.page, label)
    street.page.wait_for_load_state()
    street.lands()
    street.home(leads or state)


def test_an_invitation_whose_time_is_over_leads_on(street: Street):
    address = street.somebody(State.INVITED)
    with Session(street.earshot.database) as session, session.begin():
        past = street.now - timedelta(minutes=1)
        session.execute(update(models.Invitation).values(expires_at=past))
    street.page.goto(f"{street.earshot.url}{address}")
    expect(street.page.get_by_role("heading", level=1)).to_have_text("This invitation has ended")
    street.lands()
    street.home(State.WAITING)
