"""What happened to mail, in words."""

from flask_babel import lazy_gettext as _l

STATES = {
    "waiting": _l("is tried again"),
    "given-up": _l("was given up"),
    "back": _l("came back"),
}
