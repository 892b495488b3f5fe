"""Build one lottery in a process of its own and print its figures as JSON.

    python benchmarks/ours.py FOLDER SEATS [PANELS]

Called by lottery.py. The time is the processor's for `build` alone; the peak of memory is that of the
whole process. The list is checked before anything is printed.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pools import read

from buergerrat.sortition.panels import Lottery, build
from buergerrat.sortition.pool import Person, Quota

SEED = hashlib.sha256(b"buergerrat/messung/1").digest()


def types(people: Sequence[Person]) -> int:
    """How many different rows of features there are."""
    return len({tuple(sorted(person.features.items())) for person in people})


def check(people: Sequence[Person], quotas: Sequence[Quota], seats: int, lottery: Lottery) -> None:
    """End the program where a panel breaks a rule: a time without it would say nothing."""
    features = {person.id: person.features for person in people}
    for panel in lottery.panels:
        inside = Counter(item for one in panel for item in features[one].items())
        met = all(q.min <= inside[q.feature, q.value] <= q.max for q in quotas)
        if not met or len(set(panel)) != seats:
            raise SystemExit(f"Liste {lottery.panels.index(panel)} verletzt eine Quote.")


def main() -> None:
    folder, seats = Path(sys.argv[1]), int(sys.argv[2])
    panels = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    people, quotas = read(folder)
    started = time.process_time()
    lottery = build(people, quotas, seats, SEED, panels)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    check(people, quotas, seats, lottery)
    figures = {
        "seconds": seconds,
        "megabytes": peak * (1 if sys.platform == "darwin" else 1024) / 10**6,
        "people": len(people),
        "types": types(people),
        "panels": panels,
        "bound": float(lottery.bound),
        "lowest": float(lottery.lowest),
        "deviation": float(lottery.deviation),
        "distinct": len(set(lottery.panels)),
        "excluded": len(lottery.excluded),
        "attained": lottery.attained,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
