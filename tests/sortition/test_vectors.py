"""The checker finds in every small record of tests/vectors what README.md there says."""

import hashlib
import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from buergerrat.sortition import (
    commitment,
    losnummern,
    record_tables,
    replacements,
    tickets,
    verify,
)
from buergerrat.sortition.commitment import SeedError, SeedKind
from buergerrat.sortition.verify import SUMS, Checker

VECTORS = Path(__file__).parents[1] / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "cases.json").read_text("utf-8"))
PRIMITIVES: dict[str, list[dict[str, Any]]] = json.loads(
    (VECTORS / "primitives.json").read_text("utf-8")
)
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
    unless a file is gone, no JSON any more, or a number is not written as it must be."""
    unreadable = ("not JSON", "not reduced")
    for case in CASES:
        readable = not case.get("drop") and not case["name"].endswith(unreadable)
        if not case["ok"] and readable:
            own = json.dumps(case["own"]).encode() if "own" in case else None
            lines = Checker(edited(case), case.get("expect"), own).run().lines
            assert any(line.startswith("nein: Das stimmt nicht") for line in lines), case["name"]


def test_canonical_json_of_the_product_and_of_the_checker() -> None:
    for one in PRIMITIVES["canonical_json"]:
        assert commitment.canonical_json(one["value"]) == one["text"].encode()
        assert verify.canonical(one["value"]) == one["text"].encode()
        assert verify.sha(one["text"].encode()) == one["sha256"]


def test_seeds_and_the_form_of_their_values() -> None:
    for one in PRIMITIVES["seed"]:
        made = commitment.derive_seed(
            one["commitment"], one["kind"], one["value"], one["rehearsal"]
        )
        mode = "probe" if one["rehearsal"] else "echt"
        lines = ("buergerrat/startwert/1", one["commitment"], one["kind"], mode, one["value"])
        assert made.hex() == verify.sha_lines(*lines) == one["seed"]
    for one in PRIMITIVES["written"]:
        assert verify.written(one["kind"], one["value"]) is one["ok"]
        try:
            typed = commitment.normalise(one["kind"], one["value"])
        except SeedError:
            assert not one["ok"]
        else:
            assert verify.written(one["kind"], typed)
            assert (typed == one["value"]) is one["ok"]


def test_leaves_trees_and_tickets() -> None:
    for one in PRIMITIVES["leaf"]:
        row = tickets.canonical_row(one["row"])
        assert row.hex() == one["bytes"]
        assert tickets.leaf(bytes.fromhex(one["key"]), row).hex() == one["leaf"]
    for one in PRIMITIVES["merkle"]:
        leaves = tickets.LeafSet()
        for item in reversed(one["leaves"]):
            leaves.add(bytes.fromhex(item))
        assert leaves.root() == one["root"]
        for item, path in zip(one["leaves"], one["paths"], strict=True):
            assert " ".join(leaves.path(item)) == path
            assert verify.root(item, path) == one["root"]
    for one in PRIMITIVES["ticket"]:
        made = tickets.ticket(bytes.fromhex(one["seed"]), one["draw_id"], one["row_id"]).hex()
        assert made == verify.ticket(one["seed"], one["draw_id"], one["row_id"]) == one["ticket"]


def test_people_marks_and_openings() -> None:
    for one in PRIMITIVES["person"]:
        found = verify.commitment(one["features"], one["household"], one["salt"])
        assert found == one["commitment"]
    for one in PRIMITIVES["mark"]:
        for made in (losnummern, verify):
            key = made.opening(one["salt"], one["label"])
            assert key == one["opening"]
            assert made.mark(one["id"], one["label"], key) == one["mark"]


def test_numbers_orders_and_shares() -> None:
    assert any(one["rejected"] for one in PRIMITIVES["pick_number"])
    for one in PRIMITIVES["pick_number"]:
        seed, kind = bytes.fromhex(one["seed"]), SeedKind(one["kind"])
        panels = int(one["panels"])
        made = commitment.pick_number(seed, one["marks_sha256"], kind, one["value"], panels)
        assert str(made) == one["number"]
    for one in PRIMITIVES["order"]:
        seed = bytes.fromhex(one["seed"])
        later = replacements.replacement_seed(seed, one["marks_sha256"], one["digits"])
        assert later.hex() == one["replacement_seed"]
        assert list(replacements.order(one["ids"], later)) == one["order"]
    for one in PRIMITIVES["decimal"]:
        assert record_tables.decimal(one["count"], one["panels"]) == one["decimal"]
        assert verify.decimal(Fraction(one["count"], one["panels"])) == one["decimal"]
