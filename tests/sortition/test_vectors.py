"""The checker finds in every small record of tests/vectors what README.md there says."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from buergerrat.sortition.verify import SUMS, Checker

VECTORS = Path(__file__).parents[1] / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "cases.json").read_text("utf-8"))
Files = dict[str, bytes]


def load(name: str) -> Files:
    with zipfile.ZipFile(VECTORS / name) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def edited(case: dict[str, Any]) -> Files:
    """The files of a case: its zip with one edit, and fitting sums where it says so."""
    files = load(case["base"])
    if "replace" in case:
        old, new = (part.encode() for part in case["replace"])
        assert old in files[case["file"]]
        files[case["file"]] = files[case["file"]].replace(old, new, 1)
    if case.get("drop"):
        del files[case["file"]]
    if "add" in case:
        files[case["file"]] = case["add"].encode()
    if case.get("resum"):
        sums = (
            f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in sorted(files) if n != SUMS
        )
        files[SUMS] = "".join(sums).encode()
    return files


@pytest.mark.parametrize("case", CASES, ids=[f"{case['base']}: {case['name']}" for case in CASES])
def test_the_checker_finds_what_the_case_says(case: dict[str, Any]) -> None:
    own = json.dumps(case["own"]).encode() if "own" in case else None
    found = Checker(edited(case), case.get("expect"), own).run()
    assert found.ok is case["ok"], found.lines
    if case.get("lists") is not None:
        assert any(line.endswith(": " + ", ".join(case["lists"]) + ".") for line in found.lines)


def test_nobody_crashes_the_checker_unread() -> None:
    """A case that fails does so by a checked statement, not because something was unreadable,
    unless a file is gone or no JSON any more."""
    for case in CASES:
        if not case["ok"] and not case.get("drop") and "not JSON" not in case["name"]:
            own = json.dumps(case["own"]).encode() if "own" in case else None
            lines = Checker(edited(case), case.get("expect"), own).run().lines
            assert any(line.startswith("nein: Das stimmt nicht") for line in lines), case["name"]
