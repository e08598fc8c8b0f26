"""The participant's path: every state somebody can be in, or be lost in, each named once.

A state is one `Place`: how it is found and counted, its clock, its text, its next step, its exits.
To add one, add its name to `State`, at its urgency, and its place to the list of a module here;
home, the census, the diagram in docs/path.md and their tests follow from that.
"""

from services.path import arranged, arriving, waiting
from services.path.shape import Clock, Moment, Move, Place, State, Way

PLACES = {
    place.state: place
    for place in sorted(
        (*arriving.PLACES, *waiting.PLACES, *arranged.PLACES),
        key=lambda place: tuple(State).index(place.state),
    )
}
"""Every state's place, the most urgent first."""

__all__ = ["PLACES", "Clock", "Moment", "Move", "Place", "State", "Way"]
