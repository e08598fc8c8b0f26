"""Pages that say what happened, what was kept and what to do."""

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from web.extensions import db

SHOWN = {400, 404, 405, 413, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Answer every HTTP error with a page in our own words; roll back what was half done."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Exception, _fail)


def _answer(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):  # a page has links, and they would need a host
        return "Earshot is not at this address.", 400, {"Content-Type": "text/plain"}
    db.session.rollback()
    code = 404 if error.code == 403 else error.code or 500
    shown = code if code in SHOWN else 400 if code < 500 else 500
    page = render_template(f"errors/{shown}.html")
    headers = [(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After")]
    return page, code, headers


def _expired(_error: CSRFError) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("errors/expired.html"), 400


def _fail(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("a page failed", exc_info=error)
    return render_template("errors/500.html"), 500
