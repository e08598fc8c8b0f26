"""Every way out of every state of the path leads to a page with a next step.

What is walked is the enumeration itself: a state without a scene, or a way out that does not reach
the state it names, fails here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from services.pairing import waits
from services.path import PLACES, State, Way
from tests.browser.conftest import PATIENCE, PHONE, Earshot, inhabited, let_in, posting, serving
from tests.browser.people import tap, unfold
from tests.browser.phone import PASSWORD, check, press
from tests.browser.scenes import SCENES, stage
from tests.rooms.people import Town

LEADS_ON = "main :is(a.button, button)"
OUTSIDE = (State.UNCONFIRMED, State.PLEDGED)  # nobody is signed in
INVITATIONS = (State.INVITED, State.ACCEPTED)


def _button(label: str) -> Callable[[Page, Way], None]:
    return lambda page, _way: page.get_by_role("button", name=label, exact=True).click()


def _same(page: Page, way: Way) -> None:
    page.get_by_role("button", name=way.label, exact=True).click()


def _free_no_hour(page: Page, _way: Way) -> None:
    tap(page.locator("input[name=hours]:checked").first)
    page.get_by_role("button", name="Keep these hours free").click()


SURE = {
    "home.leave": _button("Leave"),
    "invitations.cancel": _button("Cancel the conversation"),
    "anew.show": _button("Ask for these times"),
    "journey.show": _same,
    "standby.show": _free_no_hour,
}
"""What a page asks before it acts: how to say yes there."""


@dataclass
class Street:
    """A running Earshot with people at whatever state of the path, and one phone at a time."""

    earshot: Earshot
    town: Town
    chrome: Browser
    pages: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def phone(self) -> Page:
        """Take a phone of its own; a word of its console fails the test."""
        page = self.chrome.new_context(viewport=PHONE, has_touch=True).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.pages.append(page)
        return page

    def somebody(self, state: State) -> int:
        """Put somebody at *state*, and take their phone; return their account's id."""
        with Session(self.earshot.database) as session, session.begin():
            mine, other = stage(session, state, self.town.config, datetime.now(UTC))
        if state is State.OPEN:
            self._begin(mine, other)
        page = self.phone()
        if state is State.PLEDGED:
            page.goto(f"{self.earshot.url}/pledge")
            press(page, "I take the pledge")
        elif state is State.UNCONFIRMED:
            self._sign_up(page, f"new{mine}@example.org")
        else:
            let_in(page, self.town, mine, self.earshot.url)
            page.goto(f"{self.earshot.url}/home")
        return mine

    def _sign_up(self, page: Page, email: str) -> None:
        page.goto(f"{self.earshot.url}/sign-up")
        page.locator("#email").fill(email)
        page.locator("#password").fill(PASSWORD)
        for box in ("adult", "consent_matching", "consent_conversation"):
            page.locator(f"[name={box}]").check()
        press(page, "Sign up")
        page.wait_for_url("**/sign-up/sent")

    def _begin(self, *accounts: int) -> None:
        """Let both go into their room."""
        with Session(self.earshot.database) as session:
            token = session.scalars(
                select(models.Conversation.token)
                .join(models.Pair)
                .join(models.Participant, models.Pair.first_id == models.Participant.id)
                .where(models.Participant.account_id == accounts[0])
            ).one()
        for account in accounts:
            let_in(self.phone(), self.town, account, self.earshot.url)
            self.page.goto(f"{self.earshot.url}/conversations/{token}/room")
        expect(self.page.locator("#log")).to_contain_text("You are both here")

    def stands(self, state: State) -> None:
        """See that the page says *state*, and names its next step."""
        place = PLACES[state]
        title = place.title.partition("%")[0].strip()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)
        expect(self.page.locator(LEADS_ON).first).to_contain_text(place.step.label)
        self.lands(state)

    def lands(self, where: str) -> None:
        """There is a heading, a next step, and nothing axe objects to (looked at once a page)."""
        expect(self.page.get_by_role("heading", level=1)).to_be_attached()
        expect(self.page.locator("main :is(a, button)").first).to_be_attached()
        if where not in self.checked:
            check(self.page)
            self.checked.add(where)

    def take(self, way: Way) -> None:
        """Go one way."""
        here = self.page.url
        press(self.page, way.label)
        if way.post:
            self.page.wait_for_load_state()
        else:
            self.page.wait_for_url(lambda url: url != here)
        self.lands(way.page)

    def is_sure(self, way: Way) -> None:
        """Say yes where the page asks before it acts."""
        SURE[way.page](self.page, way)
        self.page.wait_for_load_state()
        self.lands(f"{way.page}, sure")

    def home(self, state: State) -> None:
        """Look at home."""
        self.page.goto(f"{self.earshot.url}/home")
        self.stands(state)

    def go(self) -> None:
        """Put the phones away."""
        for page in self.pages:
            page.context.close()
        self.pages.clear()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> Iterator[Street]:
    """One Earshot for all walks of this file."""
    folder = tmp_path_factory.mktemp("street")
    with posting() as mail, serving(folder, *mail) as earshot, inhabited(earshot) as town:
        yield Street(earshot, town, chrome)


@pytest.fixture
def street(built: Street) -> Iterator[Street]:
    yield built
    built.go()
    complaints, built.complaints = built.complaints, []
    assert complaints == []


def test_every_state_has_a_scene():
    assert set(SCENES) == set(State)


@pytest.mark.parametrize("state", State, ids=str)
def test_every_way_from_a_state_leads_on(street: Street, state: State):
    place = PLACES[state]
    for way in (place.step, *place.exits):
        street.somebody(state)
        street.stands(state)
        street.take(way)
        if state in OUTSIDE:
            continue
        acts = way.leads is not None and (way.post or way is not place.step)
        if acts and not way.post:
            street.is_sure(way)
        street.home(way.leads if acts and way.leads else state)


def invitation_of(street: Street, account: int) -> str:
    with Session(street.earshot.database) as session:
        mine = session.scalars(
            select(models.Invitation.id)
            .join(models.Participant)
            .where(models.Participant.account_id == account)
        ).one()
    return f"{street.earshot.url}/invitations/{mine}"


@pytest.mark.parametrize("state", INVITATIONS, ids=str)
@pytest.mark.parametrize(
    ("label", "leads"), [("Ask for another time", None), ("No, thank you", State.WAITING)]
)
def test_every_way_out_of_an_invitation_leads_on(
    street: Street, state: State, label: str, leads: State | None
):
    address = invitation_of(street, street.somebody(state))
    street.page.goto(address)
    unfold(street.page)
    street.lands(f"invitation, {state}")
    press(street.page, label)
    street.page.wait_for_load_state()
    street.lands(f"invitation, {state}, {label}")
    street.home(leads or state)


def test_an_invitation_whose_time_is_over_leads_on(street: Street):
    address = invitation_of(street, street.somebody(State.INVITED))
    with Session(street.earshot.database) as session, session.begin():
        past = datetime.now(UTC) - timedelta(minutes=1)
        mine = models.Invitation.id == int(address.rpartition("/")[2])
        session.execute(update(models.Invitation).where(mine).values(expires_at=past))
    street.page.goto(address)
    expect(street.page.get_by_role("heading", level=1)).to_have_text("This invitation has ended")
    street.lands("invitation, over")
    street.home(State.WAITING)


def silent(street: Street, account: int, so_long: timedelta) -> None:
    """Let the last sign of life from somebody in a lobby be *so_long* ago."""
    with Session(street.earshot.database) as session, session.begin():
        mine = select(models.Participant.id).where(models.Participant.account_id == account)
        seen = {"seen_at": datetime.now(UTC) - so_long}
        session.execute(
            update(models.Arrival)
            .where(models.Arrival.participant_id.in_(mine), models.Arrival.state == "waiting")
            .values(**seen)
        )


def test_a_lobby_whose_page_was_closed_leads_on(street: Street):
    """The loss clock: a part changes nothing, all of it takes somebody out, who can return."""
    account = street.somebody(State.LOBBY)
    silent(street, account, waits.LOST / 6)  # the page has the rest of it to load
    street.home(State.LOBBY)

    silent(street, account, waits.LOST + timedelta(seconds=1))
    street.home(State.WAITING)

    street.page.goto(f"{street.earshot.url}/lobby")
    expect(street.page.locator("main")).to_contain_text("so we took you out of the lobby")
    street.lands("lobby, lost")
    press(street.page, "Come in again")
    expect(street.page.get_by_role("heading", level=1)).to_have_text("You are in the lobby")
    street.home(State.LOBBY)
