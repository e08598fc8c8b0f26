"""The application factory."""

from flask import Flask

from models import engine
from web import (
    access,
    accounts,
    assets,
    charts,
    cluster,
    errors,
    features,
    live,
    locale,
    security,
    sockets,
    transport,
    workers,
)
from web.context import Context, install
from web.crowd import Crowd
from web.extensions import csrf, db, limiter, socketio


def create_app(context: Context, **overrides: object) -> Flask:
    """Return Earshot's pages and rooms; *overrides* are Flask settings (tests set TESTING)."""
    app = Flask(__name__)
    config = context.config
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database.url,
        SQLALCHEMY_ENGINE_OPTIONS=engine.options(config.database.url),
    )
    install(app, context)
    security.init_app(app, config, context.secrets)
    app.config.update(overrides)
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)
    csrf.init_app(app)
    limiter.init_app(app)
    accounts.init_app(app, context)
    locale.init_app(app)
    assets.init_app(app)
    charts.init_app(app)
    errors.init_app(app)
    app.before_request(access.check)
    features.register(app, config.demo)
    socketio.init_app(
        app,
        client_manager=Crowd(),
        async_mode="gevent",
        async_handlers=False,  # one client's acts stay in order
        allow_upgrades=False,  # our pages begin with WebSocket, and go on without where they must
        manage_session=False,
        cors_allowed_origins=[config.site.url],
        max_http_buffer_size=16384,
        ping_interval=6,  # a connection open at one end only is noticed within ten seconds
        ping_timeout=4,
    )
    cluster.init_app(app, config.cluster.redis)
    transport.install(socketio.server.eio)
    live.init_app(app, context)
    sockets.init_app(app, context)
    workers.init_app(app)
    features.listen(app, socketio.server)
    return app
