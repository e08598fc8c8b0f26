"""How long somebody stays signed in, and what changes when they sign in."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from flask import Flask, request, session
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security import logout_user

from services.people import signins
from web.accounts.logins import TWO_FACTORS, Login
from web.context import here, now
from web.context import session as database

SINCE, SEEN, MARK = "since", "seen", "mark"
GUARDED = (timedelta(minutes=30), timedelta(hours=12))  # idle, and at most
OTHERS = (timedelta(days=14), timedelta(days=90))
KEPT = ("locale", "pledge", "programme", "_flashes")
STEP = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Let sessions slide, end the stale ones before anything else looks at them."""
    app.config["PERMANENT_SESSION_LIFETIME"] = OTHERS[0]
    app.before_request(_end_stale)
    user_logged_in.connect(_renew, app)
    user_logged_out.connect(_leave, app)


def _end_stale() -> None:
    if request.endpoint == "static" or "_user_id" not in session:
        return  # a file says nothing of who asks, and changes nothing of it
    moment = now()
    if MARK in session and signins.is_ended(database(), session[MARK], moment):
        logout_user()
        return
    seen = _moment(SEEN, moment)
    idle, longest = _limits()
    if moment - seen > idle or moment - _moment(SINCE, moment) > longest:
        logout_user()
        return
    if SEEN not in session or moment - seen > STEP:
        session[SEEN] = moment.isoformat()
        session.setdefault(SINCE, moment.isoformat())


def _limits() -> tuple[timedelta, timedelta]:
    if here().config.demo or not current_user.is_authenticated:
        return OTHERS
    return GUARDED if TWO_FACTORS & {role.name for role in current_user.roles} else OTHERS


def _moment(name: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(session[name]) if name in session else otherwise


def _renew(_app: Flask, user: Login, **_given: object) -> None:
    """Begin a session that shares nothing with the one before but what is kept on purpose."""
    for name in [n for n in session if not n.startswith(("_", "fs_", "tf_")) and n not in KEPT]:
        session.pop(name)
    moment = now().isoformat()
    session.update({SINCE: moment, SEEN: moment, MARK: token_urlsafe(16)})
    session.permanent = True
    agent = request.user_agent.string
    signins.begin(database(), user.id, session[MARK], agent, now())
    database().commit()


def _leave(_app: Flask, **_given: object) -> None:
    """End the sign-in itself, so that no copy of its cookie is worth anything."""
    if MARK in session:
        signins.leave(database(), session.pop(MARK), now())
        database().commit()
