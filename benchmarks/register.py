"""Time and memory of `buergerrat register draw`, beside pandas and DuckDB.

    python benchmarks/register.py                          300,000 and 4,000,000 lines
    python benchmarks/register.py --people 300000 --peer-python OTHER

The files are made in a temporary folder (Windows-1252, semicolons). Each way runs once, in a
process of its own, one after the other. Ours reads, checks, commits (Merkle root) and draws, with
households, proofs and addresses. The others only read and draw: pandas by `groupby.sample`,
DuckDB by the smallest SHA-256 of every group; what is missing there is not added. `--peer-python`
names an interpreter with duckdb (requirements.txt); the product itself needs neither.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import register_files
from measure import HERE, machine

Figures = dict[str, Any]
WAYS = {"ours": "buergerrat register draw", "pandas": "pandas: read_csv, groupby.sample",
        "duckdb": "DuckDB: read_csv, SHA-256"}  # fmt: skip
LIMIT = 1800  # seconds


def measured(python: str, way: str, file: Path, letters: int) -> Figures:
    """Figures of one way, or {"failed": why}."""
    command = [python, str(HERE / "register_ways.py"), way, str(file), str(letters)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return {"failed": f"nach {LIMIT} s abgebrochen"}
    except OSError as error:
        return {"failed": error.strerror}
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [f"Status {ended.returncode}"])[-1]
        return {"failed": "nicht installiert" if "No module named" in last else last}
    figures: Figures = json.loads(ended.stdout.splitlines()[-1])
    return figures


def rows(people: int, found: dict[str, Figures]) -> Iterator[str]:
    """Lines of the table, ours first; the ratio is ours to theirs, by the processor's time."""
    for way, figures in found.items():
        head = f"| {people:,} | ".replace(",", ".") + f"{WAYS[way]} | "
        if "failed" in figures:
            yield f"{head}{figures['failed']} | – | – | – | – |"
            continue
        ours = found["ours"].get("processor")
        ratio = f"{ours / figures['processor']:.1f}" if ours and way != "ours" else "–"
        cells = [f"{figures['seconds']:.1f} s", f"{figures['processor']:.1f} s",
                 f"{people / figures['seconds']:,.0f}".replace(",", "."),
                 f"{figures['megabytes']:.0f} MB", ratio.replace(".", ",")]  # fmt: skip
        yield head + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, nargs="+", default=[300_000, 4_000_000])
    parser.add_argument("--letters", type=int, default=4000)
    parser.add_argument("--peer-python", default=sys.executable, help="interpreter with duckdb")
    chosen = parser.parse_args()
    print(" · ".join(f"{name}: {value}" for name, value in machine().items()), "\n")
    print("| Zeilen | Verfahren | Dauer | Prozessor | Zeilen/s | Spitze | wir : andere |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="register-") as folder:
        for people in chosen.people:
            file = Path(folder) / "auszug.csv"
            register_files.write(file, people)
            found: dict[str, Figures] = {}
            for way in WAYS:
                python = chosen.peer_python if way == "duckdb" else sys.executable
                found[way] = measured(python, way, file, chosen.letters)
            print("\n".join(rows(people, found)), flush=True)


if __name__ == "__main__":
    main()
