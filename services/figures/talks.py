"""The tables of a release about those who talked: how far, how long, how it was afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from disclosure.means import Scale, Sum, add
from disclosure.tables import Category, Design, Dimension
from models import Programme
from services.figures.looks import Entry, Key, Look, Talk


@dataclass(frozen=True, slots=True)
class Bands:
    """A scale cut into categories: below the first edge, below the second, …, the rest."""

    edges: tuple[float, ...]
    categories: tuple[Category, ...]

    def code(self, value: float | None) -> str:
        """Return the code of the band *value* lies in; without a value, that of no answer."""
        if value is None:
            return NO_ANSWER.code
        return self.categories[sum(value >= edge for edge in self.edges)].code

    def dimension(self, name: str, title: str) -> Dimension:
        """Return the bands as a dimension."""
        return Dimension(name, title, self.categories)


NO_ANSWER = Category("no-answer", "No answer")
OTHER_GUIDE = Category("another-guide", "Another guide")
WALKED = Bands(
    (0.5, 1.0),
    (
        Category("first-half", "Ended in the first half"),
        Category("second-half", "Ended in the second half, before the last step"),
        Category("last-step", "Reached the last step"),
    ),
)
MINUTES = Bands(
    (15, 40, 70),
    (
        Category("under-15", "Under 15 minutes"),
        Category("15-to-39", "15 to 39 minutes"),
        Category("40-to-69", "40 to 69 minutes"),
        Category("70-or-more", "70 minutes or more"),
    ),
)
HEARD_MEANS = Bands(
    (3, 5, 6),
    (
        Category("little", "Little: 1 to under 3"),
        Category("some", "Some: 3 to under 5"),
        Category("much", "Much: 5 to under 6"),
        Category("very-much", "Very much: 6 to 7"),
        NO_ANSWER,
    ),
)
WARMTH_CHANGES = Bands(
    (-4.5, 4.5, 19.5),
    (
        Category("colder", "Colder by 5 or more"),
        Category("same", "About the same"),
        Category("warmer", "Warmer by 5 to 19"),
        Category("much-warmer", "Warmer by 20 or more"),
        NO_ANSWER,
    ),
)
HEARD_SCALE = Scale(
    "felt-heard-mean", "Feeling heard, mean of the items", "feeling-heard", NO_ANSWER.code, 1, 7
)
WARMTH_SCALE = Scale(
    "warmth-mean",
    "Change of warmth towards those who see it differently",
    "warmth",
    NO_ANSWER.code,
    -50,
    50,
)


def entries(programme: Programme) -> list[Entry]:
    """Return the tables about those who began to talk in a month."""
    shipped = Category(programme.guide, programme.guide)
    guides = Dimension("guide", "Guide", (shipped, OTHER_GUIDE))
    return [
        _entry(
            ("conversations", "People who talked, by guide and how far they went"),
            (guides, WALKED.dimension("walked", "How far the conversation went")),
            lambda _look, talk: (
                talk.guide if talk.guide == shipped.code else OTHER_GUIDE.code,
                WALKED.code(talk.walked),
            ),
        ),
        _entry(
            ("lengths", "People who talked, by length of the conversation"),
            (MINUTES.dimension("length", "Length of the conversation"),),
            lambda _look, talk: (MINUTES.code(talk.length / timedelta(minutes=1)),),
        ),
        _entry(
            ("feeling-heard", "People who talked: how far they felt heard"),
            (HEARD_MEANS.dimension("heard", "Feeling heard, mean of the items, 1 to 7"),),
            lambda look, talk: (HEARD_MEANS.code(look.heard.get(talk.key)),),
        ),
        _entry(
            ("warmth", "People who talked: warmth towards those who see it differently"),
            (WARMTH_CHANGES.dimension("change", "Change of warmth on a scale of 0 to 100"),),
            lambda look, talk: (WARMTH_CHANGES.code(look.warmer.get(talk.key)),),
        ),
    ]


def sums(look: Look) -> list[Sum]:
    """Add up what the means of the month are made of."""
    return [
        _sum(HEARD_SCALE, look, look.heard),
        _sum(WARMTH_SCALE, look, look.warmer),
    ]


def _entry(
    about: tuple[str, str],
    dimensions: tuple[Dimension, ...],
    codes: Callable[[Look, Talk], tuple[str, ...]],
) -> Entry:
    name, title = about
    return Entry(
        Design(name, title, "talked", dimensions),
        lambda look: [(talk.person, codes(look, talk)) for talk in look.talks],
    )


def _sum(scale: Scale, look: Look, values: dict[Key, float]) -> Sum:
    given = ((talk.person, values[talk.key]) for talk in look.talks if talk.key in values)
    return add(scale, given)
