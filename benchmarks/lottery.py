"""Time, memory and fairness of the panel lottery, beside sortition-algorithms.

    python benchmarks/lottery.py FOLDER            all pools of a folder
    python benchmarks/lottery.py                   made pools of the same shapes
    python benchmarks/lottery.py --growth          500 to 10,000 people

A pool is a folder NAME_SEATS with categories.csv and respondents.csv. Every pool runs in a fresh
process, first ours (1,000 panels), then the peer (maximin, HiGHS), one at a time. With --out
what was measured is kept after every pool: figures in FILE.json, tables in FILE.md (between
`<!-- table -->` and `<!-- /table -->` where the file has them). --resume goes on from there.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pools
from measure import machine, peer_versions, run
from picture import growth_picture
from table import growth_text, pools_text, seconds

Results = dict[str, Any]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def between(page: str, name: str, text: str) -> str:
    """Put `text` between the two markers of that name, or at the end where there are none."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if start in page and end in page:
        pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        return pattern.sub(lambda _: f"{start}\n{text}{end}", page, count=1)
    return f"{page}{start}\n{text}{end}\n"


class Kept:
    """What was measured, on disk after every step; without `out` only in memory."""

    def __init__(self, out: Path | None, part: str, resume: bool, here: dict[str, str]) -> None:
        self._out, self._part = out, part
        file = out.with_suffix(".json") if out else None
        everything: Results = {}
        if file and file.is_file():
            everything = json.loads(file.read_text(encoding="utf-8"))
        before = everything.get(part, {}) if resume else {}
        if before and before["machine"] != here:
            raise SystemExit("Die ersten Zahlen sind von anderswo oder älter; bitte neu messen.")
        self._everything, self._file = everything, file
        self.results: Results = before or {"machine": here, part: []}
        everything[part] = self.results

    def measured(self, name: str) -> bool:
        """Whether a pool was measured to its end."""
        return any(row["name"] == name for row in self.results[self._part])

    def add(self, row: Results) -> None:
        self.results[self._part].append(row)
        if self._file and self._out:
            self._out.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self._everything, ensure_ascii=False, indent=1)
            self._file.write_text(text + "\n", encoding="utf-8")
            page = self._out.read_text(encoding="utf-8") if self._out.is_file() else ""
            marker = "table" if self._part == "pools" else "growth"
            self._out.write_text(between(page, marker, self.text()), encoding="utf-8")

    def text(self) -> str:
        """The tables as Markdown; draws the picture beside `out`."""
        if self._part == "pools":
            return pools_text(self.results)
        rows = self.results["growth"]
        points = [
            (row["people"], row["ours"]["seconds"]) for row in rows if "seconds" in row["ours"]
        ]
        if not (self._out and points):
            return growth_text(self.results, "")
        picture = self._out.parent / "pictures" / "wachstum.svg"
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(growth_picture(points), encoding="utf-8")
        return growth_text(self.results, "pictures/wachstum.svg")


def measure_pools(
    found: Sequence[pools.Source], kept: Kept, limit: float, peer_python: str | None
) -> None:
    for pool in found:
        if kept.measured(pool.name):
            continue
        ours = run(sys.executable, "ours.py", pool, limit)
        say(f"{pool.name}: {_short(ours)}")
        peer = run(peer_python, "peer.py", pool, limit) if peer_python else None
        if peer:
            say(f"{pool.name}, sortition-algorithms: {_short(peer)}")
        kept.add({"name": pool.name, "seats": pool.seats, "ours": ours, "peer": peer})


def measure_growth(folder: Path, kept: Kept, limit: float, sizes: Sequence[int]) -> None:
    for people in sizes:
        name = f"{people}_{pools.GROWTH_SEATS}"
        if kept.measured(name):
            continue
        made = pools.made(people, pools.GROWTH_SEATS, pools.GROWTH_FEATURES)
        ours = run(sys.executable, "ours.py", pools.write(folder / name, *made), limit)
        say(f"{people} Personen: {_short(ours)}")
        kept.add({"name": name, "people": people, "ours": ours})


def _short(figures: Results) -> str:
    if "seconds" in figures:
        return f"{seconds(figures['seconds'])}, kleinste Chance {figures['lowest']}"
    return f"> {figures['over']:g} s" if "over" in figures else figures["failed"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", default="", help="names of pools, separated by commas")
    parser.add_argument("--limit", type=float, default=1200, help="seconds per pool and program")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--peer-python", default=sys.executable, help="has requirements.txt")
    parser.add_argument("--out", type=Path, help="FILE.md; the figures go to FILE.json")
    parser.add_argument("--resume", action="store_true", help="go on with the figures of --out")
    parser.add_argument("--growth", action="store_true", help="how time grows, without peer")
    parser.add_argument("--sizes", default="", help="of --growth, separated by commas")
    given = parser.parse_args()
    if given.resume and not given.out:
        parser.error("--resume braucht --out.")
    return given


def sources(given: argparse.Namespace, folder: Path) -> list[pools.Source]:
    """The pools that were asked for; ends with a sentence where one is not there."""
    names = [name for name in given.only.split(",") if name]
    if given.folder is None:
        unknown = sorted(set(names) - set(pools.SHAPES))
        found = [] if unknown else pools.write_shapes(folder, names)
    else:
        if not given.folder.is_dir():
            raise SystemExit(f"Den Ordner {given.folder} gibt es nicht.")
        found = pools.found_in(given.folder)
        unknown = sorted(set(names) - {pool.name for pool in found})
    if unknown:
        raise SystemExit(f"Diese Pools gibt es nicht: {', '.join(unknown)}")
    if not found:
        raise SystemExit(f"In {given.folder} liegt kein Pool (Ordner NAME_PLÄTZE).")
    return [pool for pool in found if not names or pool.name in names]


def main() -> None:
    given = arguments()
    here, peer_python = machine(), None
    if not given.no_peer and not given.growth:
        versions = peer_versions(given.peer_python)
        if versions is None:
            raise SystemExit(
                "sortition-algorithms fehlt. Bitte benchmarks/requirements.txt in eine eigene "
                "Umgebung installieren und --peer-python nennen, oder --no-peer."
            )
        peer_python = given.peer_python
        here["sortition-algorithms"] = f"{versions['peer']} (highspy {versions['highspy']})"
    kept = Kept(given.out, "growth" if given.growth else "pools", given.resume, here)
    with tempfile.TemporaryDirectory() as made_here:
        folder = Path(made_here)
        if given.growth:
            sizes = [int(size) for size in given.sizes.split(",") if size] or pools.GROWTH
            measure_growth(folder, kept, given.limit, sizes)
        else:
            measure_pools(sources(given, folder), kept, given.limit, peer_python)
    print(kept.text(), end="")


if __name__ == "__main__":
    main()
