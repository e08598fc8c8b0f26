"""Bare python-socketio on uvicorn: a message to the other in the room, and its acknowledgement."""

from urllib.parse import parse_qs

import socketio

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
app = socketio.ASGIApp(server)
rooms = {}


@server.event
async def connect(sid, environ, _auth):
    rooms[sid] = parse_qs(environ["QUERY_STRING"])["room"][0]
    await server.enter_room(sid, rooms[sid])


@server.event
async def disconnect(sid, _reason):
    rooms.pop(sid, None)


@server.event
async def act(sid, message):
    await server.emit("event", message, to=rooms[sid], skip_sid=sid)
    return {"ok": True}
