"""What the pages of rounds say: quality, who is left and why, and why something is refused."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from flask_babel import format_decimal, gettext, lazy_gettext, ngettext

import models
from matcher.policy import from_mapping
from matcher.questionnaire import Questionnaire
from services.pairing import decisions
from services.pairing.proposals import Body, Shown

STATES = {
    "open": lazy_gettext("Preview"),
    "published": lazy_gettext("Published"),
    "discarded": lazy_gettext("Thrown away"),
    "undone": lazy_gettext("Taken back"),
}
LEFT = {
    "alone": lazy_gettext("Alone in the pool"),
    "language": lazy_gettext("No shared language"),
    "band": lazy_gettext("Nobody they may meet"),
    "hours": lazy_gettext("No shared free hour"),
    "values": lazy_gettext("Put other things first than everybody left"),
    "differences": lazy_gettext("Too alike with everybody left"),
    "topics": lazy_gettext("No shared topic"),
    "taken": lazy_gettext("Whoever would fit has a pair"),
    "hand": lazy_gettext("Left over by a pair made by hand"),
}
VALUES = {
    "self_transcendence": lazy_gettext("Being there for others"),
    "conservation": lazy_gettext("Safety and tradition"),
    "openness": lazy_gettext("Freedom and new things"),
    "self_enhancement": lazy_gettext("Doing well and getting ahead"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A preview in words and figures."""

    preview: models.RoundPreview
    body: Body
    asked: Questionnaire

    def quality(self, one: Shown) -> int:
        """Return how good a pair is, of 100."""
        return round(100 * one.score / from_mapping(self.preview.policy).weights.total)

    def shares(self, one: Shown) -> str:
        """Name what two share."""
        return ", ".join(str(VALUES.get(value, value)) for value in one.shared_values) or "–"

    def stats(self) -> list[tuple[str, str, str]]:
        """Return the figures above the pairs: value, what it is, its range or ground."""
        report, pairs = self.preview.report, self.body.pairs
        bound = report["upper_bound"]["paired"]
        qualities = [self.quality(one) for one in pairs]
        floor = self.preview.policy["min_differences"]
        return [
            (
                ngettext("%(num)s pair", "%(num)s pairs", len(pairs)),
                gettext("of at most %(most)s that are possible", most=bound // 2),
                gettext("a proven bound"),
            ),
            (
                gettext("%(quality)s of 100", quality=round(median(qualities)) if pairs else 0),
                gettext("quality in the middle of the list"),
                gettext("lowest pair %(lowest)s", lowest=min(qualities, default=0)),
            ),
            (
                ngettext("%(num)s person", "%(num)s people", len(self.left())),
                gettext("without a pair this time"),
                gettext("of %(people)s in the pool", people=format_decimal(len(self.body.people))),
            ),
            (
                gettext("%(floor)s or more", floor=floor),
                gettext("differences in every pair"),
                gettext("floor set by the programme"),
            ),
        ]

    def left(self) -> list[int]:
        """Return who has no pair, by participant's id."""
        paired = {person for one in self.body.pairs for person in (one.first, one.second)}
        return sorted(self.body.people - paired)

    def reasons(self) -> list[tuple[str, int]]:
        """Return why people are left over, the commonest first, with how many."""
        whys = Counter(self.body.left.get(one, {}).get("reason", "taken") for one in self.left())
        return [(str(LEFT[why]), count) for why, count in whys.most_common()]

    def points(self, change: float) -> str:
        """Say what a change of value is, in points of quality over all pairs."""
        total = from_mapping(self.preview.policy).weights.total
        points = 100 * change / total
        if abs(points) < 0.5:
            return str(gettext("as before"))
        said = format_decimal(abs(round(points)))
        text = (
            "down by %(points)s points in all" if points < 0 else "up by %(points)s points in all"
        )
        return str(gettext(text, points=said))


def published(pairs: int) -> str:
    """Say that a round is out."""
    return str(
        ngettext(
            "%(num)s pair is published. The letters go out now.",
            "%(num)s pairs are published. The letters go out now.",
            pairs,
        )
    )


def refusal(error: ValueError) -> str:
    """Say why nothing was changed."""
    if isinstance(error, decisions.Overtaken):
        said = gettext(
            "Another round was published since this preview was made. Nothing was published. "
            "Make a new preview."
        )
    elif isinstance(error, decisions.Accepted):
        said = gettext("Somebody has said yes already, so this round stands. Nothing was changed.")
    elif isinstance(error, decisions.Over):
        said = {
            "published": gettext("Somebody has published this round already. It went out once."),
            "open": gettext(
                "Somebody has changed this preview since you opened it. Nothing of yours was done. "
                "Look at it again."
            ),
        }.get(error.state, gettext("This preview is over. Nothing was changed."))
    else:
        said = impossible(error)
    return str(said)


def impossible(error: ValueError) -> str:
    """Say why two cannot be paired."""
    return str(gettext("These two cannot be paired. %(why)s", why=str(error)))
