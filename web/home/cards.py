"""What home says in every state of the path, in the reader's language."""

from dataclasses import dataclass

from flask_babel import gettext

from services.path import PLACES, State, Way


@dataclass(frozen=True, slots=True)
class Card:
    """The words of one state. `step` is the next thing to do, `exits` are the ways out."""

    title: str
    text: str
    step: Way
    exits: tuple[Way, ...]


def card(state: State, name: str) -> Card:
    """Return the words of *state*; *name* is the other's first name, empty where there is none."""
    place = PLACES[state]
    # not as gettext's own arguments: a text without %(name)s may hold a percent sign
    title, text = (gettext(words) % {"name": name} for words in (place.title, place.text))
    return Card(title, text, place.step, place.exits)
