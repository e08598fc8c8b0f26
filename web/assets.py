"""The built front end: names of files with the hash of their content."""

import json
import mimetypes
from functools import partial
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory, url_for

DIST = Path(__file__).parent / "static" / "dist"
YEAR = 31_536_000


class NotBuilt(RuntimeError):
    """The front end was not built yet."""


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`; raise NotBuilt where `make assets` has not run."""
    try:
        manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotBuilt("The front end is not built. Run `make assets`.") from None
    app.jinja_env.globals["asset"] = partial(_address, manifest)
    app.view_functions["static"] = _static


def _address(manifest: dict[str, str], name: str) -> str:
    return url_for("static", filename=f"dist/{manifest[name]}")


def _static(filename: str) -> Response:
    """Serve a static file; a built one is kept by the browser, and sent small if it takes gzip.

    Only files are compressed: pages carry tokens, and a compressed page could tell them.
    """
    name = filename.removeprefix("dist/")
    if name == filename:
        return current_app.send_static_file(filename)
    small = request.accept_encodings["gzip"] > 0 and (DIST / f"{name}.gz").is_file()
    answer = send_from_directory(
        DIST, f"{name}.gz" if small else name, mimetype=mimetypes.guess_type(name)[0], max_age=YEAR
    )
    answer.cache_control.immutable = True
    answer.vary.add("Accept-Encoding")
    if small:
        answer.content_encoding = "gzip"
    return answer
