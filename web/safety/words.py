"""What the pages of safety say: reasons, measures, sides."""

from flask_babel import lazy_gettext

REASONS = {
    "threat": lazy_gettext("A threat"),
    "hate": lazy_gettext("Hate against a group"),
    "harassment": lazy_gettext("Insults, or not stopping when asked"),
    "sexual": lazy_gettext("Something sexual they did not want"),
    "private-details": lazy_gettext("Asked for or told private details"),
    "minor": lazy_gettext("Somebody may be under 18"),
    "other": lazy_gettext("Something else"),
}
MEASURES = {
    "nothing": lazy_gettext("Nothing further (the two stay apart)"),
    "talk": lazy_gettext("A talk with a facilitator before the next conversation"),
    "suspended": lazy_gettext("Suspended for 30 days"),
    "excluded": lazy_gettext("Excluded"),
}
SIDES = {
    "agrees": lazy_gettext("Agree"),
    "between": lazy_gettext("In between"),
    "disagrees": lazy_gettext("Disagree"),
}
