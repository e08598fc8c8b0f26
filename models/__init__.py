"""The tables: plain SQLAlchemy, one file a family."""

from models.account import Account, AccountRole, Consent, Passkey, Pledge, Role, SignIn
from models.audit import AuditEntry
from models.base import Base, KeyBase
from models.conversation import Conversation, ConversationKey, RoomEvent
from models.dropin import Arrival, Opening, Standby
from models.guest import Guest, GuestList
from models.job import JobRun, Mail, MailStop, Subscriber
from models.journey import Commitment, Offer
from models.manuscript import ManuscriptVersion
from models.participant import Answer, Availability, Language, Participant, Topic
from models.programme import GuideVersion, Programme, ProgrammeVersion
from models.release import LedgerEntry, Release
from models.round import Exclusion, Invitation, Pair, Round, RoundPreview
from models.safety import Block, Callback, Decision, FacilitatorName, Report, Shift
from models.survey import SurveyAnswer
from models.waitlist import HalfAnswer, WaitList

__all__ = [
    "Account",
    "AccountRole",
    "Answer",
    "Arrival",
    "AuditEntry",
    "Availability",
    "Base",
    "Block",
    "Callback",
    "Commitment",
    "Consent",
    "Conversation",
    "ConversationKey",
    "Decision",
    "Exclusion",
    "FacilitatorName",
    "Guest",
    "GuestList",
    "GuideVersion",
    "HalfAnswer",
    "Invitation",
    "JobRun",
    "KeyBase",
    "Language",
    "LedgerEntry",
    "Mail",
    "MailStop",
    "ManuscriptVersion",
    "Offer",
    "Opening",
    "Pair",
    "Participant",
    "Passkey",
    "Pledge",
    "Programme",
    "ProgrammeVersion",
    "Release",
    "Report",
    "Role",
    "RoomEvent",
    "Round",
    "RoundPreview",
    "Shift",
    "SignIn",
    "Standby",
    "Subscriber",
    "SurveyAnswer",
    "Topic",
    "WaitList",
]
