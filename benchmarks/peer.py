"""Draw the same panels with sortition-algorithms (maximin, HiGHS) and print figures as JSON.

    PEER-PYTHON benchmarks/peer.py FOLDER SEATS
    PEER-PYTHON benchmarks/peer.py --version

Called by lottery.py, in an interpreter that has benchmarks/requirements.txt. The time is that
of the search alone, without reading the files; addresses are not checked, as in ours.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sortition_algorithms import CSVFileDataSource, SelectionData, Settings, find_random_sample

CHANCE = "Probability of selection"


def chances(report: dict[str, Any]) -> list[float]:
    """Everybody's chance out of the table in its report, as it states them (per cent)."""
    for part in report["_data"]:
        content = part[1] if isinstance(part, list | tuple) else part
        if CHANCE in content.get("headers", ()):
            place = content["headers"].index(CHANCE)
            return [float(row[place].rstrip("%")) / 100 for row in content["data"]]
    return []


def main() -> None:
    if sys.argv[1] == "--version":
        print(json.dumps({"peer": version("sortition-algorithms"), "highspy": version("highspy")}))
        return
    folder, seats = Path(sys.argv[1]), int(sys.argv[2])
    settings = Settings(id_column="id", columns_to_keep=[], check_same_address=False)
    source = CSVFileDataSource(
        features_file=folder / "categories.csv",
        people_file=folder / "respondents.csv",
        already_selected_file=None,
        selected_file=folder / "unused.csv",
        remaining_file=folder / "unused.csv",
    )
    data = SelectionData(source)
    features, _ = data.load_features(seats)
    people, _ = data.load_people(settings, features)
    started = time.process_time()
    panels, report = find_random_sample(
        features,
        people,
        seats,
        [],
        selection_algorithm="maximin",
        solver_backend="highspy",
        number_selections=1000,
    )
    seconds = time.process_time() - started
    counts = Counter(one for panel in panels for one in panel)
    stated = chances(report.serialize())
    figures = {
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 10**6,
        "lowest": min((chance for chance in stated if chance > 0), default=None),
        "excluded": sum(chance == 0 for chance in stated),
        "lowest_in_list": min(counts.values()) / len(panels),
        "distinct": len(set(panels)),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
