"""Measures what is answered at once: one arrival in a full lobby, one pair made by hand."""

import time

import numpy as np


def lobby(waiting=100_000, arrivals=1000):
    """Return the milliseconds of one arrival among many who wait, and those of a batch tick."""
    from bench.crowds import crowd
    from matcher.lobby import Lobby, Patience

    room = Lobby(crowd(waiting + arrivals), patience=Patience(start=0.0, seconds=1.0))
    for row in range(waiting):
        room.wait(row, 0.0)
    room.arrive(waiting, 1.0)
    took = []
    for row in range(waiting + 1, waiting + arrivals):
        began = time.perf_counter()
        room.arrive(row, 1.0)
        took.append(1000 * (time.perf_counter() - began))
    return {"lobby_waiting": waiting, **_told("arrival_ms", took)}


def swap(people=10_000, asked=200):
    """Return the milliseconds of asking what one pair by hand would cost."""
    from bench.crowds import crowd
    from matcher import pair
    from matcher.swap import preview

    result = pair(crowd(people))
    began = time.perf_counter()
    view = preview(result)
    ready = time.perf_counter() - began
    rng, took = np.random.default_rng(0), []
    view.swap(0, 1)
    for one, two in rng.integers(0, people, (asked, 2)).tolist():
        if one != two:
            began = time.perf_counter()
            view.swap(one, two)
            took.append(1000 * (time.perf_counter() - began))
    return {"swap_people": people, "preview_s": ready, **_told("swap_ms", took)}


def _told(name, took):
    low, high = np.percentile(took, [50, 99])
    return {f"{name}_p50": float(low), f"{name}_p99": float(high), f"{name}_max": max(took)}
