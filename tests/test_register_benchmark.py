"""The benchmark of the register runs on a small file and says what is not installed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_way_has_its_row(tmp_path: Path) -> None:
    absent = tmp_path / "python"
    command = [sys.executable, str(ROOT / "benchmarks" / "register.py"), "--people", "3000"]
    options = ["--letters", "100", "--peer-python", str(absent)]
    ended = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=120, check=True
    )
    rows = [line.split(" | ") for line in ended.stdout.splitlines() if line.startswith("| 3.000")]
    assert [row[1].split(":")[0] for row in rows] == [
        "buergerrat register draw",
        "pandas",
        "DuckDB",
    ]
    ours, pandas, duckdb = rows
    assert all(float(row[2].removesuffix(" s").replace(",", ".")) > 0 for row in (ours, pandas))
    assert not any(letter.isdigit() for letter in duckdb[2])
