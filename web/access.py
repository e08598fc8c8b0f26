"""Who may open which page: every view says so, and a view that does not is closed to all.

A view carries one of these decorators; the check itself runs before every request. Absent and
forbidden answer the same 404, so that an address tells nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = frozenset({"public"})
ANY = frozenset({"participant", "facilitator", "staff", "admin"})
MARK = "earshot_access"


def public(view: View) -> View:
    """Open the view to everybody."""
    return _mark(view, PUBLIC)


def signed_in(view: View) -> View:
    """Open the view to everybody who is signed in."""
    return _mark(view, ANY)


def only(*roles: str) -> Callable[[View], View]:
    """Open the view to accounts that have one of *roles*."""
    return lambda view: _mark(view, frozenset(roles))


def of(app: Flask, endpoint: str) -> frozenset[str] | None:
    """Return who may open *endpoint*: roles, `PUBLIC`, or None where nothing was said."""
    view = app.view_functions[endpoint]
    if endpoint == "static" or endpoint.startswith("security."):
        return PUBLIC  # Flask-Security guards its own views
    found: frozenset[str] | None = getattr(view, MARK, None)
    return found


def check() -> ResponseReturnValue | None:
    """Refuse, ask to sign in, or let the request through (a `before_request`)."""
    if request.endpoint is None:
        return None
    allowed = of(current_app, request.endpoint)
    if allowed is PUBLIC:
        return None
    if not current_user.is_authenticated:
        if allowed is not None and "participant" in allowed:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        abort(404)
    if allowed is None or not allowed & {role.name for role in current_user.roles}:
        abort(404)
    return None


def _mark(view: View, roles: frozenset[str]) -> View:
    setattr(view, MARK, roles)
    return view
