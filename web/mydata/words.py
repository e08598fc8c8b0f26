"""The consents in words: what each is for, and what follows when it is taken back."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Words:
    """One purpose: what is allowed, and what taking it back does."""

    allows: str
    without: str


CONSENTS = {
    "matching": Words(
        _l("Use my values and views to find me a partner."),
        _l("Without it you leave every programme. Your profile is kept until you erase it."),
    ),
    "conversation": Words(
        _l("Keep my conversations, encrypted, for 14 days after they end."),
        _l("Without it you leave every programme. What you wrote goes when its time is up."),
    ),
    "research": Words(
        _l("Use my answers, without my name, for research."),
        _l("Without it your answers count in no further figure. Published ones stay as they are."),
    ),
    "newsletter": Words(
        _l("Send me news about Earshot, about once a month."),
        _l("Without it there is no more news. Mail about your own conversations still comes."),
    ),
}


TABLES = {
    "accounts": _l("Your account"),
    "account_roles": _l("Your roles"),
    "passkeys": _l("Your passkeys"),
    "consents": _l("What you agreed to"),
    "pledges": _l("Your pledge"),
    "participants": _l("Your places in programmes"),
    "answers": _l("Your answers"),
    "participant_languages": _l("Your languages"),
    "participant_topics": _l("Your topics"),
    "availability": _l("Your free hours"),
    "pairs": _l("Pairs you were proposed in"),
    "exclusions": _l("Whom you are kept apart from"),
    "invitations": _l("Invitations to you"),
    "conversations": _l("Your conversations"),
    "room_events": _l("What happened in your rooms"),
    "reports": _l("What you reported"),
    "survey_answers": _l("What you told us afterwards"),
    "sign_ins": _l("Where you are signed in"),
    "mail_stops": _l("Mail you stopped"),
    "subscribers": _l("News by mail"),
    "mails": _l("Mail to you"),
    "audit_entries": _l("What the audit log says about you"),
}
