"""What the waiting card says: how long, why not yet, and what would help."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import format_datetime, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

import models
from services.pairing import pools
from services.path import journey
from services.path.journey import Look
from services.staff import waitlists
from services.staff.waitlists import Begins

REASONS = {
    "alone": _l("You were the only one we could look for."),
    "language": _l("Nobody else spoke a language you speak."),
    "band": _l("Nobody else fitted what your programme asks for."),
    "hour": _l("Nobody who fits was free when you are."),
    "values": _l("Those who differ from you put other things first than you do."),
    "differences": _l("Those with your values see most things as you do."),
    "topics": _l("Nobody who fits wants to talk about the same things."),
    "taken": _l("Those who fit you were paired with people who have waited longer."),
}


@dataclass(frozen=True, slots=True)
class Help:
    """One change that would help: what it is, what it gives, which question it is made at."""

    change: str
    gives: str
    question: str
    label: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when, and how many midnights of theirs ago; others who wait; the last look; what helps.

    `begins` where a half of the programme waits, and this person's has not begun.
    """

    since: datetime
    days: int
    others: int
    looked_at: datetime | None
    why: str
    help: Help | None
    begins: Begins | None = None


def card(session: Session, participant: models.Participant, now: datetime) -> Waiting:
    """Return what there is to say to somebody who waits."""
    since, zone = participant.waiting_since or now, ZoneInfo(participant.account.zone)
    look = journey.last_look(session, participant)
    return Waiting(
        since=since,
        days=(now.astimezone(zone).date() - since.astimezone(zone).date()).days,
        others=max(0, pools.size(session, participant.programme, now) - 1),
        looked_at=look.at if look else None,
        why=str(REASONS[look.reason]) if look else "",
        help=_help(look) if look else None,
        begins=waitlists.begins(session, participant, now),
    )


def _help(look: Look) -> Help | None:
    if look.change not in CHANGES:
        return None
    say, question, label = CHANGES[look.change]
    gives = ngettext(
        "would have given you %(num)d person", "would have given you %(num)d people", look.partners
    )
    return Help(say(look.what), gives, question, str(label))


def _hour(what: str) -> str:
    moment = datetime.fromisoformat(what)
    return str(format_datetime(moment.replace(tzinfo=moment.tzinfo or UTC), "EEEE, HH:mm"))


def _language(what: str) -> str:
    name = Locale.parse(what, sep="-").get_display_name(get_locale()) or what
    return str(_("Talking in %(language)s as well", language=name))


def _topic(what: str) -> str:
    return str(_("Talking about %(topic)s", topic=what))


CHANGES = {
    "slots": (_hour, "times", _l("Add times")),
    "languages": (_language, "languages", _l("Add a language")),
    "topics": (_topic, "topics", _l("Add a topic")),
}
