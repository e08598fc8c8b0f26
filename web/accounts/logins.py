"""The accounts table as Flask-Security sees it: the same rows, with its mixins."""

from typing import Any

from flask_security import RoleMixin, SQLAlchemySessionUserDatastore, UserMixin, WebAuthnMixin
from sqlalchemy.orm import relationship

import models
from models.base import Base
from web.context import here


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

    roles = relationship(LoginRole, secondary="account_roles")
    webauthn = relationship(LoginPasskey, cascade="all, delete")


class Logins(SQLAlchemySessionUserDatastore):
    """Flask-Security's way to the tables, filling in the columns that are ours."""

    def create_user(self, **given: Any) -> Any:
        """Create an account with the keyed hash of its address."""
        given["key"] = here().secrets.address_key(given["email"])
        return super().create_user(**given)
