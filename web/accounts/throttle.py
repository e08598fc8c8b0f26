"""How often somebody may try, for each address they come from and each account they try."""

import hashlib
from typing import Any

from flask import Flask, request
from flask_limiter.util import get_remote_address

from web.extensions import limiter

TRIED = {
    "login": "20 per 5 minutes",
    "us_signin_send_code": "5 per 10 minutes",
    "us_verify_link": "20 per 5 minutes",
    "us_verify": "20 per 5 minutes",
    "us_verify_send_code": "5 per 10 minutes",
    "two_factor_token_validation": "10 per 5 minutes",
    "wan_signin": "20 per 5 minutes",
    "wan_signin_response": "20 per 5 minutes",
    "mf_recovery": "10 per 5 minutes",
    "register": "10 per 10 minutes",
    "forgot_password": "5 per 10 minutes",
    "reset_password": "10 per 10 minutes",
    "send_confirmation": "5 per 10 minutes",
    "change_password": "10 per 10 minutes",
}


def init_app(app: Flask) -> None:
    """Throttle the forms that tell or change who somebody is, by where from and by account."""
    for name, limit in TRIED.items():
        endpoint = f"security.{name}"
        view: Any = app.view_functions[endpoint]
        for key in (_account, get_remote_address):
            view = limiter.limit(limit, key_func=key, methods=["POST"])(view)
        app.view_functions[endpoint] = view


def _account() -> str:
    """Name the account that is tried, without its address."""
    tried = request.form.get("identity") or request.form.get("email") or get_remote_address()
    return hashlib.sha256(str(tried).strip().casefold().encode()).hexdigest()
