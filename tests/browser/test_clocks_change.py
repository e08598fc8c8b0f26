"""The week in which clocks change: every page, letter and file means the same moment."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from babel.dates import get_timezone_name
from icalendar import Calendar
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.pairing import slots
from tests import factories
from tests.browser.late import go_in, until_the_hour
from tests.browser.moving import Moving
from tests.browser.people import Person, tap, unfold
from tests.browser.phone import check
from tests.rooms.people import Town

BERLIN, LAGOS = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Lagos")  # clocks in Lagos stand
NIGHT = [(day, 2) for day in range(7)]  # it vanishes in spring and comes twice in autumn
DAY = timedelta(days=1)


def change_ahead(forward: bool) -> datetime:
    """Return the next moment at which clocks in Berlin go forward, or back."""
    found = slots.changes(BERLIN.key, datetime.now(UTC), 400)
    while found and (found[1] > timedelta(0)) is not forward:
        found = slots.changes(BERLIN.key, found[0], 400)
    assert found
    return found[0]


def said(moment: datetime, zone: ZoneInfo) -> str:
    """Say a moment as pages do."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B, %H:%M} {local.tzname()}"


def in_a_letter(moment: datetime, zone: ZoneInfo) -> str:
    """Say a moment as letters do, which name the clock in full."""
    local = moment.astimezone(zone)
    name = get_timezone_name(local, locale="en")
    return f"{local:%A} {local.day} {local:%B, %H:%M} ({name})"


@dataclass
class Two:
    """Ana in Berlin and Ben in Lagos, invited four days before the change."""

    moving: Moving
    change: datetime
    ana: Person
    ben: Person
    invitations: list[int]

    def offered(self, person: Person, number: int) -> dict[datetime, tuple[str, str]]:
        """Open the invitation; return the hours it offers, each with its day and its words."""
        person.go(f"/invitations/{self.invitations[number]}")
        unfold(person.page)
        check(person.page)
        found = person.page.locator("input[name=hours]").evaluate_all(
            "boxes => boxes.map(box => [box.value, box.closest('fieldset').children[0].textContent,"
            " box.closest('label').textContent.trim()])"
        )
        return {datetime.fromisoformat(value): (day, words) for value, day, words in found}

    def says_yes(self, person: Person, moment: datetime) -> None:
        box = person.page.locator(f"input[name=hours][value='{moment.isoformat()}']")
        if not box.locator("xpath=ancestor::label").is_visible():
            person.page.get_by_text(re.compile("more day")).click()
        tap(box)
        person.press("Yes, at these times")
        person.page.wait_for_load_state()


@pytest.fixture(params=[True, False], ids=["forward", "back"])
def two(bare_town: Town, chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Two]:
    change = change_ahead(request.param)
    ahead = change - 4 * DAY - datetime.now(UTC)
    with Moving(bare_town, chrome, ahead).running() as moving:
        programme = moving.programme()
        ana, first = moving.person(programme, "Ana", 1, NIGHT, zone=BERLIN.key)
        ben, second = moving.person(programme, "Ben", 5, zone=LAGOS.key)
        yield Two(moving, change, ana, ben, invite(moving, first, second))
        assert moving.complaints == []


def invite(moving: Moving, *people: int) -> list[int]:
    with Session(moving.town.engine) as session, session.begin():
        both = [session.get_one(models.Participant, number) for number in people]
        pair = factories.pair(session, *both, proposed_at=moving.now())
        made = [
            models.Invitation(
                pair=pair,
                participant=person,
                state="open",
                sent_at=moving.now(),
                expires_at=moving.now() + 2 * DAY,
            )
            for person in both
        ]
        session.add_all(made)
        session.flush()
        return [one.id for one in made]


def test_all_mean_the_same_moment_in_the_week_in_which_clocks_change(two: Two):
    the_week_tells_of_it(two)
    moment = both_choose_the_first_hour_after_it(two)
    token = letters_and_files_agree(two, moment)
    doors_agree(two, token, moment)


def the_week_tells_of_it(two: Two) -> None:
    told = f"clocks change on {two.change.day} {two.change:%B %Y}"
    two.ana.go("/home/times")
    expect(two.ana.page.get_by_text(told)).to_be_visible()
    check(two.ana.page)
    two.ben.go("/home/times")
    expect(two.ben.page.locator("#zone")).to_have_value(LAGOS.key)
    expect(two.ben.page.get_by_text("clocks change on")).to_be_hidden()


def both_choose_the_first_hour_after_it(two: Two) -> datetime:
    by_ana = two.offered(two.ana, 0)
    for moment, (day, words) in by_ana.items():
        assert f"{day}, {words}" == said(moment, BERLIN)
        assert words.startswith("02:00")
    on_the_day = [words for moment, (_, words) in by_ana.items() if near(moment, two.change)]
    forward = two.change.astimezone(BERLIN).tzname() == "CEST"
    assert on_the_day == ([] if forward else ["02:00 CEST", "02:00 CET"])

    first = min(moment for moment in by_ana if moment >= two.change)
    two.says_yes(two.ana, first)
    by_ben = two.offered(two.ben, 1)
    assert by_ben.keys() == by_ana.keys()
    assert said(first, LAGOS) in two.ben.page.get_by_role("group", name="Ana chose").inner_text()
    tap(two.ben.page.get_by_role("group", name="Ana chose").locator("input"))
    two.ben.press("Yes, at these times")
    two.ben.page.wait_for_load_state()
    return first


def near(moment: datetime, change: datetime) -> bool:
    return abs(moment - change) <= timedelta(hours=2)


def letters_and_files_agree(two: Two, moment: datetime) -> str:
    with Session(two.moving.town.engine) as session:
        (made,) = session.scalars(select(models.Conversation))
        assert made.scheduled_at == moment
        letters = factories.mails(session, "scheduled")
        zones = {
            letter.recipient: ZoneInfo(
                session.scalars(
                    select(models.Account.zone).where(models.Account.email == letter.recipient)
                ).one()
            )
            for letter in letters
        }
        assert set(zones.values()) == {BERLIN, LAGOS}
        for letter in letters:
            written = in_a_letter(moment, zones[letter.recipient])
            assert written in letter.text
            assert written in letter.subject
            assert letter.calendar
            (event,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
            other = vobject.readOne(letter.calendar.decode()).vevent
            assert event.decoded("dtstart") == other.dtstart.value == moment
        return made.token


def doors_agree(two: Two, token: str, moment: datetime) -> None:
    for person, zone in ((two.ana, BERLIN), (two.ben, LAGOS)):
        person.go(f"/conversations/{token}")
        expect(person.page.locator("main")).to_contain_text(said(moment, zone))
        check(person.page)
    by_todays = moment.astimezone(BERLIN).replace(tzinfo=None) - (
        moment.astimezone(BERLIN).utcoffset() - two.moving.now().astimezone(BERLIN).utcoffset()
    )
    expect(two.ana.page.get_by_text(f"today's clock would say {by_todays:%H:%M}")).to_be_visible()
    expect(two.ben.page.get_by_text("Clocks change on")).to_be_hidden()
    until_the_hour(two.moving, token)
    for person in (two.ana, two.ben):
        go_in(person, token)
