"""What the profile's pages say that no questionnaire does."""

from babel import Locale
from flask_babel import get_locale, lazy_gettext, ngettext

from matcher.questionnaire import Item
from models import Answer
from services.people.profiles import BadAnswer, Question

_l = lazy_gettext

TROUBLE = {
    "required": _l("An answer is missing here."),
    "unknown": _l("That is not one of the answers. Please choose again."),
    "name": _l("At most 80 letters, please, without line breaks."),
}
PARTS = (
    (_l("Morning"), range(7, 12)),
    (_l("Afternoon"), range(12, 18)),
    (_l("Evening"), range(18, 23)),
)
SECTIONS = {
    "name": _l("Your name"),
    "value": _l("What guides you"),
    "view": _l("Your views"),
    "background": _l("About you"),
    "languages": _l("Your languages"),
    "topics": _l("Your topics"),
    "times": _l("Your times"),
}


CHANGES = {
    "name": _l("A new name is seen by everybody you are proposed to from now on."),
    "value": _l("A new answer counts from the next time we look. What is arranged stays."),
    "view": _l("A new answer counts from the next time we look. What is arranged stays."),
    "background": _l("This is never used to find you a partner, only for figures without names."),
    "languages": _l("We look again within minutes. What is arranged stays."),
    "topics": _l("We look again within minutes. What is arranged stays."),
    "times": _l(
        "We look again within minutes. What is arranged stays; an open invitation shows the hours "
        "you both have now."
    ),
}


def consequence(question: Question) -> str:
    """Say what follows from changing an answer later."""
    return str(CHANGES[question.kind])


def trouble(error: BadAnswer) -> str:
    """Say what is wrong with an answer."""
    return str(TROUBLE[error.code])


def language(tag: str) -> str:
    """Name a language in the reader's language: `es` is Spanish."""
    return Locale.parse(tag, sep="-").get_display_name(get_locale()) or tag


def languages(tags: list[str]) -> list[tuple[str, str]]:
    """Return languages as options, in the programme's order."""
    return [(tag, language(tag)) for tag in tags]


def same(texts: list[str]) -> list[tuple[str, str]]:
    """Return texts as options that stand for themselves."""
    return [(text, text) for text in texts]


def options(item: Item) -> list[tuple[int | str, str]]:
    """Return what can be answered to an item: its list, or the points of its scale."""
    if item.scale is None:
        return [(text, text) for text in item.options]
    points = range(int(item.scale.min), int(item.scale.max) + 1)
    labels = item.scale.labels or [str(point) for point in points]
    return [(point, said) for point, said in zip(points, labels, strict=True)]


def days() -> list[tuple[int, str, str]]:
    """Return the days of the week as (number, short, long), Monday first."""
    names = (get_locale() or Locale("en")).days["format"]
    return [(day, names["abbreviated"][day], names["wide"][day]) for day in range(7)]


def parts() -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the parts of a day with their hours."""
    return [(str(title), [(hour, f"{hour:02}:00") for hour in hours]) for title, hours in PARTS]


def hours(count: int) -> str:
    """Say how many hours of a week are free."""
    return str(ngettext("%(num)d hour a week", "%(num)d hours a week", count))


def answer(item: Item | None, kept: Answer | None) -> str:
    """Say an answer to a questionnaire's item, nothing where it was skipped."""
    if item is None or kept is None:
        return ""
    if kept.choice is not None or kept.value is None:
        return kept.choice or ""
    scale = item.scale
    if scale is not None and scale.labels:
        return scale.labels[int(kept.value - scale.min)]
    return f"{kept.value:g}"


def section(question: Question) -> str:
    """Name the part of the profile a question belongs to."""
    return str(SECTIONS[question.kind])
