"""The features of the web: each a folder that knows none of the others."""

from flask import Flask

from web.public import views as public


def register(app: Flask) -> None:
    """Add every feature's pages to *app*."""
    app.register_blueprint(public.pages)
