"""Calendar files, read by two parsers that are not ours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Calendar

from models import Conversation
from services.letters import calendar
from tests.factories import NOW

URL = "https://earshot.example.org/conversations/abc"
BERLIN = ZoneInfo("Europe/Berlin")


def file(at: datetime = NOW, sequence: int = 0, cancelled: bool = False) -> bytes:
    conversation = Conversation(token="abc", scheduled_at=at, sequence=sequence)
    return calendar.event(conversation, "Across, the table", URL, 60, now=NOW, cancelled=cancelled)


def event(made: bytes):
    (found,) = Calendar.from_ical(made).walk("VEVENT")
    return found


def test_two_parsers_agree_on_when_and_what():
    read, other = event(file()), vobject.readOne(file().decode()).vevent

    assert read.decoded("dtstart") == other.dtstart.value == NOW
    assert read.decoded("dtend") == other.dtend.value == NOW + timedelta(hours=1)
    assert str(read["summary"]) == other.summary.value == "Across, the table"
    assert str(read["url"]) == other.url.value == URL
    assert read.decoded("dtstamp") == NOW
    assert b"DTSTART:20261007T120000Z" in file()


def test_lines_end_and_fold_as_the_standard_asks():
    lines = file().split(b"\r\n")

    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75


def test_an_alarm_rings_before():
    (alarm,) = Calendar.from_ical(file()).walk("VALARM")

    assert alarm.decoded("trigger") == timedelta(minutes=-15)
    assert str(alarm["action"]) == "DISPLAY"


@pytest.mark.parametrize("day", [24, 25, 26])
def test_the_hour_stays_on_the_wall_when_clocks_change(day: int):
    """Clocks in Berlin go back in the night to 25 October 2026."""
    evening = datetime(2026, 10, day, 19, 0, tzinfo=BERLIN)

    start = event(file(evening.astimezone(UTC))).decoded("dtstart")
    other = vobject.readOne(file(evening.astimezone(UTC)).decode()).vevent.dtstart.value

    assert start.astimezone(BERLIN).hour == other.astimezone(BERLIN).hour == 19
    assert start.utcoffset() == timedelta(0)


def test_a_conversation_over_the_change_lasts_as_long_as_any_other():
    made = event(file(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)))

    assert made.decoded("dtend") - made.decoded("dtstart") == timedelta(hours=1)


def test_a_later_file_moves_the_event_it_is_about():
    first, moved = event(file()), event(file(NOW + timedelta(days=1), sequence=1))

    assert first["uid"] == moved["uid"] == "abc@earshot.example.org"
    assert (first["sequence"], moved["sequence"]) == (0, 1)


def test_a_cancellation_says_so_and_rings_no_more():
    made = file(sequence=2, cancelled=True)

    assert calendar.method(file()) == "REQUEST"
    assert calendar.method(made) == "CANCEL"
    assert event(file())["status"] == "CONFIRMED"
    assert event(made)["status"] == "CANCELLED"
    assert event(made)["uid"] == event(file())["uid"]
    assert not Calendar.from_ical(made).walk("VALARM")


def test_it_names_nobody_but_the_one_who_gets_it():
    made = calendar.addressed(file(), "earshot@example.org", "ada@example.org")

    assert made.count(b"@example.org") == 2
    assert event(made)["organizer"] == "mailto:earshot@example.org"
    assert event(made)["attendee"] == "mailto:ada@example.org"
