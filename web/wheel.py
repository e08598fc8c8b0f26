"""One wheel that pings every open WebSocket, and ends those that do not answer."""

from time import monotonic

import gevent

from web.framing import frame
from web.lines import Line

PING = b"2"


class Wheel:
    """One greenlet that pings every line once an interval and ends those that do not answer."""

    def __init__(self, interval: float, patience: float) -> None:
        self.patience = patience
        self.slots: list[set[Line]] = [set() for _ in range(max(1, round(interval)))]
        self.at = 0
        self.asked: set[Line] = set()
        self.turning = False

    def add(self, line: Line) -> None:
        """Ping *line* an interval from now, and again each interval, until it is closed."""
        self.slots[self.at].add(line)
        if not self.turning:
            self.turning = True
            gevent.spawn(self.turn)

    def turn(self) -> None:
        """Step once a second, as long as there is anybody to ping."""
        ping = frame(PING)
        while any(self.slots):
            gevent.sleep(1.0)
            self.at = (self.at + 1) % len(self.slots)
            slot = self.slots[self.at]
            slot -= {line for line in slot if line.closed}
            for line in slot:
                line.pinged = line.pinged or monotonic()
                line.write(ping)
            self.asked |= slot
            self.end_silent()
        self.turning = False

    def end_silent(self) -> None:
        """End the lines whose answer has been missing for too long."""
        since = monotonic() - self.patience
        self.asked = {line for line in self.asked if line.pinged and not line.closed}
        for line in self.asked:
            if line.pinged is not None and line.pinged < since:
                line.engine.close(reason=line.engine.server.reason.PING_TIMEOUT)
