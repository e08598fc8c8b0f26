"""The pledge's forms."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import Length, Regexp

from services.people.profiles import LONGEST_NAME


class PledgeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types we can use
    """A first name for the card, or none."""

    first_name = StringField(
        _l("First name"),
        validators=[
            Length(max=LONGEST_NAME, message=_l("At most %(max)d characters, please.")),
        ],
    )


class KeepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types we can use
    """Where to send the link that keeps a pledge."""

    email = EmailField(
        _l("Mail address"),
        validators=[
            Length(max=255),
            Regexp(
                r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$",
                message=_l("That is not a mail address. What you typed is kept."),
            ),
        ],
    )
