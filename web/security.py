"""Headers and cookies that keep pages to themselves."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from services.site.config import Config, Site
from services.site.secrets import Secrets

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}
YEAR = 31_536_000
MAX_BODY = 4 * 1024 * 1024
LARGE = {"people.upload": 33 * 1024 * 1024}  # views that take more, in bytes


def init_app(app: Flask, config: Config, secrets: Secrets) -> None:
    """Set cookies, limits, trusted host and headers; plain HTTP is relaxed on loopback only."""
    site = config.site
    prefix = "__Host-" if site.secure else ""
    app.config.update(
        SECRET_KEY=secrets.derive("flask session").hex(),
        SESSION_COOKIE_NAME=f"{prefix}earshot",
        SESSION_COOKIE_SECURE=site.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # a late answer would bring an older session back
        REMEMBER_COOKIE_NAME=f"{prefix}earshot-stay",
        REMEMBER_COOKIE_SECURE=site.secure,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_BODY,
        PREFERRED_URL_SCHEME="https" if site.secure else "http",
        TRUSTED_HOSTS=_hosts(site),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=site.secure,
    )
    if site.proxies:
        count = site.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    app.before_request(_allow_large)
    app.after_request(_add_headers)


def _allow_large() -> None:
    """Let a view that takes files have them; runs before the form's token is looked at."""
    if request.endpoint in LARGE:
        request.max_content_length = LARGE[request.endpoint]


def _hosts(site: Site) -> list[str]:
    """Return whom a request may say it is for: links in mail are made of it."""
    host = urlsplit(site.url).hostname or "localhost"
    return [host] if site.secure else [host, "localhost", "127.0.0.1"]


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
