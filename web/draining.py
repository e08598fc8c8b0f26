"""How a worker ends without anybody losing a word."""

import gevent
import structlog
from flask import Flask
from gevent.pywsgi import WSGIServer

from web import cluster, live
from web.extensions import socketio

LAST_SECONDS = 5  # for requests that are being answered

log = structlog.get_logger(__name__)


def drain(app: Flask, server: WSGIServer) -> None:
    """Take nobody new, store what is queued, let every socket come back elsewhere, then stop.

    Whoever was connected finds the connection closed and connects again at once: the proxy leads
    them to another worker, which reads their rooms from the log. What they sent and this worker
    could not answer any more, they send again there with the same id.
    """
    server.close()
    writer = live.of(app).writer
    writer.finish()
    engine = socketio.server.eio
    leaving = [gevent.spawn(engine.disconnect, sid) for sid in list(engine.sockets)]
    gevent.joinall(leaving, timeout=LAST_SECONDS)
    writer.finish()
    cluster.of(app).leave()
    log.info("drained", sockets=len(leaving))
    server.stop(LAST_SECONDS)
