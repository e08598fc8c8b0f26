"""The tables: plain SQLAlchemy, one file a family."""

from models.account import Account, AccountRole, Consent, Passkey, Pledge, Role
from models.audit import AuditEntry
from models.base import Base, KeyBase
from models.conversation import Conversation, ConversationKey, RoomEvent
from models.job import JobRun, Mail
from models.participant import Answer, Availability, Language, Participant, Topic
from models.programme import GuideVersion, Programme
from models.release import Release
from models.round import Exclusion, Invitation, Pair, Round
from models.safety import Report
from models.survey import SurveyAnswer

__all__ = [
    "Account",
    "AccountRole",
    "Answer",
    "AuditEntry",
    "Availability",
    "Base",
    "Consent",
    "Conversation",
    "ConversationKey",
    "Exclusion",
    "GuideVersion",
    "Invitation",
    "JobRun",
    "KeyBase",
    "Language",
    "Mail",
    "Pair",
    "Participant",
    "Passkey",
    "Pledge",
    "Programme",
    "Release",
    "Report",
    "Role",
    "RoomEvent",
    "Round",
    "SurveyAnswer",
    "Topic",
]
