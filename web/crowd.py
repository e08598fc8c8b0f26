"""Who is connected, as python-socketio keeps it: to leave costs the same however many are here.

python-socketio looks into every room for somebody who leaves, and everybody has one of their own:
a millisecond with 10,000 people, which is ten seconds when a network fails and all leave at once.
Here it is noted which rooms somebody entered.
"""

from typing import Any

from socketio import Manager


class Crowd(Manager):  # type: ignore[misc]  # python-socketio has no types
    """Everybody at this process, with the rooms each has entered."""

    def __init__(self) -> None:
        super().__init__()
        self._entered: dict[tuple[str, str], list[str | None]] = {}

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Let somebody into a room, and note it."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        entered = self._entered.setdefault((sid, namespace), [])
        if room not in entered:
            entered.append(room)

    def basic_disconnect(self, sid: str, namespace: str, **_rest: Any) -> None:
        """Take somebody out of the rooms they entered, and forget them."""
        for room in self._entered.pop((sid, namespace), ()):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for waiting in (self.pending_connect, self.pending_disconnect):
            if sid in waiting.get(namespace, ()):
                waiting[namespace].remove(sid)
                if not waiting[namespace]:
                    del waiting[namespace]
