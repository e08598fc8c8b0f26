"""The features of the web: each a folder that knows none of the others."""

from flask import Flask
from socketio import Server

from web.accounts import views as accounts
from web.demo import views as demo
from web.desk import sockets as desk_sockets
from web.desk import views as desk
from web.enrolment import views as enrolment
from web.figures import views as figures
from web.home import views as home
from web.invitations import views as invitations
from web.journey import views as journey
from web.lobby import views as lobby
from web.mailings import views as mailings
from web.mydata import views as mydata
from web.programmes import views as programmes
from web.public import views as public
from web.rooms import anew
from web.rooms import sockets as room_sockets
from web.rooms import views as rooms
from web.safety import queue as safety_queue
from web.safety import views as safety
from web.staff import editor as staff_editor
from web.staff import effect as staff_effect
from web.staff import extracts as staff_extracts
from web.staff import hours as staff_hours
from web.staff import looks as staff_looks
from web.staff import manuscripts as staff_manuscripts
from web.staff import outlook as staff_outlook
from web.staff import people as staff_people
from web.staff import releases as staff_releases
from web.staff import rounds as staff_rounds
from web.staff import system as staff_system
from web.staff import views as staff
from web.standby import views as standby
from web.surveys import halves as survey_halves
from web.surveys import later
from web.surveys import views as surveys


def register(app: Flask, demo_mode: bool) -> None:
    """Add every feature's pages to *app*; the demonstration's only in demo mode."""
    if demo_mode:
        app.register_blueprint(demo.pages)
    app.register_blueprint(public.pages)
    app.register_blueprint(figures.pages)
    app.register_blueprint(accounts.pages)
    app.register_blueprint(enrolment.pages)
    app.register_blueprint(home.pages)
    app.register_blueprint(journey.pages)
    app.register_blueprint(lobby.pages)
    app.register_blueprint(mailings.pages)
    app.register_blueprint(mydata.pages)
    app.register_blueprint(invitations.pages)
    app.register_blueprint(rooms.pages)
    app.register_blueprint(anew.pages)
    app.register_blueprint(standby.pages)
    app.register_blueprint(surveys.pages)
    app.register_blueprint(survey_halves.pages)
    app.register_blueprint(later.pages)
    app.register_blueprint(desk.pages)
    app.register_blueprint(programmes.pages)
    app.register_blueprint(safety.pages)
    app.register_blueprint(safety_queue.pages)
    app.register_blueprint(staff.pages)
    app.register_blueprint(staff_people.pages)
    app.register_blueprint(staff_releases.pages)
    app.register_blueprint(staff_rounds.pages)
    app.register_blueprint(staff_outlook.pages)
    app.register_blueprint(staff_editor.pages)
    app.register_blueprint(staff_effect.pages)
    app.register_blueprint(staff_extracts.pages)
    app.register_blueprint(staff_hours.pages)
    app.register_blueprint(staff_looks.pages)
    app.register_blueprint(staff_manuscripts.pages)
    app.register_blueprint(staff_system.pages)


def listen(app: Flask, server: Server) -> None:
    """Let every feature that is live hear its sockets."""
    room_sockets.RoomSockets(app, server)
    desk_sockets.DeskSockets(app, server)
