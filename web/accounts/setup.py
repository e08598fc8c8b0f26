"""Flask-Security as Earshot uses it."""

from flask import Flask
from flask_security import Security

from web.accounts.logins import Login, LoginPasskey, LoginRole, Logins
from web.context import Context
from web.extensions import db


def init_app(app: Flask, context: Context) -> None:
    """Set up signing in; every secret is derived from the root secret."""
    secrets, site = context.secrets, context.config.site
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a scheme
        SECURITY_PASSWORD_SALT=secrets.derive("password salt").hex(),
        SECURITY_TOTP_SECRETS={"1": secrets.derive("totp").hex()},
        SECURITY_TOTP_ISSUER="Earshot",
        SECURITY_EMAIL_SENDER=context.config.mail.sender,
        SECURITY_REGISTERABLE=True,
        SECURITY_CONFIRMABLE=True,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_POST_LOGIN_VIEW="/home",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_REDIRECT_ALLOW_SUBDOMAINS=False,
        SECURITY_WAN_RP_NAME="Earshot",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_REGISTER_URL="/sign-up",
        SECURITY_LOGOUT_METHODS=["POST"],
        SERVER_NAME=None,
        SECURITY_WAN_EXPECTED_ORIGIN=site.url,
    )
    logins = Logins(db.session, Login, LoginRole, LoginPasskey)
    app.security = Security(app, logins)  # type: ignore[attr-defined]  # Flask-Security's own place
