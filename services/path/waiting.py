"""In the pool, and with an invitation: whoever waits for somebody, or for an answer."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from models import Arrival, Conversation, Invitation, Offer, Pair, Participant, Standby
from services.conversations.waves import mine
from services.figures.funnel import Stage
from services.pairing import pools, waits
from services.path.shape import Clock, Moment, Move, Place, State, Way
from services.path.ways import ANEW, TIMES, USUAL
from services.site.texts import N_

DEAD = ("declined", "expired", "withdrawn")
TOLD_FOR = timedelta(days=3)  # how long a missed conversation is spoken of


def _invitation(state: str) -> Callable[[Moment], Select[Invitation]]:
    def wanted(moment: Moment) -> Select[Invitation]:
        theirs = Invitation.__table__.alias()
        dead = exists().where(theirs.c.pair_id == Invitation.pair_id, theirs.c.state.in_(DEAD))
        arranged = exists().where(Conversation.pair_id == Invitation.pair_id)
        return (
            select(Invitation)
            .where(
                Invitation.participant_id == Participant.id,
                Invitation.state == state,
                Invitation.expires_at > moment.now,
                ~dead,
                ~arranged,
            )
            .order_by(Invitation.expires_at)
        )

    return wanted


def _missed(moment: Moment) -> Select[Conversation]:
    return (
        select(Conversation)
        .join(Pair)
        .where(
            mine(),
            Participant.withdrawn_at.is_(None),
            Conversation.state == "missed",
            Conversation.scheduled_at > moment.now - TOLD_FOR,
            ~_talked_since(),
        )
        .order_by(Conversation.scheduled_at.desc())
    )


def _talked_since() -> ColumnElement[bool]:
    """Return the condition that a participant held another conversation after a missed one."""
    later, pair = aliased(Conversation), aliased(Pair)
    return exists(
        select(later.id)
        .join(pair, pair.id == later.pair_id)
        .where(
            or_(pair.first_id == Participant.id, pair.second_id == Participant.id),
            later.id > Conversation.id,
            later.state == "closed",
            later.started_at.is_not(None),
        )
        .correlate(Conversation, Participant)
    )


def _asked(moment: Moment) -> Select[Conversation]:
    theirs = exists().where(
        Offer.pair_id == Pair.id,
        Offer.by_id == Participant.id,
        Offer.state == "open",
        Offer.expires_at > moment.now,
    )
    return _missed(moment).where(theirs.correlate(Pair, Participant))


PLACES = (
    Place(
        state=State.LOBBY,
        means=N_("waits in the lobby of a drop-in hour"),
        stage=Stage.PROFILE,
        holds=lambda moment: exists().where(
            Arrival.participant_id == Participant.id,
            Arrival.state == "waiting",
            Arrival.seen_at > moment.now - waits.LOST,
        ),
        clock=Clock(
            "a choice after 5 minutes, an end after 20, with the hour, or without a sign of life",
            State.WAITING,
        ),
        title=N_("You are in the lobby"),
        text=N_("Keep its page open: it leads you on as soon as somebody who fits is here."),
        step=Way(N_("Back to the lobby"), "lobby.show"),
        exits=(Way(N_("Leave the lobby"), "lobby.leave", State.WAITING, post=True),),
        moves=(Move("somebody who fits is there", State.DOOR),),
    ),
    Place(
        state=State.STANDBY,
        means=N_("stands by for an hour that begins in minutes or has begun"),
        stage=Stage.PROFILE,
        holds=lambda moment: exists().where(
            Standby.participant_id == Participant.id,
            Standby.called_at.is_(None),
            Standby.hour <= moment.now + moment.opens,
            Standby.hour > moment.now - waits.STANDBY,
        ),
        clock=Clock("half an hour into the hour; kept hours count in matching", State.WAITING),
        title=N_("You stand by for this hour"),
        text=N_("If somebody's partner does not come, we write to you. Stay near this page."),
        step=Way(N_("Look at your hours"), "standby.show"),
        exits=(Way(N_("Take it back"), "standby.show", State.WAITING),),
        moves=(Move("somebody's partner does not come", State.DOOR),),
    ),
    Place(
        state=State.WAITING,
        means=N_("is in the pool"),
        stage=Stage.PROFILE,
        holds=lambda _moment: Participant.withdrawn_at.is_(None),
        clock=Clock("days waited, which count; a round each night, and minutes after coming back"),
        title=N_("We are looking for your partner"),
        text=N_(
            "Somebody who differs from you in some things, shares what you put first, "
            "and is free when you are."
        ),
        step=TIMES,
        exits=(*USUAL, Way(N_("Stand by for others"), "standby.show")),
        moves=(
            Move("a round finds a pair", State.INVITED),
            Move("comes in to a drop-in hour", State.LOBBY),
            Move("stands by, and the hour comes", State.STANDBY),
            Move("three weeks have passed, and both would talk again", State.AGAIN),
            Move("4 or 12 weeks have passed", State.LATER),
        ),
    ),
    Place(
        state=State.ENOUGH,
        means=N_("has had this month's conversations"),
        stage=Stage.MATCHED,
        holds=lambda moment: and_(
            Participant.withdrawn_at.is_(None), pools.taken(moment.now) >= Participant.capacity
        ),
        clock=Clock("30 days from when the pair was proposed", State.WAITING),
        title=N_("That was this month's conversation"),
        text=N_("You chose how many a month. The next one can be proposed when the month is over."),
        step=Way(N_("Allow more conversations"), "home.times", State.WAITING),
        exits=USUAL,
    ),
    Place(
        state=State.INVITED,
        means=N_("is proposed a pair, and has not answered"),
        stage=Stage.MATCHED,
        about=_invitation("open"),
        clock=Clock("`matching.invitation_hours`; a reminder when a third is left", State.WAITING),
        title=N_("There is somebody for you"),
        text=N_("You share something that matters, and you see things differently."),
        step=Way(N_("Look at the invitation"), "invitations.show", State.ACCEPTED),
        exits=USUAL,
        moves=(
            Move("says yes, the other had", State.SCHEDULED),
            Move("declines, or the other does", State.WAITING),
        ),
    ),
    Place(
        state=State.ACCEPTED,
        means=N_("said yes, and the other has not answered"),
        stage=Stage.MATCHED,
        about=_invitation("accepted"),
        clock=Clock("what is left of the invitation's hours", State.WAITING),
        title=N_("You said yes. Now it is the other person's turn"),
        text=N_(
            "As soon as they answer, we write to you. If they do not, we look for somebody else."
        ),
        step=Way(N_("Look at the invitation"), "invitations.show"),
        exits=USUAL,
        moves=(
            Move("the other says yes to the same hour", State.SCHEDULED),
            Move("the other chose different hours", State.INVITED),
            Move("the other declines", State.WAITING),
        ),
    ),
    Place(
        state=State.ASKED,
        means=N_("asked for a new time instead of a missed conversation, and waits for the answer"),
        stage=Stage.ACCEPTED,
        about=_asked,
        clock=Clock(
            "three days from the missed hour; the question itself stands for seven", State.WAITING
        ),
        title=N_("You asked %(name)s for a new time"),
        text=N_("You hear from us when there is an answer. Until then we go on looking."),
        step=Way(N_("See what you asked"), "journey.show"),
        exits=(Way(N_("Take it back"), "journey.show", State.MISSED), *USUAL),
        moves=(
            Move("the other says yes to an hour", State.SCHEDULED),
            Move("the other says no", State.MISSED),
            Move("a round finds a pair", State.INVITED),
        ),
    ),
    Place(
        state=State.MISSED,
        means=N_("had a conversation that did not come about, within three days"),
        stage=Stage.ACCEPTED,
        about=_missed,
        clock=Clock("three days from its hour", State.WAITING),
        title=N_("The conversation did not come about"),
        text=N_("That happens, and nobody is blamed. We look for a partner for you again."),
        step=TIMES,
        exits=(ANEW, *USUAL),
        moves=(
            Move("a round finds a pair", State.INVITED),
            Move("the other asks for a new time", State.OFFERED),
        ),
    ),
)
