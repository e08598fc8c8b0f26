"""What the staff pages say: stages, what is lost there, months, and why a release is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_decimal, format_percent, gettext, lazy_gettext

from disclosure.charts import Row
from disclosure.period import Month
from services.figures.funnel import Funnel, Reached, Share, Span, Stage
from services.path import PLACES, State

STAGES = {
    Stage.SIGNED_UP: lazy_gettext("Signed up"),
    Stage.CONFIRMED: lazy_gettext("Confirmed their address"),
    Stage.PROFILE: lazy_gettext("Finished the profile"),
    Stage.MATCHED: lazy_gettext("Were proposed a pair"),
    Stage.ACCEPTED: lazy_gettext("Both said yes"),
    Stage.TALKED: lazy_gettext("Began to talk"),
    Stage.LAST_STEP: lazy_gettext("Reached the last step"),
    Stage.ANSWERED: lazy_gettext("Answered afterwards"),
}
LOST = {
    Stage.CONFIRMED: lazy_gettext("did not open the mail yet"),
    Stage.PROFILE: lazy_gettext("stopped in the questions"),
    Stage.MATCHED: lazy_gettext("wait for a pair"),
    Stage.ACCEPTED: lazy_gettext("no answer, or a no"),
    Stage.TALKED: lazy_gettext("someone did not come, or it is still ahead"),
    Stage.LAST_STEP: lazy_gettext("ended earlier"),
    Stage.ANSWERED: lazy_gettext("did not answer"),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a share is measured against, in percent; `field` is what others reached."""

    goal: int
    field: int | None = None


PAIRS_THAT_TALK = Goal(55, 40)
SIGN_UPS_THAT_TALK = Goal(35, 30)
ROOMS_AT_LAST_STEP = Goal(80)
"""Field: Deutschland spricht 2018 and Europe Talks 2019, by their organisers' own reports."""


def month(of: Month) -> str:
    """Return "October 2026" in the reader's language."""
    return str(format_date(date(of.year, of.month, 1), "LLLL y"))


def published(of: Month) -> str:
    """Say that a release is out."""
    text = "The figures of %(month)s are published. They stay as they are."
    return str(gettext(text, month=month(of)))


def current(zone: str, now: datetime) -> Month:
    """Return the month it is in *zone*."""
    return Month.of(now, ZoneInfo(zone))


def span(of: Month, zone: str) -> Span:
    """Return *of* as lived in *zone*."""
    return Span(of.start(ZoneInfo(zone)), of.end(ZoneInfo(zone)))


def standing(counted: Mapping[State, int]) -> list[tuple[str, int, str]]:
    """Return every state of the path: somebody who…, how many people, their next step."""
    return [
        (gettext(PLACES[state].means), people, gettext(PLACES[state].step.label))
        for state, people in counted.items()
    ]


def bars(funnel: Funnel) -> list[Row]:
    """Return the rows of the funnel's chart: the stages, each with how many came so far."""
    return [
        Row(str(STAGES[at.stage]), str(format_decimal(at.people)), at.people)
        for at in funnel.stages
    ]


def rows(funnel: Funnel) -> list[tuple[str, str, str, str]]:
    """Return the rows of the funnel's table: stage, people, share of the stage before, lost."""
    return [
        (
            str(STAGES[at.stage]),
            str(format_decimal(at.people)),
            "" if at.stage is Stage.SIGNED_UP else percent(at.share),
            _lost(at),
        )
        for at in funnel.stages
    ]


def stats(funnel: Funnel) -> list[tuple[str, str, str]]:
    """Return the figures that have a goal: value, what it is, goal and field."""
    return [
        _stat(
            funnel.pairs_that_talked, gettext("of proposed pairs began to talk"), PAIRS_THAT_TALK
        ),
        _stat(
            funnel.sign_ups_that_talked,
            gettext("of sign-ups began a conversation"),
            SIGN_UPS_THAT_TALK,
        ),
        _stat(
            funnel.rooms_at_last_step,
            gettext("of ended conversations reached the last step"),
            ROOMS_AT_LAST_STEP,
        ),
    ]


def percent(share: float | None) -> str:
    """Return a share as "35%" in the reader's language, a dash where there is none."""
    return "–" if share is None else str(format_percent(share, "#,##0 %"))


def _stat(share: Share, what: str, goal: Goal) -> tuple[str, str, str]:
    counted = gettext(
        "%(part)s of %(whole)s", part=format_decimal(share.part), whole=format_decimal(share.whole)
    )
    aims = gettext("goal %(goal)s", goal=goal.goal)
    if goal.field:
        aims = gettext("goal %(goal)s, field about %(field)s", goal=goal.goal, field=goal.field)
    return percent(share.value), what, f"{counted}; {aims}"


def _lost(at: Reached) -> str:
    if at.stage is Stage.SIGNED_UP or not at.lost:
        return ""
    return f"{format_decimal(at.lost)}: {LOST[at.stage]}"
