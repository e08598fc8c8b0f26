"""The journey in words, in the reader's language."""

from collections.abc import Collection
from dataclasses import dataclass
from textwrap import wrap as fold

from flask_babel import gettext as _

from services.path.walk import STEPS

LINE = 50  # characters of one line on the card


@dataclass(frozen=True, slots=True)
class Step:
    """One of the seven: done, on (the next one), or still to come (empty)."""

    title: str
    text: str
    state: str


def steps(done: Collection[str]) -> list[Step]:
    """Return the seven steps as this person has walked them."""
    said = {
        "listen": (_("Listen"), _("Tell a story each, and say it back until it is right")),
        "humanize": (_("Humanize"), _("Ask about lives, not about labels")),
        "empathize": (_("Empathize"), _("Open the difference: what happened that made it matter?")),
        "values": (_("Common values"), _("What you both hold dear, and what it means to each")),
        "commit": (_("A shared future"), _("Something small that you both write, sign and keep")),
        "truth": (
            _("Truth and reconciliation"),
            _("What stands between us, by both your choice"),
        ),
        "peace": (_("Peace that lasts"), _("To keep on walking: with each other, and with others")),
    }
    following = next((name for name in STEPS if name not in done), None)
    return [
        Step(*said[name], "done" if name in done else "on" if name == following else "")
        for name in STEPS
    ]


def offered(guide: str) -> tuple[str, str]:
    """Return the title and a sentence for what an offer is about."""
    new = (_("A new time"), _("Your conversation did not come about. Nobody is blamed for it."))
    return guides().get(guide, new)


def guides() -> dict[str, tuple[str, str]]:
    """Return the title and a sentence for each guide that one of a pair can offer."""
    return {
        "again": (_("Three weeks on"), _("What stayed, what changed. About 45 minutes.")),
        "values": (
            _("What we both hold dear"),
            _("The same word, two lives. About 50 minutes."),
        ),
        "commit": (
            _("A commitment to a shared future"),
            _("You each write a part, and sign the whole. About 50 minutes."),
        ),
        "truth": (
            _("Truth and reconciliation"),
            _("What stands between us. It goes deeper than the others. About 65 minutes."),
        ),
    }


def surveys() -> dict[str, str]:
    """Say when each survey with thermometers was answered."""
    return {
        "after": _("After your last conversation"),
        "week-4": _("4 weeks after your first"),
        "week-12": _("12 weeks after your first"),
    }


def wrap(text: str) -> list[str]:
    """Return *text* in lines that fit the card."""
    return fold(text, LINE)
