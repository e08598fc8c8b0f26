"""Garbage collection that nobody waits for.

What comes and goes with a request holds on to itself in circles that reference counts alone do not
undo, so Python has to look for it, and stops for each look: 0.8 ms for a thousand objects. In what
rooms make, 50,000 objects a second with 5,000 rooms, there is next to nothing to find. Python does
not know the one from the other. It counts what was made less what was given back, however old, so
that while rooms let go of old entries nothing seems new, and then it looks for 120 ms.

Here the looks come by the clock, and only after a request; what was made without one is set aside
unseen. Everything is looked through only as often as costs a ten-thousandth of the time.
"""

import gc
from time import perf_counter

import gevent

STEP_SECONDS = 0.1  # between two looks through what is new,
STEPS = 10  # of which so many make one through what outlived the last ones, too
MANY = 100_000  # new objects that Python does not let wait for the clock
NEVER = 2**31 - 1  # Python does not look through everything by itself
SELDOM_SECONDS = 60.0  # between two looks through everything, at the least,
SHARE = 10_000  # and so many times as long as the last one took


class Looks:
    """When garbage is looked for. `requests` counts those answered since the last look."""

    def __init__(self) -> None:
        self.requests = 0
        self.steps = 0

    def step(self) -> None:
        """Look through what is new if a request may have left garbage; else set it aside."""
        if not self.requests:
            gc.freeze()
            return
        self.requests = 0
        self.steps += 1
        gc.collect(0 if self.steps % STEPS else 1)

    def whole(self) -> float:
        """Collect all garbage; return the seconds to wait before the next time."""
        begun = perf_counter()
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return max(SELDOM_SECONDS, SHARE * (perf_counter() - begun))

    def go_on(self) -> None:
        """Look again and again."""
        due = perf_counter() + SELDOM_SECONDS
        while True:
            gevent.sleep(STEP_SECONDS)
            self.step()
            if perf_counter() >= due:
                due = perf_counter() + self.whole()


looks = Looks()


def tame() -> gevent.Greenlet:
    """Set aside what is there now, keep the looks at what is to come short, return who looks."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY, STEPS, NEVER)
    return gevent.spawn(looks.go_on)
