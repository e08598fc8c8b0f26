"""The pledge's form."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from services.profiles import LONGEST_NAME


class PledgeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types we can use
    """A first name for the card, or none."""

    first_name = StringField(
        _l("First name"),
        validators=[
            Length(max=LONGEST_NAME, message=_l("At most %(max)d characters, please.")),
        ],
    )
