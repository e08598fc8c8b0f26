"""Bare Flask-SocketIO on gevent: a message to the other in the room, and its acknowledgement."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - patching comes first

from flask import Flask, request  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*")


@socketio.on("connect")
def connect(_auth=None):
    join_room(request.args["room"])


@socketio.on("act")
def act(message):
    emit("event", message, to=request.args["room"], include_self=False)
    return {"ok": True}


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
