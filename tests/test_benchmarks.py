"""The benchmark runs: on a made pool, without the peer, in seconds."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def bench(*arguments: str, status: int = 0) -> str:
    """Run benchmarks/lottery.py; return what it printed."""
    command = [sys.executable, str(ROOT / "benchmarks" / "lottery.py"), *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == status, ended.stderr
    return ended.stderr if status else ended.stdout


def write_pool(folder: Path) -> None:
    """Sixty people, half of them in the town, a third of them young."""
    folder.mkdir(parents=True)
    quotas = "feature,value,min,max\nOrt,Kern,3,5\nOrt,Au,3,5\nAlter,jung,4,5\nAlter,alt,3,4\n"
    (folder / "categories.csv").write_text(quotas, encoding="utf-8")
    rows = [
        f"p{place},{('Kern', 'Au')[place % 2]},{('jung', 'alt', 'alt')[place % 3]}"
        for place in range(60)
    ]
    text = "\n".join(["id,Ort,Alter", *rows, ""])
    (folder / "respondents.csv").write_text(text, encoding="utf-8")


def test_a_run_fills_the_page_between_its_markers(tmp_path: Path) -> None:
    write_pool(tmp_path / "pools" / "klein_8")
    page = tmp_path / "page.md"
    page.write_text("Vorher\n<!-- table -->\nalt\n<!-- /table -->\nNachher\n", encoding="utf-8")
    printed = bench(str(tmp_path / "pools"), "--no-peer", "--out", str(page))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Vorher\n<!-- table -->\n| Pool |")
    assert text.endswith("<!-- /table -->\nNachher\n")
    assert printed in text
    assert "| `klein_8` | 60 | 8 | 4 |" in text
    ours = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["pools"]["pools"][0]
    # 20 young people share at most 5 seats, 40 older ones at most 4: the lowest chance is 4/40.
    assert abs(ours["ours"]["bound"] - 0.1) < 1e-9
    assert 0.098 <= ours["ours"]["lowest"] <= 0.1

    before = page.with_suffix(".json").read_bytes()
    bench(str(tmp_path / "pools"), "--no-peer", "--out", str(page), "--resume")
    assert page.with_suffix(".json").read_bytes() == before  # nothing is measured twice


def test_growth_draws_a_picture(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    bench("--growth", "--sizes", "150", "--out", str(page))
    assert "](pictures/wachstum.svg)" in page.read_text(encoding="utf-8")
    assert "<title>" in (tmp_path / "pictures" / "wachstum.svg").read_text(encoding="utf-8")


def test_what_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert "kein Pool" in bench(str(tmp_path), "--no-peer", status=1)
    assert "nirgends_5" in bench("--only", "nirgends_5", "--no-peer", status=1)
    assert "requirements.txt" in bench("--peer-python", str(tmp_path / "python"), status=1)


def test_the_product_knows_neither_the_peer_nor_the_benchmarks() -> None:
    for file in (ROOT / "buergerrat").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "sortition_algorithms" not in text, file
        assert "import benchmarks" not in text, file
