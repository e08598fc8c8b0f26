"""In which language and time zone a page speaks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Flask, request, session
from flask_babel import get_locale, get_timezone
from flask_login import current_user

from web.context import here
from web.extensions import babel


def init_app(app: Flask) -> None:
    """Choose by the account, else by this browser's choice, else by what the browser asks for."""
    app.config.update(BABEL_DEFAULT_LOCALE="en", BABEL_TRANSLATION_DIRECTORIES="translations")
    babel.init_app(app, locale_selector=_locale, timezone_selector=_zone)
    app.context_processor(_words)
    app.add_template_filter(when, "when")


def when(moment: datetime, style: str = "full", unknown: str = "UTC") -> str:
    """Say *moment* in the reader's zone, and which zone that is; in *unknown* to the signed out."""
    known = current_user.is_authenticated
    zone = ZoneInfo(str(get_timezone()) if known else unknown)
    pattern = {"full": "EEEE d MMMM, HH:mm", "time": "HH:mm", "day": "d MMMM y"}[style]
    said = str(format_datetime(moment, pattern, tzinfo=zone, locale=get_locale()))
    return said if style == "day" else f"{said} {moment.astimezone(zone):%Z}"


def _locale() -> str | None:
    locales = here().config.site.locales
    if current_user.is_authenticated and current_user.locale in locales:
        return str(current_user.locale)
    if session.get("locale") in locales:
        return str(session["locale"])
    return request.accept_languages.best_match(locales, locales[0])


def _zone() -> str:
    return str(current_user.zone) if current_user.is_authenticated else "UTC"


def _words() -> dict[str, object]:
    locale = get_locale()
    return {
        "lang": str(locale).replace("_", "-"),
        "dir": locale.text_direction if locale else "ltr",
        "demo": here().config.demo,
    }
