"""Mail about accounts: Flask-Security writes it, the outbox sends it."""

from secrets import token_urlsafe
from typing import Any

from flask_security import MailUtil

import models
from web.context import now, session


class Outbox(MailUtil):
    """Puts Flask-Security's mail into the outbox, in the transaction of what caused it."""

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
        """Queue one message; the sender is the one in the settings."""
        session().add(
            models.Mail(
                dedupe=f"account:{token_urlsafe(16)}",
                kind=f"account-{template.rsplit('/', maxsplit=1)[-1]}"[:32],
                recipient=str(recipient),
                subject=subject,
                text=body or "",
                html=html or "",
                created_at=now(),
                next_try_at=now(),
            )
        )
        session().commit()
