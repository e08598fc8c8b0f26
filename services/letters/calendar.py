"""Calendar files (RFC 5545) for conversations, and their form in mail (RFC 6047)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event, vCalAddress

import models

REMIND = timedelta(minutes=-15)


def event(
    conversation: models.Conversation,
    title: str,
    url: str,
    minutes: int,
    *,
    now: datetime,
    cancelled: bool = False,
) -> bytes:
    """Return *conversation* as a calendar file: a request, or a cancellation of one.

    The UID stays the same for a conversation and `conversation.sequence` tells which of two
    files is the newer, so that a calendar moves or removes the event it has. Times are in UTC.
    """
    made = Event()
    made.add("uid", f"{conversation.token}@{urlsplit(url).hostname}")
    made.add("sequence", conversation.sequence)
    made.add("dtstamp", now.astimezone(UTC))
    made.add("dtstart", conversation.scheduled_at)
    made.add("dtend", conversation.scheduled_at + timedelta(minutes=minutes))
    made.add("summary", title)
    made.add("description", url)
    made.add("url", url)
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not cancelled:
        made.add_component(_alarm(title))
    whole = Calendar()
    whole.add("prodid", "-//Earshot//Conversations//EN")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if cancelled else "REQUEST")
    whole.add_component(made)
    return bytes(whole.to_ical())


def addressed(file: bytes, organizer: str, attendee: str) -> bytes:
    """Return *file* from *organizer* to *attendee*, both mail addresses, as RFC 5546 asks.

    Only the one who gets the file is named in it: two people never learn each other's address.
    """
    whole = Calendar.from_ical(file)
    for made in whole.walk("VEVENT"):
        made.add("organizer", vCalAddress(f"mailto:{organizer}"))
        person = vCalAddress(f"mailto:{attendee}")
        person.params["PARTSTAT"] = "ACCEPTED"
        made.add("attendee", person)
    return bytes(whole.to_ical())


def method(file: bytes) -> str:
    """Return what *file* asks a calendar to do: REQUEST or CANCEL."""
    return str(Calendar.from_ical(file)["METHOD"])


def _alarm(title: str) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", title)
    made.add("trigger", REMIND)
    return made
