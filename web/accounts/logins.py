"""The accounts table as Flask-Security sees it: the same rows, with its mixins."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import get_locale
from flask_security import RoleMixin, SQLAlchemySessionUserDatastore, UserMixin, WebAuthnMixin
from sqlalchemy.orm import relationship

import models
from models.base import Base
from web.context import here, now

TWO_FACTORS = frozenset({"facilitator", "staff", "admin"})


class LoginRole(RoleMixin, Base):
    """A role, for Flask-Security."""

    __table__ = models.Role.__table__


class LoginPasskey(WebAuthnMixin, Base):
    """A passkey, for Flask-Security."""

    __table__ = models.Passkey.__table__

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how to find the account of this passkey."""
        return {"id": self.__dict__["account_id"]}


class Login(UserMixin, Base):
    """An account, for Flask-Security; services know the same row as `models.Account`."""

    __table__ = models.Account.__table__

    if TYPE_CHECKING:  # SQLAlchemy takes these from the table
        adult_at: datetime | None
        locale: str
        used_codes: dict[str, int] | None

    roles = relationship(LoginRole, secondary="account_roles", overlaps="roles")
    webauthn = relationship(LoginPasskey, cascade="all, delete")

    @property
    def needs_two_factors(self) -> bool:
        """Whether this account sees other people's data, so that a password is not enough."""
        return not here().config.demo and any(role.name in TWO_FACTORS for role in self.roles)

    def check_tf_required(
        self, methods: list[tuple[str, str]], _fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Ask for a second factor where one is set up, and of everybody who must have one."""
        return bool(methods) or self.needs_two_factors, methods

    def check_tf_required_setup(self) -> bool:
        """Whether the second factor cannot be taken away again."""
        return self.needs_two_factors


class Logins(SQLAlchemySessionUserDatastore):
    """Flask-Security's way to the tables, filling in the columns that are ours."""

    def create_user(self, **given: Any) -> Any:
        """Create a participant's account with the keyed hash of its address."""
        given["key"] = here().secrets.address_key(given["email"])
        given["create_datetime"] = given["update_datetime"] = now()
        given.setdefault("locale", str(get_locale() or "en"))
        given.setdefault("roles", [self.find_or_create_role("participant")])
        login = super().create_user(**given)
        self.us_setup_email(login)
        return login

    def create_webauthn(self, *given: Any, **named: Any) -> None:
        """Keep a passkey, with when it was made."""
        super().create_webauthn(*given, create_datetime=now(), **named)

    def us_get_totp_secrets(self, user: UserMixin) -> dict[str, str]:
        """Return the secrets of mailed codes; whoever was appointed gets theirs at first need."""
        if not user.us_totp_secrets:
            made = current_app.extensions["security"].totp_factory.generate_totp_secret()
            self.us_put_totp_secrets(user, {"email": made})
        return dict(super().us_get_totp_secrets(user))

    def _prepare_create_user_args(self, **given: Any) -> dict[str, Any]:
        """Keep the roles as they are; looking them up by name would begin a write too early."""
        roles = given.pop("roles")
        prepared = super()._prepare_create_user_args(**given)  # type: ignore[no-untyped-call]
        return {**prepared, "roles": roles}
