"""The built front end: names of files with the hash of their content."""

import json
from functools import partial
from pathlib import Path

from flask import Flask, url_for

DIST = Path(__file__).parent / "static" / "dist"


class NotBuilt(RuntimeError):
    """The front end was not built yet."""


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`; raise NotBuilt where `make assets` has not run."""
    try:
        manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotBuilt("The front end is not built. Run `make assets`.") from None
    app.jinja_env.globals["asset"] = partial(_address, manifest)


def _address(manifest: dict[str, str], name: str) -> str:
    return url_for("static", filename=f"dist/{manifest[name]}")
