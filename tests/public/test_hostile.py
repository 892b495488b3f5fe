"""What a hostile visitor of the public pages may try."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile

import pytest
from flask import Flask

from buergerrat.public.services import checking, documents
from buergerrat.sortition.services import records
from buergerrat.sortition.verify import SUMS, canonical
from tests.public.course import Course
from tests.support import BrowserLike

FILES = "/elbtal/ortsmitte-2035/datei"


def small_record_claiming(lists: int) -> bytes:
    """A well-formed zip of two kilobytes that says how many lists it has."""
    fixed = {
        "assembly": "Rat",
        "seed": {"kind": "local"},
        "pick": {"kind": "digits"},
        "seats": 1,
        "people": 1,
        "panels": lists,
        "people_sha256": "",
        "quotas_sha256": "",
        "invitation": "",
        "household_rule": False,
    }
    commitment = canonical(fixed)
    seed = {"kind": "local", "value": "0" * 64, "rehearsal": True, "seed": "0"}
    panel = {
        "seed": seed,
        "commitment": hashlib.sha256(commitment).hexdigest(),
        "pick": None,
        "seats": 1,
        "excluded": 0,
        "lowest": "1",
        "deviation": "0",
    }
    about = {"format": "buergerrat-losprotokoll/2", "variant": "public", "rehearsal": True}
    about["assembly"] = "Rat"
    files = {
        "panel_commitment.json": commitment,
        "people.csv": b"id,commitment\n001,aa\n",
        "quotas.csv": b"feature,value,min,max,pool\n",
        "marks.csv": b"panel,mark_1\n0,%s\n" % (b"a" * 32),
        "counts.csv": b"panels,people,chance\n1,1,1\n",
        "record.json": canonical({**about, "invitation": None, "panel": panel}),
    }
    sums = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    files[SUMS] = "".join(sums).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, files[name])
    return out.getvalue()


def test_a_claimed_number_of_lists_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million million lists are refused at once, and by their number, not for want of memory."""
    monkeypatch.setattr(checking, "SECONDS", 10)
    outcome = checking.check(small_record_claiming(10**12), {})
    sentences = [check.text for check in outcome.checks if check.state == "bad"]
    assert any(sentence.startswith("1 Listen mit je 1 ") for sentence in sentences)


def test_the_checker_runs_with_limited_memory() -> None:
    run = 'runpy.run_path(sys.argv[0], run_name="__main__")'
    greedy = checking.LIMITED.replace(run, "bytearray(2 * 1024**3)")
    command = [sys.executable, "-I", "-c", greedy, str(checking.MEMORY), "verify.py"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


def test_nobody_chooses_the_address_in_the_published_pdf(
    app: Flask, client: BrowserLike, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF is set once and shown to all: the first visitor's Host must not stand in it."""
    course.picked()
    told: list[str] = []

    def pdf(_draw: object, check_url: str) -> bytes:
        told.append(check_url)
        return b"%PDF"

    documents._typeset.cache_clear()
    monkeypatch.setattr(records, "pdf", pdf)
    client.get(f"{FILES}/losprotokoll.pdf", base_url="http://evil.example")
    documents._typeset.cache_clear()
    assert told == ["http://localhost/elbtal/ortsmitte-2035/pruefen"]
