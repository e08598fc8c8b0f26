"""Flask-Security as Earshot uses it."""

from datetime import timedelta
from pathlib import Path

from flask import Flask, abort, request, session
from flask_security import Security, user_authenticated, user_registered

from services.letters import newsletter
from services.letters.newsletter import Site
from services.people import enrolment, pledges
from web.accounts import sessions, throttle
from web.accounts.codes import Codes
from web.accounts.forms import CONSENT, SignIn, SignUp
from web.accounts.logins import Login, LoginPasskey, LoginRole, Logins
from web.accounts.mail import Outbox
from web.accounts.passkeys import Passkeys
from web.accounts.passwords import ARGON2, SHORTEST, Hashing, Passwords
from web.accounts.words import MESSAGES
from web.context import Context, here, now
from web.extensions import db

CODE_SECONDS = 600
TRANSLATIONS = Path(__file__).parent.parent / "translations"
UNUSED = {
    "us_signin",
    "us_setup",
    "us_setup_validate",
    "verify",
    "wan_verify",
    "wan_verify_response",
}
ADDRESSES = {
    "LOGIN": "/sign-in",
    "LOGOUT": "/sign-out",
    "REGISTER": "/sign-up",
    "US_SIGNIN_SEND_CODE": "/sign-in/code",
    "US_VERIFY_LINK": "/sign-in/link",
    "US_VERIFY": "/sign-in/again",
    "US_VERIFY_SEND_CODE": "/sign-in/again/code",
    "CONFIRM": "/sign-up/confirm",
    "RESET": "/password/forgotten",
    "CHANGE": "/password",
    "TWO_FACTOR_SETUP": "/second-step",
    "TWO_FACTOR_TOKEN_VALIDATION": "/second-step/code",
    "TWO_FACTOR_RESCUE": "/second-step/lost",
    "TWO_FACTOR_SELECT": "/second-step/choose",
    "MULTI_FACTOR_RECOVERY_CODES": "/second-step/recovery-codes",
    "MULTI_FACTOR_RECOVERY": "/second-step/recovery",
    "WAN_REGISTER": "/passkeys",
    "WAN_DELETE": "/passkeys/remove",
    "WAN_SIGNIN": "/sign-in/passkey",
    "WAN_VERIFY": "/sign-in/again/passkey",
}


def init_app(app: Flask, context: Context) -> None:
    """Set up signing in; every secret is derived from the root secret."""
    app.config.update(_settings(context))
    logins = Logins(db.session, Login, LoginRole, LoginPasskey)
    made = Security(
        app,
        logins,
        register_form=SignUp,
        us_signin_form=SignIn,
        mail_util_cls=Outbox,
        password_util_cls=Passwords,
        totp_cls=Codes,
        webauthn_util_cls=Passkeys,
    )
    made.pwd_context = Hashing(made.pwd_context)
    app.security = made  # type: ignore[attr-defined]  # Flask-Security's own place
    sessions.init_app(app)
    throttle.init_app(app)
    app.before_request(_hide_unused)
    user_registered.connect(_enrol, app)
    user_authenticated.connect(_tie, app)


def _settings(context: Context) -> dict[str, object]:
    secrets = context.secrets
    chosen = {
        "PASSWORD_HASH": "argon2",
        "PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "HASHING_SCHEMES": ["hex_sha256"],  # of what links are bound to: nothing secret
        "PASSWORD_SALT": secrets.derive("password salt").hex(),
        "PASSWORD_REQUIRED": False,
        "PASSWORD_CONFIRM_REQUIRED": False,
        "PASSWORD_LENGTH_MIN": SHORTEST,
        "PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",
        "TOTP_SECRETS": {"1": secrets.derive("totp").hex()},
        "TOTP_ISSUER": "Earshot",
        "EMAIL_PLAINTEXT": False,  # the outbox has words of its own
        "EMAIL_HTML": False,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "AUTO_LOGIN_AFTER_CONFIRM": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "UNIFIED_SIGNIN": True,
        "US_SIGNIN_REPLACES_LOGIN": True,
        "US_ENABLED_METHODS": ["password", "email"],
        "US_MFA_REQUIRED": ["password", "email"],
        "US_TOKEN_VALIDITY": CODE_SECONDS,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "FRESHNESS": timedelta(hours=1),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
        "RETURN_GENERIC_RESPONSES": True,
        "POST_LOGIN_VIEW": "/home",
        "POST_LOGOUT_VIEW": "/",
        "POST_REGISTER_VIEW": "/sign-up/sent",
        "POST_CHANGE_VIEW": "/me",
        "CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "API_ENABLED_METHODS": ["session"],
        "STATIC_FOLDER": None,
        "JOIN_USER_ROLES": False,  # SQLite would read everybody's roles at every request
        "DATETIME_FACTORY": context.clock,
        "CACHE_CONTROL": None,
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": [str(TRANSLATIONS)],
        "WEBAUTHN": True,
        "WAN_ALLOW_USER_HINTS": False,  # would tell which addresses have an account
        "WAN_POST_REGISTER_VIEW": "/passkeys",
        "WAN_SALT": "passkey",
        "WAN_RP_NAME": "Earshot",
        **{f"{name}_URL": address for name, address in ADDRESSES.items()},
        **{f"MSG_{name}": words for name, words in MESSAGES.items()},
    }
    return {f"SECURITY_{name}": value for name, value in chosen.items()}


def _hide_unused() -> None:
    """Close the pages of Flask-Security that nothing here leads to."""
    if (request.endpoint or "").removeprefix("security.") in UNUSED:
        abort(404)


def _enrol(_app: Flask, user: Login, form_data: dict[str, object], **_given: object) -> None:
    """Keep the declaration and the consents with the new account, and the pledge before it."""
    user.adult_at = now()
    db.session.flush()
    agreed = [one.name for one in enrolment.PURPOSES if form_data[f"{CONSENT}{one.name}"]]
    if newsletter.PURPOSE in agreed:  # counts only once its own mail was answered
        agreed.remove(newsletter.PURPOSE)
        site = Site(here().config, here().secrets)
        newsletter.ask(db.session(), user.email, user.locale, site, now())
    enrolment.consent(db.session(), user.id, agreed, now())
    _tie(_app, user)


def _tie(_app: Flask, user: Login, **_given: object) -> None:
    """Tie the pledge taken in this browser to the account that signs up or signs in here."""
    if "pledge" in session:
        pledges.link(db.session(), session["pledge"], user.id)
