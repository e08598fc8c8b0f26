"""Passkeys: found on the device without typing an address, and good for both steps at once."""

from flask_security import UserMixin, WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)


class Passkeys(WebauthnUtil):
    """Asks every device to keep the key itself and to check who holds it."""

    def authenticator_selection(
        self, user: UserMixin, usage: str
    ) -> AuthenticatorSelectionCriteria:
        """Return what a device must do to make a passkey."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(
        self, user: UserMixin | None, usage: list[str]
    ) -> UserVerificationRequirement:
        """Return that the device checks who holds it at every sign-in as well."""
        return UserVerificationRequirement.REQUIRED
