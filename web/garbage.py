"""Garbage collection that nobody waits for.

Python looks through what was made lately, now and then through a little more, and seldom through
everything. Each look stops the process: 0.7 ms for a thousand objects. Left to itself with large
steps, it stopped 5,000 people's conversations for 25 to 60 ms every three seconds and for 320 ms
now and then. Here the steps are small, and all is looked through only as often as costs a
thousandth of the time: what comes and goes with a request holds on to itself in circles that
reference counts alone do not undo.
"""

import gc
from time import perf_counter

import gevent

YOUNG = 1_000  # new objects before they are looked through
STEPS = 10  # such looks before what outlived them is looked through once more
NEVER = 2**31 - 1  # Python does not look through everything by itself
SELDOM_SECONDS = 60.0  # between two looks through everything, at the least,
SHARE = 1_000  # and so many times as long as the last one took


def tame() -> gevent.Greenlet:
    """Set aside what is there now, keep the looks at what is to come short, return who looks."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, STEPS, NEVER)
    return gevent.spawn(_look_on)


def _look_on() -> None:
    wait = SELDOM_SECONDS
    while True:
        gevent.sleep(wait)
        wait = look()


def look() -> float:
    """Collect all garbage; return the seconds to wait before the next time."""
    begun = perf_counter()
    gc.collect()
    return max(SELDOM_SECONDS, SHARE * (perf_counter() - begun))
