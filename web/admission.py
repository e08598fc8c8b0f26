"""How many people fit into this process: the setting, and what the system allows."""

import resource

SPARE = 200  # open files for everything that is not a person's socket


def places(wanted: int) -> tuple[int, str | None]:
    """Raise the limit of open files for *wanted* people; return how many fit, and what to say.

    There is nothing to say where all of them fit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + SPARE
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted, None
    fit = max(soft - SPARE, 2)
    return fit, (
        f"This system lets Earshot open {soft:,} files, so {fit:,} people are let in at once "
        f"instead of the {wanted:,} of room.most_people. For all of them: ulimit -n {needed}"
    )
