"""Mail about accounts: Flask-Security says when, the outbox writes and sends it."""

from secrets import token_urlsafe
from typing import Any

from flask import url_for
from flask_security import MailUtil

import models
from services.letters import mail
from web.context import now, session

KINDS = {
    "welcome": "account_welcome",
    "welcome_existing": "account_exists",
    "confirmation_instructions": "account_confirm",
    "reset_instructions": "account_reset",
    "reset_notice": "account_changed",
    "change_notice": "account_changed",
    "us_instructions": "account_code",
}
LINKS = ("confirmation_link", "reset_link", "login_link")


class Outbox(MailUtil):
    """Puts Flask-Security's mail into the outbox."""

    def send_mail(  # noqa: PLR0917 - called by Flask-Security, in its order
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Queue one message of our own words; Flask-Security's are not rendered."""
        kind = KINDS[template.rsplit("/", maxsplit=1)[-1]]
        session().flush()
        mail.queue(
            session(),
            to=session().get_one(models.Account, context["user"].id),
            kind=kind,
            dedupe=f"account:{token_urlsafe(16)}",
            context=_known(kind, context),
            now=now(),
        )
        session().commit()


def _known(kind: str, context: dict[str, Any]) -> dict[str, object]:
    """Return what the mail's words ask for, of what Flask-Security has to say."""
    sign_in = url_for("security.login", _external=True)
    if kind == "account_exists":
        return {"url": sign_in, "confirm": context["confirmation_link"]}
    if kind == "account_changed":
        return {"url": url_for("security.forgot_password", _external=True)}
    link = next((context[name] for name in LINKS if context.get(name)), sign_in)
    return {"url": link, "code": context.get("login_token")}
