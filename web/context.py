"""What a request works with besides the database: settings, secrets, keys, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from services.site.config import Config
from services.site.crypto import KeyStore
from services.site.secrets import Secrets
from web.extensions import db

NAME = "earshot"


def clock() -> datetime:
    """Return the present moment; tests hand the application a clock of their own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What `create_app` was given, for views and socket handlers."""

    config: Config
    secrets: Secrets
    keys: KeyStore
    clock: Callable[[], datetime] = clock


def install(app: Flask, context: Context) -> None:
    """Keep *context* with *app*."""
    app.extensions[NAME] = context


def here() -> Context:
    """Return the context of the application at work."""
    return cast(Context, current_app.extensions[NAME])


def session() -> Session:
    """Return the database session of this request."""
    return db.session()


def now() -> datetime:
    """Return the present moment in UTC."""
    return here().clock()
