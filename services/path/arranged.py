"""With an hour of one's own: from the promise to what is asked afterwards."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from models import Conversation, Offer, Pair, Participant, SurveyAnswer
from services.conversations import waves
from services.conversations.waves import AFTER, DONE, mine
from services.figures.funnel import Stage
from services.path.shape import Clock, Moment, Move, Place, State, Way
from services.path.ways import CANCEL, CHANGE
from services.site.texts import N_

ASKED_FOR = timedelta(days=14)  # how long we ask how a conversation was


BEGUN = Conversation.started_at.is_not(None)  # both were there


def _those(wanted: ColumnElement[bool]) -> Select[Conversation]:
    return select(Conversation).join(Pair).where(mine(), wanted).order_by(Conversation.scheduled_at)


def _open(_moment: Moment) -> Select[Conversation]:
    return _those(and_(Conversation.state == "open", BEGUN))


def _door(moment: Moment) -> Select[Conversation]:
    soon = Conversation.scheduled_at <= moment.now + moment.opens
    opened = and_(Conversation.state == "open", ~BEGUN)
    return _those(or_(opened, and_(Conversation.state == "scheduled", soon)))


def _scheduled(_moment: Moment) -> Select[Conversation]:
    return _those(Conversation.state == "scheduled")


def _untold(moment: Moment) -> Select[Conversation]:
    told = (
        exists()
        .where(
            SurveyAnswer.conversation_id == Conversation.id,
            SurveyAnswer.participant_id == Participant.id,
            SurveyAnswer.survey == AFTER,
            SurveyAnswer.item == DONE,
        )
        .correlate(Conversation, Participant)
    )
    return (
        select(Conversation)
        .join(Pair)
        .where(
            mine(),
            Conversation.state == "closed",
            Conversation.started_at.is_not(None),
            Conversation.closed_at > moment.now - ASKED_FOR,
            ~told,
        )
        .order_by(Conversation.closed_at.desc())
    )


def _second(moment: Moment) -> Select[Conversation]:
    return _held().where(waves.again(moment.now))


def _later(moment: Moment) -> Select[Conversation]:
    return _held().where(waves.asked(moment.now))


def _held() -> Select[Conversation]:
    return (
        select(Conversation)
        .join(Pair)
        .where(mine(), Participant.withdrawn_at.is_(None))
        .order_by(Conversation.closed_at.desc())
    )


PLACES = (
    Place(
        state=State.SCHEDULED,
        means=N_("has a conversation to come"),
        stage=Stage.ACCEPTED,
        about=_scheduled,
        clock=Clock("until the door opens, with a reminder a day and an hour before", State.DOOR),
        title=N_("Your conversation with %(name)s"),
        text=N_("We remind you a day and an hour before. The door opens a little early."),
        step=Way(N_("To the door"), "rooms.door"),
        exits=(CANCEL, CHANGE),
        moves=(Move("the other cannot make it", State.WAITING),),
    ),
    Place(
        state=State.DOOR,
        means=N_("has a conversation that begins in minutes, or waits in its room"),
        stage=Stage.ACCEPTED,
        about=_door,
        clock=Clock("`room.missed_minutes` from the hour", State.MISSED),
        title=N_("Your conversation begins in a moment"),
        text=N_("%(name)s is expected as well. Come to the door when you are ready."),
        step=Way(N_("To the door"), "rooms.door", State.OPEN),
        exits=(CANCEL,),
        moves=(Move("the other cannot make it", State.WAITING),),
    ),
    Place(
        state=State.OPEN,
        means=N_("is in the middle of a conversation"),
        stage=Stage.ACCEPTED,
        about=_open,
        clock=Clock("the guide's steps; six hours after the last event it is closed", State.AFTER),
        title=N_("Your room is open"),
        text=N_("Your conversation with %(name)s is under way. Your place is kept."),
        step=Way(N_("Go in"), "rooms.door"),
        moves=(Move("one of both leaves, or the guide ends", State.AFTER),),
    ),
    Place(
        state=State.AFTER,
        means=N_("has had a conversation and not told how it was"),
        stage=Stage.TALKED,
        about=_untold,
        clock=Clock("14 days from its end", State.WAITING),
        title=N_("How was it, with %(name)s?"),
        text=N_("A few short questions, about three minutes. %(name)s does not see your answers."),
        step=Way(N_("Tell us"), "surveys.after", State.ENOUGH),
        exits=(Way(N_("Rather not"), "surveys.skip", State.ENOUGH, post=True),),
        moves=(Move("both would talk again, and the other offers it", State.OFFERED),),
    ),
    Place(
        state=State.OFFERED,
        means=N_("is offered a new time or a later conversation, and has not answered"),
        stage=Stage.TALKED,
        holds=lambda moment: exists(
            select(Offer.id)
            .join(Pair)
            .where(
                mine(),
                Offer.by_id != Participant.id,
                Offer.state == "open",
                Offer.expires_at > moment.now,
            )
        ),
        clock=Clock("seven days from when it was offered", State.WAITING),
        title=N_("Somebody would like to talk with you"),
        text=N_("What it is about, and when, is on your journey page. A no needs no reason."),
        step=Way(N_("Look at the offer"), "journey.show", State.SCHEDULED),
        exits=(Way(N_("No, thank you"), "journey.show", State.WAITING),),
        moves=(Move("the other takes it back", State.WAITING),),
    ),
    Place(
        state=State.AGAIN,
        means=N_("had a conversation three weeks ago, and both would talk again"),
        stage=Stage.TALKED,
        about=_second,
        clock=Clock("seven days, from three weeks after it", State.WAITING),
        title=N_("Three weeks on: talk with %(name)s again?"),
        text=N_("You both said that you would. Offer %(name)s a time; it takes both to say yes."),
        step=Way(N_("Offer a time"), "journey.show", State.WAITING),
        exits=(Way(N_("Not now"), "later.settle", State.WAITING, post=True), CHANGE),
        moves=(Move("the other offers it", State.OFFERED),),
    ),
    Place(
        state=State.LATER,
        means=N_("is asked once more, 4 or 12 weeks after the first conversation"),
        stage=Stage.TALKED,
        about=_later,
        clock=Clock("14 days; a letter once, at its beginning", State.WAITING),
        title=N_("What stayed of it?"),
        text=N_(
            "Some weeks ago you talked with %(name)s. Three short questions, about a minute. "
            "%(name)s does not see your answers."
        ),
        step=Way(N_("Tell us"), "later.show", State.WAITING),
        exits=(Way(N_("Rather not"), "later.settle", State.WAITING, post=True),),
    ),
)
