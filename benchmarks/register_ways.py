"""One way to draw letters from an extract, in a process of its own; prints its figures as JSON.

    python benchmarks/register_ways.py ours|pandas|duckdb FILE LETTERS

Called by register.py. Times start before the libraries are loaded; the peak is the process's.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

DAY, BOUNDS = "2026-11-01", [16, 30, 45, 65]


def ours(file: Path, letters: int) -> int:
    """The command as it is, into a temporary folder; returns the letters drawn."""
    from buergerrat.commands.register_draw import draw

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = {"reference_date": DAY, "strata": {"age_bands": BOUNDS}, "letters": letters}
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        options = ["--plan", str(folder / "plan.json"), "--seed", "Elbtal", "--out"]
        draw.main([str(file), *options, str(folder / "out")], standalone_mode=False)
        return (folder / "out" / "tickets.csv").read_bytes().count(b"\n") - 1


def by_pandas(file: Path, letters: int) -> int:
    """Everybody old enough, by sex, age band and district, as many from each as come out even."""
    import pandas

    people = pandas.read_csv(file, sep=";", encoding="cp1252", dtype=str)
    born = pandas.to_datetime(people["GebDat"], format="%d.%m.%Y", errors="coerce")
    age = (pandas.Timestamp(DAY) - born).dt.days / 365.2425
    people["band"] = pandas.cut(age, [*BOUNDS, 130], right=False)
    groups = people[people["band"].notna()].groupby(["Geschl", "band", "Ortsteil"], observed=True)
    share = -(-letters // groups.ngroups)
    smallest = int(groups.size().min())
    return len(groups.sample(n=min(share, smallest), random_state=1))


def by_duckdb(file: Path, letters: int) -> int:
    """The smallest SHA-256 of seed and line number in each group."""
    import duckdb  # type: ignore[import-not-found,unused-ignore]

    base = duckdb.connect(config={"threads": 2})
    base.execute(
        "CREATE TABLE people AS SELECT OM, Geschl, Ortsteil, date_diff('year', "
        "try_strptime(GebDat, '%d.%m.%Y'), DATE '2026-11-01') AS age "
        "FROM read_csv(?, delim=';', header=true, all_varchar=true, encoding='latin-1')",
        [str(file)],
    )
    rows = base.execute(
        "SELECT count(*) FROM (SELECT OM FROM people WHERE age >= 16 QUALIFY row_number() OVER ("
        "PARTITION BY Geschl, age >= 30, age >= 45, age >= 65, Ortsteil "
        "ORDER BY sha256('Elbtal' || OM)) <= ?)",
        [-(-letters // 48)],
    ).fetchall()
    return int(rows[0][0])


WAYS = {"ours": ours, "pandas": by_pandas, "duckdb": by_duckdb}


def main() -> None:
    way, file, letters = sys.argv[1:]
    started = time.perf_counter()
    drawn = WAYS[way](Path(file), int(letters))
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "drawn": drawn,
        "seconds": time.perf_counter() - started,
        "processor": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
