"""Writes the test vectors: python tests/vectors/make.py (from the repository's folder).

The expected primitives are computed with hashlib and hmac alone; the records are drawn by
the product, and the cases say what both checkers must find in them. README.md describes all.
"""

import json
from pathlib import Path

from cases import cases
from primitives import primitives
from records import PLANS, PUBLIC_ONLY, draw

from buergerrat.sortition import record as rec

HERE = Path(__file__).parent


def write(name: str, value: object) -> None:
    body = json.dumps(value, ensure_ascii=False, indent=1)
    (HERE / name).write_text(body + "\n", encoding="utf-8")


def main() -> None:
    write("primitives.json", primitives())
    drawn = {name: draw(plan) for name, plan in PLANS.items()}
    records = {}
    for name, made in drawn.items():
        for full in (False, True):
            if not (full and name in PUBLIC_ONLY):
                files = rec.record_files(made, full)
                records[f"{name}-{'full' if full else 'public'}.zip"] = files
    for name, files in records.items():
        (HERE / name).write_bytes(rec.zip_bytes(files))
    write("cases.json", cases(records, drawn))


if __name__ == "__main__":
    main()
