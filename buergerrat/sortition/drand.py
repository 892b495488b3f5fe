"""When a round of drand's network "quicknet" is published: one every three seconds."""

import datetime as dt

GENESIS = dt.datetime(2023, 8, 23, 15, 9, 27, tzinfo=dt.UTC)
"""Round 1, as the network's public description gives it (1692803367 seconds after 1970)."""
PERIOD = dt.timedelta(seconds=3)


def round_time(number: int) -> dt.datetime:
    """The moment of a round; rounds count from 1."""
    return GENESIS + (number - 1) * PERIOD
