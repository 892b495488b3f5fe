"""The benchmark of the letters runs and compares like with like."""

import subprocess
import sys
from pathlib import Path

from tests.sortition.test_letters import fonts

__all__ = ["fonts"]
ROOT = Path(__file__).parents[2]


def test_it_prints_both_ways_and_their_ratio(fonts: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "letters.py"), "12", "--parts", "5"]
    ended = subprocess.run(
        [*command, "--fonts", str(fonts)], capture_output=True, text=True, check=True, timeout=120
    )
    rows = [line.split() for line in ended.stdout.splitlines()[2:]]
    assert [row[:2] for row in rows] == [["12", "ours"], ["12", "plain"], ["12", "ratio"]]
    letters, seconds, processor, peak, _size = map(float, rows[0][2:])
    assert letters > 0
    assert seconds >= 0
    assert processor >= 0
    assert 10 < peak < 300
