"""What the two of a pair are told by mail, from the invitation to the calendar."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

import models
from conversation import guide
from services.letters import calendar, mail
from services.path import journey
from services.site.config import Config


def invitation(one: models.Invitation, config: Config, now: datetime) -> dict[str, object]:
    """Return the letter that tells one of a pair that there is somebody, as `put` takes it."""
    return mail.written(
        to=one.participant.account,
        kind="invitation",
        dedupe=first_letter(one.id),
        context=_about(one, config),
        now=now,
    )


def first_letter(invitation_id: int) -> str:
    """Name the letter an invitation begins with."""
    return f"invitation:{invitation_id}"


def put(session: Session, letters: Sequence[dict[str, object]]) -> None:
    """Keep written letters for sending."""
    if letters:
        mail.put(session, letters)


def withdraw(
    session: Session, invitation: models.Invitation, config: Config, now: datetime
) -> None:
    """Tell somebody who was invited that staff took the round back."""
    mail.queue(
        session,
        to=invitation.participant.account,
        kind="withdrawn",
        dedupe=f"withdrawn:{invitation.id}",
        context={
            "programme": invitation.participant.programme.title,
            "url": f"{config.site.url}/home",
        },
        now=now,
    )


def reminder(invitation: models.Invitation) -> str:
    """Name the one reminder an invitation gets for as long as it stands."""
    return f"invitation_reminder:{invitation.id}:{invitation.expires_at:%Y-%m-%d}"


def remind(session: Session, invitation: models.Invitation, config: Config, now: datetime) -> None:
    """Remind somebody who has not answered."""
    _of_invitation(
        session, invitation, config, now, kind="invitation_reminder", dedupe=reminder(invitation)
    )


def ask_for_times(
    session: Session, invitation: models.Invitation, config: Config, now: datetime
) -> None:
    """Ask somebody to look at the times once more, at most once an hour."""
    dedupe = f"another_time:{invitation.id}:{now:%Y-%m-%dT%H}"
    _of_invitation(session, invitation, config, now, kind="another_time", dedupe=dedupe)


def end(
    session: Session, invitation: models.Invitation, kind: str, config: Config, now: datetime
) -> None:
    """Tell somebody that nothing comes of it; *kind* is `declined` or `expired`."""
    page = {"declined": "/home/times", "expired": "/home"}[kind]
    mail.queue(
        session,
        to=invitation.participant.account,
        kind=kind,
        dedupe=f"{kind}:{invitation.id}",
        context={
            "programme": invitation.participant.programme.title,
            "url": f"{config.site.url}{page}",
        },
        now=now,
    )


def schedule(
    session: Session, conversation: models.Conversation, config: Config, now: datetime
) -> None:
    """Tell both when they meet, with a calendar file."""
    _of_conversation(session, conversation, "scheduled", config, now)


def cancel(
    session: Session, conversation: models.Conversation, config: Config, now: datetime
) -> None:
    """Tell both that they do not meet, and take it out of their calendars."""
    _of_conversation(session, conversation, "cancelled", config, now)


def remind_of(
    session: Session, conversation: models.Conversation, kind: str, config: Config, now: datetime
) -> None:
    """Remind both of what comes; *kind* is `reminder_day` or `reminder_hour`."""
    _of_conversation(session, conversation, kind, config, now)


def miss(
    session: Session, conversation: models.Conversation, config: Config, now: datetime
) -> None:
    """Tell both that they did not meet."""
    for person in (conversation.pair.first, conversation.pair.second):
        mail.queue(
            session,
            to=person.account,
            kind="missed",
            dedupe=f"missed:{conversation.id}:{person.id}",
            context={
                "other": journey.other(conversation.pair, person).first_name,
                "at": conversation.scheduled_at,
                "url": f"{config.site.url}/home",
            },
            now=now,
        )


def call(
    session: Session,
    conversation: models.Conversation,
    person: models.Participant,
    config: Config,
    now: datetime,
) -> None:
    """Ask somebody who stands by to come now."""
    mail.queue(
        session,
        to=person.account,
        kind="called",
        dedupe=f"called:{conversation.id}:{person.id}",
        context={
            "other": journey.other(conversation.pair, person).first_name,
            "url": f"{config.site.url}/conversations/{conversation.token}",
        },
        now=now,
    )


def minutes(session: Session, conversation: models.Conversation) -> int:
    """Return how long a conversation takes by its guide."""
    version = session.get_one(models.GuideVersion, conversation.guide_digest)
    return guide.parse(version.text, version.slug).minutes


def _of_invitation(
    session: Session,
    invitation: models.Invitation,
    config: Config,
    now: datetime,
    *,
    kind: str,
    dedupe: str,
) -> None:
    mail.queue(
        session,
        to=invitation.participant.account,
        kind=kind,
        dedupe=dedupe,
        context=_about(invitation, config),
        now=now,
    )


def _about(invitation: models.Invitation, config: Config) -> dict[str, object]:
    other = journey.other(invitation.pair, invitation.participant)
    return {
        "programme": other.programme.title,
        "other": other.first_name,
        "url": f"{config.site.url}/invitations/{invitation.id}",
        "until": invitation.expires_at,
    }


def _of_conversation(
    session: Session,
    conversation: models.Conversation,
    kind: str,
    config: Config,
    now: datetime,
) -> None:
    cancelled, length = kind == "cancelled", minutes(session, conversation)
    door = f"{config.site.url}/conversations/{conversation.token}"
    for person in (conversation.pair.first, conversation.pair.second):
        other = journey.other(conversation.pair, person).first_name
        file = calendar.event(
            conversation, f"Earshot: {other}", door, length, now=now, cancelled=cancelled
        )
        mail.queue(
            session,
            to=person.account,
            kind=kind,
            dedupe=f"{kind}:{conversation.id}:{person.id}",
            context={
                "other": other,
                "at": conversation.scheduled_at,
                "minutes": length,
                "url": f"{config.site.url}/home" if cancelled else door,
            },
            now=now,
            calendar=file,
        )
