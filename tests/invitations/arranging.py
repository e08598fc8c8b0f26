"""Say yes to an invitation, as one person of two would."""

from services.pairing import invitations
from tests.factories import NOW


def common(invited, config, now=NOW):
    return invitations.common_hours(invited.session, invited.pair, now, config)


def accept(invited, person, hours, config, now=NOW):
    return invitations.accept(invited.session, invited.of(person), hours, now, config)


def arrange(invited, config, now=NOW):
    hours = common(invited, config, now)[:1]
    accept(invited, invited.first, hours, config, now)
    return accept(invited, invited.second, hours, config, now)
