"""From the pledge to a complete profile, and the ways of not taking part."""

from sqlalchemy import and_, exists

from models import Account, Participant, Pledge
from services.figures.funnel import Stage
from services.path.shape import Clock, Move, Place, State, Way
from services.path.ways import CHANGE, DATA, LEAVE
from services.site.texts import N_

PLACES = (
    Place(
        state=State.PLEDGED,
        means=N_("has taken the pledge and has no account"),
        stage=None,
        holder="pledge",
        holds=lambda _moment: Pledge.account_id.is_(None),
        clock=Clock("none: a pledge stands, and is tied to an account at the first sign-in"),
        title=N_("Your promise is counted"),
        text=N_("The next step is a conversation with one person who sees things differently."),
        step=Way(N_("Sign up to talk"), "security.register", State.UNCONFIRMED),
        exits=(Way(N_("Not today"), "public.landing"),),
    ),
    Place(
        state=State.UNCONFIRMED,
        means=N_("has signed up and not opened the link in the mail"),
        stage=Stage.SIGNED_UP,
        holder="account",
        holds=lambda _moment: and_(Account.active, Account.confirmed_at.is_(None)),
        clock=Clock("two days: so long the link works; another one can be sent at any time"),
        title=N_("Look into your mail"),
        text=N_("There is a link in it. Open it on this device or another, and you are in."),
        step=Way(N_("Send the link again"), "security.send_confirmation"),
        exits=(Way(N_("I have an account: sign in"), "security.login"),),
        moves=(Move("opens the link", State.NEW),),
    ),
    Place(
        state=State.NEW,
        means=N_("has a confirmed account and no programme"),
        stage=Stage.CONFIRMED,
        holder="account",
        holds=lambda _moment: and_(
            Account.active,
            Account.confirmed_at.is_not(None),
            Account.adult_at.is_not(None),
            ~exists().where(Participant.account_id == Account.id),
        ),
        clock=Clock("none: the account is kept until it is erased"),
        title=N_("Begin with your profile"),
        text=N_("About five minutes, one question at a time. Then we look for a partner."),
        step=Way(N_("Begin"), "enrolment.start", State.PROFILE),
        exits=(DATA,),
    ),
    Place(
        state=State.PROFILE,
        means=N_("has joined, with questions open"),
        stage=Stage.CONFIRMED,
        holds=lambda _moment: and_(
            Participant.withdrawn_at.is_(None), Participant.completed_at.is_(None)
        ),
        clock=Clock("none: every answer is kept, and each device goes on where another stopped"),
        title=N_("Finish your profile"),
        text=N_("Your answers so far are kept. Once it is complete, we look for a partner."),
        step=Way(N_("Go on"), "enrolment.start", State.WAITING),
        exits=(LEAVE,),
    ),
    Place(
        state=State.PAUSED,
        means=N_("takes a break"),
        stage=Stage.PROFILE,
        holds=lambda _moment: and_(
            Participant.withdrawn_at.is_(None), Participant.paused_at.is_not(None)
        ),
        clock=Clock("none: a break lasts until the person ends it"),
        title=N_("You are taking a break"),
        text=N_("Nobody is proposed to you until you go on. Your profile is kept."),
        step=Way(N_("Go on"), "home.resume", State.WAITING, post=True),
        exits=(CHANGE, LEAVE),
    ),
    Place(
        state=State.LEFT,
        means=N_("has left the programme"),
        stage=Stage.SIGNED_UP,
        holds=lambda _moment: Participant.withdrawn_at.is_not(None),
        clock=Clock("none: the profile is kept until it is erased or taken up again"),
        title=N_("You have left the programme"),
        text=N_("Nobody is proposed to you. Your profile is kept until you erase it."),
        step=Way(N_("Come back"), "home.resume", State.WAITING, post=True),
        exits=(DATA,),
    ),
    Place(
        state=State.SUSPENDED,
        means=N_("may not take part for a while after a report"),
        stage=Stage.SIGNED_UP,
        holds=lambda moment: Account.suspended_until > moment.now,
        clock=Clock("until the day the person was told", State.WAITING),
        title=N_("You cannot take part just now"),
        text=N_(
            "After a report, your account rests until the day below. You were told why by mail."
        ),
        step=DATA,
    ),
)
