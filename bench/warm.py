"""Loaded once before anything is measured: what is imported and compiled here is ready in every
process that is measured. `READY` is the seconds that took.
"""

import time

BEGAN = time.perf_counter()

from bench import peers  # noqa: E402, F401
from bench.crowds import crowd  # noqa: E402
from matcher import pair  # noqa: E402
from matcher.warm import compile_loops  # noqa: E402

compile_loops()
pair(crowd(300), threads=1)  # without threads: processes are forked from here
READY = time.perf_counter() - BEGAN
