"""Letters per second, time of the processor and peak memory, against the plain way.

    python benchmarks/letters.py [2000 20000] [--parts 1000] [--fonts FOLDER]

Plain is the same layout as one would write it first: a full QR code for every letter, every page
on a reportlab canvas, the file in memory until it is whole. Each run has a process of its own.
The ratio is plain : ours.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import segno  # noqa: E402
from measure import machine  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

from buergerrat.sortition import letter_pages  # noqa: E402
from buergerrat.sortition.codes import new_codes  # noqa: E402
from buergerrat.sortition.letter_codes import Symbol  # noqa: E402
from buergerrat.sortition.letter_layout import MM, PAGE, Pen, register_fonts  # noqa: E402
from buergerrat.sortition.letters import (  # noqa: E402
    Letter,
    LetterSheet,
    fill,
    greeting_lines,
    in_order,
    parts_of,
    pdf_of,
)
from tests.sortition.letter_samples import sample_sheet  # noqa: E402

DARK = re.compile(rb"\x01+")
FIRST = ("Mira", "Jörg", "Kim", "Çağlar", "Łucja", "Anneliese")
LAST = ("Sommer", "Öhlberger", "Šuman", "Żółkiewicz", "von der Übergrünmühle-Quellenbrück")
STREETS = ("Fährgasse", "Am Wehr", "Straße der Freundschaft", "Łąkowa-Weg")


def people(count: int) -> list[Letter]:
    draw = random.Random(count)
    return [
        Letter(
            draw.choice(("Frau", "Herr", "")),
            draw.choice(("", "", "", "Dr.")),
            draw.choice(FIRST),
            f"{draw.choice(LAST)}-{draw.choice(LAST)}",
            f"{draw.choice(STREETS)} {draw.randint(1, 200)}",
            str(39990 + draw.randrange(9)),
            "Elbtal",
            code,
            f"https://mitreden.elbtal.example/antwort#{code}",
        )
        for code in new_codes(count, draw.randbytes)
    ]


def ours(out: BinaryIO, letters: list[Letter], sheet: LetterSheet, size: int) -> None:
    for part in parts_of(letters, size):
        for chunk in pdf_of(part, sheet):
            out.write(chunk)


def plain(out: BinaryIO, letters: list[Letter], sheet: LetterSheet) -> None:
    register_fonts(sheet.fonts)
    sheet = fill(sheet)
    canvas = Canvas(out, pagesize=(PAGE[0] * MM, PAGE[1] * MM), pageCompression=1, invariant=1)
    pen = Pen(canvas)
    shared = letter_pages.set_shared(pen, sheet, minors=False)
    pens = [pen] * shared.pages
    for number, letter in enumerate(in_order(letters), start=1):
        qr = _full_code(letter.url)
        letter_pages.write_pages(pens, letter, greeting_lines(letter), qr, shared, number)
    canvas.save()


def _full_code(link: str) -> Symbol:
    """With the best of the eight masks; dark runs merged along each row."""
    matrix = segno.make_qr(link, error="m", boost_error=False).matrix
    bars = []
    for row, modules in enumerate(matrix):
        for run in DARK.finditer(modules):
            bars.append(f"{run.start()} {row} {run.end() - run.start()} 1.02 re")
    return Symbol(len(matrix), " ".join(bars))


def measure(way: str, count: int, size: int, fonts: Path) -> dict[str, Any]:
    """Run in a process of its own: seconds, processor seconds, MB of peak memory and of file."""
    letters, sheet = people(count), sample_sheet(fonts)
    with tempfile.TemporaryFile() as out:
        started, used = time.perf_counter(), time.process_time()
        if way == "ours":
            ours(out, letters, sheet, size)
        else:
            plain(out, letters, sheet)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"s": seconds, "cpu": processor, "peak": peak, "file": out.tell() / 2**20}


def in_process(way: str, count: int, size: int, fonts: Path) -> dict[str, float]:
    command = [sys.executable, __file__, str(count), "--one", way, "--parts", str(size)]
    ended = subprocess.run(
        [*command, "--fonts", str(fonts)], capture_output=True, text=True, check=True
    )
    figures: dict[str, float] = json.loads(ended.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[2000, 20000])
    parser.add_argument("--parts", type=int, default=0, help="letters to a file; 0: one file")
    parser.add_argument("--fonts", type=Path, default=ROOT / "static" / "vendor" / "fonts")
    parser.add_argument("--one", choices=("ours", "plain"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.counts[0], given.parts, given.fonts)))
        return
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(f"{'':>16}{'letters/s':>12}{'s':>9}{'CPU s':>9}{'peak MB':>9}{'file MB':>9}")
    for count in given.counts:
        rows = {way: in_process(way, count, given.parts, given.fonts) for way in ("ours", "plain")}
        for way, row in rows.items():
            print(
                f"{count:>8} {way:>7}{count / row['s']:>12.0f}{row['s']:>9.1f}{row['cpu']:>9.1f}"
                f"{row['peak']:>9.0f}{row['file']:>9.1f}"
            )
        ratio = {key: rows["plain"][key] / rows["ours"][key] for key in ("s", "cpu", "peak")}
        print(
            f"{count:>8} {'ratio':>7}{ratio['s']:>12.1f}{ratio['s']:>9.1f}{ratio['cpu']:>9.1f}"
            f"{ratio['peak']:>9.1f}"
        )


if __name__ == "__main__":
    main()
