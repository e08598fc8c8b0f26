"""Signing up and signing in, as the forms Flask-Security works with."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import RegisterFormV2, UnifiedSigninForm, hash_password, lookup_identity
from wtforms import BooleanField
from wtforms.validators import InputRequired

from services.people.enrolment import PURPOSES

CONSENT = "consent_"
NEEDED = _l("Earshot cannot work without this one.")


class SignUp(RegisterFormV2):
    """An address, a password or none, the adult declaration, and consent purpose by purpose."""

    adult = BooleanField(
        _l("I am 18 or older."),
        validators=[InputRequired(_l("Earshot is for adults only."))],
    )
    consent_matching = BooleanField(
        _l("Use my values and views to find me a partner."), validators=[InputRequired(NEEDED)]
    )
    consent_conversation = BooleanField(
        _l("Keep my conversations, encrypted, for 14 days after they end."),
        validators=[InputRequired(NEEDED)],
    )
    consent_research = BooleanField(_l("Use my answers, without my name, for research."))
    consent_newsletter = BooleanField(_l("Send me news about Earshot, about once a month."))

    @property
    def agreed(self) -> list[str]:
        """The purposes that were ticked."""
        return [one.name for one in PURPOSES if self[f"{CONSENT}{one.name}"].data]


class SignIn(UnifiedSigninForm):
    """An address, and a password or the code that was mailed."""

    remember: Any = None

    def validate(self, **given: Any) -> bool:
        """Take as long for an unknown address, or one without a password, as for a known one."""
        login = lookup_identity(self.identity.data) if self.identity.data else None
        if self.submit.data and (login is None or not login.password):
            hash_password("as long as any other")
        valid: bool = super().validate(**given)
        return valid
