"""What mail says and how it is laid out."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from icalendar import Calendar

import models
from services.letters import calendar, envelopes
from services.letters.mailings import Stop
from services.staff import refusals
from tests.factories import NOW

SUMMER, WINTER = datetime(2026, 10, 24, 17, tzinfo=UTC), datetime(2026, 10, 26, 17, tzinfo=UTC)
GIVEN = {
    "programme": "Across the table",
    "other": "Mira",
    "url": "https://earshot.example.org/home",
    "at": SUMMER,
    "until": SUMMER,
    "minutes": 60,
    "code": "123456",
    "subject": "What was new in spring",
    "paragraphs": ["Hello.", "Much was new."],
    "confirm": None,
    "name": "Ada",
    "days": 60,
    "words": "Thank you for your note. Would tomorrow suit you?",
    "due": SUMMER,
    "weeks": 4,
    "same": True,
    "out": "https://earshot.example.org/p/across/no/1",
}
KINDS = sorted(path.stem for path in envelopes.TEMPLATES.glob("*.txt"))


def write(kind: str = "scheduled", locale: str = "en", zone: str = "Europe/Berlin", **more):
    return envelopes.write(kind, locale, zone, GIVEN | more)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_plain_and_warm_in_both_forms(kind: str):
    letter = write(kind)

    assert "\n" not in letter.subject
    assert letter.text.endswith("\n\nEarshot\n")
    assert "\n\n\n" not in letter.text
    assert "!" not in letter.subject + letter.text
    links = [GIVEN["url"]] if kind != refusals.KIND else [GIVEN["url"], GIVEN["out"]]
    assert letter.html.count("<a href=") == sum(letter.text.count(f":\n{one}\n") for one in links)
    assert letter.html.count("<a href=") <= len(links)
    assert f"<title>{letter.subject}</title>" in letter.html


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (SUMMER, "Europe/Berlin", "Saturday 24 October, 19:00 (Central European Summer Time)"),
        (WINTER, "Europe/Berlin", "Monday 26 October, 18:00 (Central European Standard Time)"),
        (WINTER, "Asia/Tokyo", "Tuesday 27 October, 02:00 (Japan Standard Time)"),
    ],
)
def test_a_time_is_on_the_clock_of_its_reader_and_says_which(at, zone, said):
    assert said in write(zone=zone, at=at).text


def test_it_speaks_the_language_of_its_reader():
    letter = write(locale="ar", zone="Africa/Cairo")

    assert 'lang="ar" dir="rtl"' in letter.html
    assert "الخميس" in write(locale="ar", at=NOW.replace(day=8)).text


def test_a_name_is_text_whatever_it_says():
    letter = write(other="<script>alert(1)</script>")

    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script>" in letter.text


def test_a_name_can_neither_add_a_header_nor_a_link_nor_turn_the_text():
    letter = write(other="Mira:\nhttps://elsewhere.example\r\nBcc: x\u202e")

    assert letter.subject.startswith(
        "Your conversation with Mira: https://elsewhere.example Bcc: x"
    )
    assert "\u202e" not in letter.subject + letter.text + letter.html
    assert 'href="https://elsewhere' not in letter.html


def message(kind: str = "scheduled", **given) -> EmailMessage:
    mail = models.Mail(
        dedupe="one",
        kind=kind,
        recipient="Ada <ada@example.org>",
        subject="Grüße",
        text="hello\n",
        html="<p>hello</p>",
        **given,
    )
    made = envelopes.message(mail, "Earshot <e@earshot.example.org>", "https://e.example.org", NOW)
    return message_from_bytes(made.as_bytes(), policy=policy.default)


def test_a_calendar_file_is_there_to_act_on_and_to_keep():
    conversation = models.Conversation(token="abc", scheduled_at=NOW, sequence=0)
    file = calendar.event(conversation, "Título", "https://e.example.org/x", 60, now=NOW)

    made = message(calendar=file)

    assert [part.get_content_type() for part in made.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    (attached,) = made.iter_attachments()
    part = next(part for part in made.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    assert attached.get_filename() == "conversation.ics"
    for text in (part.get_content(), attached.get_content().decode()):
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        assert event["summary"] == "Título"
        assert event["organizer"] == "mailto:e@earshot.example.org"
        assert event["attendee"] == "mailto:ada@example.org"


def test_a_second_try_is_the_same_message():
    assert message()["Message-ID"] == message()["Message-ID"]
    assert message()["Message-ID"].endswith("@e.example.org>")
    assert message()["Subject"] == "Grüße"


def test_what_can_be_stopped_says_how_to_programs_and_to_people():
    stop = Stop("/mail/stop/7.reminders.abc", "en")
    mail = models.Mail(
        dedupe="one",
        kind="reminder_day",
        recipient="ada@example.org",
        subject="Soon",
        text="hello\n",
        html="<body><p>hello</p></body>",
    )

    made = envelopes.message(mail, "Earshot <e@example.org>", "https://e.example.org", NOW, stop)

    address = "https://e.example.org/mail/stop/7.reminders.abc"
    assert made["List-Unsubscribe"] == f"<{address}>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (made.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text.endswith(f"No more mail of this kind:\n{address}\n")
    assert f'<a href="{address}">No more mail of this kind</a>' in html


def test_what_was_just_asked_for_cannot_be_stopped():
    assert message("account_code")["List-Unsubscribe"] is None


def test_a_guest_has_the_way_out_that_stands_last_in_the_text():
    mail = models.Mail(
        dedupe="one",
        kind="guest_invitation",
        recipient="ada@example.org",
        subject="Come",
        text="Come:\nhttps://e.example.org/p\n\nNo:\nhttps://e.example.org/p/no/1\n",
        html="",
    )

    made = envelopes.message(mail, "Earshot <e@example.org>", "https://e.example.org", NOW)

    assert made["List-Unsubscribe"] == "<https://e.example.org/p/no/1>"
    assert made["List-Unsubscribe-Post"] is None
