"""Signing up and signing in, by Flask-Security."""

from web.accounts.setup import init_app

__all__ = ["init_app"]
