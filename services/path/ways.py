"""What several states offer to do."""

from services.path.shape import State, Way
from services.site.texts import N_

CHANGE = Way(N_("Change my profile"), "enrolment.start")
TIMES = Way(N_("Add times"), "home.times")
BREAK = Way(N_("Take a break for a while"), "home.pause", State.PAUSED, post=True)
LEAVE = Way(N_("Leave the programme"), "home.leave", State.LEFT)
DATA = Way(N_("My data"), "mydata.show")
ANEW = Way(N_("Ask for a new time"), "anew.show", State.ASKED)
CANCEL = Way(N_("I cannot make it"), "invitations.cancel", State.WAITING)
USUAL = (CHANGE, BREAK, LEAVE)
