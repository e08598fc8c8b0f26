"""The features of the web: each a folder that knows none of the others."""

from flask import Flask
from socketio import Server

from web.accounts import views as accounts
from web.demo import views as demo
from web.desk import sockets as desk_sockets
from web.desk import views as desk
from web.enrolment import views as enrolment
from web.home import views as home
from web.invitations import views as invitations
from web.mydata import views as mydata
from web.public import views as public
from web.rooms import sockets as room_sockets
from web.rooms import views as rooms
from web.staff import views as staff
from web.surveys import views as surveys


def register(app: Flask, demo_mode: bool) -> None:
    """Add every feature's pages to *app*; the demonstration's only in demo mode."""
    if demo_mode:
        app.register_blueprint(demo.pages)
    app.register_blueprint(public.pages)
    app.register_blueprint(accounts.pages)
    app.register_blueprint(enrolment.pages)
    app.register_blueprint(home.pages)
    app.register_blueprint(mydata.pages)
    app.register_blueprint(invitations.pages)
    app.register_blueprint(rooms.pages)
    app.register_blueprint(surveys.pages)
    app.register_blueprint(desk.pages)
    app.register_blueprint(staff.pages)


def listen(app: Flask, server: Server) -> None:
    """Let every feature that is live hear its sockets."""
    room_sockets.RoomSockets(app, server)
    desk_sockets.DeskSockets(app, server)
