"""What Flask-Security says, in our words; translated where it is shown, from our catalogue."""


def _(text: str) -> str:
    """Mark *text* for translation; Flask-Security looks it up when it is shown."""
    return text


MESSAGES = {
    "GENERIC_AUTHN_FAILED": (
        _("That did not fit together. Check the address and the password or code."),
        "error",
    ),
    "GENERIC_RECOVERY": (
        _("If there is an account with this address, a mail is on its way."),
        "success",
    ),
    "GENERIC_US_SIGNIN": (
        _("If there is an account with this address, a code is on its way by mail."),
        "success",
    ),
    "CODE_HAS_BEEN_SENT": (_("A code is on its way by mail."), "success"),
    "CONFIRM_REGISTRATION": (_("We have written to %(email)s."), "success"),
    "CONFIRMATION_REQUEST": (_("If it is needed, a mail is on its way to %(email)s."), "success"),
    "EMAIL_CONFIRMED": (_("Your address is confirmed. Welcome."), "success"),
    "ALREADY_CONFIRMED": (_("This address was confirmed before. You can sign in."), "success"),
    "INVALID_CONFIRMATION_TOKEN": (
        _("This link does not work. Ask for a new one below."),
        "error",
    ),
    "CONFIRMATION_EXPIRED": (_("This link is too old. Ask for a new one below."), "error"),
    "CONFIRMATION_REQUIRED": (_("Confirm your address first: we sent you a link."), "error"),
    "PASSWORD_RESET_REQUEST": (
        _("If there is an account with this address, a mail is on its way."),
        "success",
    ),
    "PASSWORD_RESET_EXPIRED": (_("This link is too old. Ask for a new one below."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _("This link does not work. Ask for a new one below."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (_("Your new password is kept. Sign in with it."), "success"),
    "PASSWORD_CHANGE": (
        _("Your new password is kept. Everywhere else you are signed out."),
        "success",
    ),
    "PASSWORD_INVALID_LENGTH": (_("At least %(length)s characters, please."), "error"),
    "PASSWORD_TOO_SIMPLE": (
        _("This is easy to guess. A few words that nobody would put together are better."),
        "error",
    ),
    "PASSWORD_NOT_PROVIDED": (_("A password is missing here."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_("The two are not the same."), "error"),
    "PASSWORD_IS_THE_SAME": (_("That is the password you have now."), "error"),
    "INVALID_PASSWORD": (_("That is not the password of this account."), "error"),
    "INVALID_PASSWORD_CODE": (_("That did not fit. Check the password or the code."), "error"),
    "INVALID_EMAIL_ADDRESS": (_("This does not look like a mail address."), "error"),
    "EMAIL_NOT_PROVIDED": (_("An address is missing here."), "error"),
    "INVALID_CODE": (_("This code does not fit. Ask for a new one."), "error"),
    "PASSWORDLESS_LOGIN_SUCCESSFUL": (_("You are signed in."), "success"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_("You are signed in."), "success"),
    "TWO_FACTOR_INVALID_TOKEN": (_("This code does not fit. Wait for the next one."), "error"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (_("Your second step is set up."), "success"),
    "TWO_FACTOR_DISABLED": (_("Signing in takes one step again."), "success"),
    "TWO_FACTOR_PERMISSION_DENIED": (_("Please sign in again."), "error"),
    "TWO_FACTOR_SETUP_EXPIRED": (_("That took too long. Please begin again."), "error"),
    "INVALID_RECOVERY_CODE": (_("This recovery code does not fit."), "error"),
    "REAUTHENTICATION_REQUIRED": (_("Please show once more that it is you."), ""),
    "REAUTHENTICATION_SUCCESSFUL": (_("Thank you, go on."), "success"),
    "UNAUTHENTICATED": (_("Please sign in first."), ""),
    "LOGIN": (_("Please sign in first."), ""),
    "ANONYMOUS_USER_REQUIRED": (_("You are signed in already."), ""),
    "INVALID_REDIRECT": (_("We do not send you to other sites."), "error"),
    "API_ERROR": (_("This link does not work. Ask for a new one."), "error"),
    "WEBAUTHN_EXPIRED": (_("That took too long. Please begin again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (_("A name is missing here."), "error"),
    "WEBAUTHN_NAME_INUSE": (_("You have a passkey with this name already."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_("There is no passkey with this name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        _("Letters, numbers, blanks and hyphens only, please."),
        "error",
    ),
    "WEBAUTHN_CREDENTIAL_DELETED": (_("The passkey %(name)s is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        _("The passkey %(name)s is kept. You can sign in with it."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_("This passkey is known already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (
        _("This passkey is not known here. Sign in another way."),
        "error",
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (
        _("This passkey is not known here. Sign in another way."),
        "error",
    ),
    "WEBAUTHN_NO_VERIFY": (_("The passkey could not be checked. Please try again."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        _("This passkey is not for this. Sign in another way."),
        "error",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (
        _("This passkey is not known here. Sign in another way."),
        "error",
    ),
    "DISABLED_ACCOUNT": (_("This account is closed."), "error"),
}
