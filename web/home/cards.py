"""What home says in every state a participant can be in: a text, a next step, a way out."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from services.journey import State


@dataclass(frozen=True, slots=True)
class Action:
    """A button: what it says and which page it leads to (`post`: which it asks to act)."""

    label: str
    endpoint: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """The words of one state. `step` is the next thing to do, `exits` are the ways out."""

    title: str
    text: str
    step: Action
    exits: tuple[Action, ...]


CHANGE = Action(_l("Change my profile"), "enrolment.start")
TIMES = Action(_l("Add times"), "home.times")
BREAK = Action(_l("Take a break for a while"), "home.pause", post=True)
LEAVE = Action(_l("Leave the programme"), "home.leave")
RETURN = Action(_l("Go on"), "home.resume", post=True)
DATA = Action(_l("My data"), "mydata.show")
CANCEL = Action(_l("I cannot make it"), "invitations.cancel")
USUAL = (CHANGE, BREAK, LEAVE)

CARDS: dict[State, Card] = {
    State.SUSPENDED: Card(
        _l("You cannot take part just now"),
        _l("After a report, your account rests until the day below. You were told why by mail."),
        DATA,
        (),
    ),
    State.OPEN: Card(
        _l("Your room is open"),
        _l("Your conversation with %(name)s is under way. Your place is kept."),
        Action(_l("Go in"), "rooms.door"),
        (),
    ),
    State.DOOR: Card(
        _l("Your conversation begins in a moment"),
        _l("%(name)s is expected as well. Come to the door when you are ready."),
        Action(_l("To the door"), "rooms.door"),
        (CANCEL,),
    ),
    State.AFTER: Card(
        _l("How was it, with %(name)s?"),
        _l("A few short questions, about three minutes. %(name)s does not see your answers."),
        Action(_l("Tell us"), "surveys.after"),
        (Action(_l("Rather not"), "surveys.skip", post=True),),
    ),
    State.INVITED: Card(
        _l("There is somebody for you"),
        _l("You share something that matters, and you see things differently."),
        Action(_l("Look at the invitation"), "invitations.show"),
        USUAL,
    ),
    State.ACCEPTED: Card(
        _l("You said yes. Now it is the other person's turn"),
        _l("As soon as they answer, we write to you. If they do not, we look for somebody else."),
        Action(_l("Look at the invitation"), "invitations.show"),
        USUAL,
    ),
    State.SCHEDULED: Card(
        _l("Your conversation with %(name)s"),
        _l("We remind you a day and an hour before. The door opens a little early."),
        Action(_l("To the door"), "rooms.door"),
        (CANCEL, CHANGE),
    ),
    State.PROFILE: Card(
        _l("Finish your profile"),
        _l("Your answers so far are kept. Once it is complete, we look for a partner."),
        Action(_l("Go on"), "enrolment.start"),
        (LEAVE,),
    ),
    State.PAUSED: Card(
        _l("You are taking a break"),
        _l("Nobody is proposed to you until you go on. Your profile is kept."),
        RETURN,
        (CHANGE, LEAVE),
    ),
    State.MISSED: Card(
        _l("The conversation did not come about"),
        _l("That happens, and nobody is blamed. We look for a partner for you again."),
        TIMES,
        USUAL,
    ),
    State.ENOUGH: Card(
        _l("That was this month's conversation"),
        _l("You chose how many a month. The next one can be proposed when the month is over."),
        Action(_l("Allow more conversations"), "home.times"),
        USUAL,
    ),
    State.WAITING: Card(
        _l("We are looking for your partner"),
        _l(
            "Somebody who differs from you in some things, shares what you put first, "
            "and is free when you are."
        ),
        TIMES,
        USUAL,
    ),
    State.LEFT: Card(
        _l("You have left the programme"),
        _l("Nobody is proposed to you. Your profile is kept until you erase it."),
        Action(_l("Come back"), "home.resume", post=True),
        (DATA,),
    ),
    State.NEW: Card(
        _l("Begin with your profile"),
        _l("About five minutes, one question at a time. Then we look for a partner."),
        Action(_l("Begin"), "enrolment.start"),
        (DATA,),
    ),
}
