import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lottery_cases import KEY, draw_record
from record_edits import FULL, PUBLIC, Files, report, summed

from buergerrat.sortition import verify as checker
from buergerrat.sortition.commitment import canonical_json
from buergerrat.sortition.pool import Person
from buergerrat.sortition.record import (
    SUMS,
    checksum,
    entrants,
    record_files,
    sha256,
    write_folder,
    zip_bytes,
)
from buergerrat.sortition.verify import main, verify


def test_both_records_verify_as_folder_and_as_zip(tmp_path: Path) -> None:
    for name, files in (("full", FULL), ("public", PUBLIC)):
        write_folder(files, tmp_path / name)
        (tmp_path / f"{name}.zip").write_bytes(zip_bytes(files))
        for path in (tmp_path / name, tmp_path / f"{name}.zip"):
            found = verify(path, checksum(files))
            assert found.ok, found.lines
            assert all(line.split(":")[0] in ("ok", "offen") for line in found.lines)


def test_the_same_draw_gives_the_same_bytes() -> None:
    assert record_files(draw_record(), full=True) == FULL
    assert zip_bytes(FULL) == zip_bytes(dict(reversed(FULL.items())))


def test_the_public_record_says_what_it_cannot_show() -> None:
    left_open = [line for line in report(PUBLIC).lines if line.startswith("offen")]
    assert any("Quoten und Haushaltsregel" in line for line in left_open)
    assert not any("Quoten und Haushaltsregel" in line for line in report(FULL).lines)


def test_losnummern_hang_on_the_salt_and_on_nothing_else() -> None:
    people = [Person(f"p{place}", {"A": "x"}) for place in range(30)]
    first = [one.person_id for one in entrants(people, KEY)]
    assert first == [one.person_id for one in entrants(people[::-1], KEY)]
    assert first != [one.person_id for one in entrants(people, b"o" * 32)]
    assert [one.number for one in entrants(people, KEY)][:2] == ["001", "002"]


def test_a_resident_can_open_the_commitment_of_their_own_row() -> None:
    record = draw_record()
    assert record.panel is not None
    own = record.panel.entrants[4]
    opened = {"features": dict(own.features), "household": own.household, "salt": own.salt}
    assert f"{own.number},{sha256(canonical_json(opened))}\n".encode() in PUBLIC["people.csv"]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_every_changed_byte_is_found(data: st.DataObject) -> None:
    files = data.draw(st.sampled_from([FULL, PUBLIC]))
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name]) - 1))
    changed = bytearray(files[name])
    changed[place] ^= data.draw(st.integers(1, 255))
    assert not report({**files, name: bytes(changed)}).ok


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_changed_byte_of_the_zip_is_found_or_changes_no_file(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packed = bytearray(zip_bytes(PUBLIC))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("zip") / "losprotokoll.zip"
    path.write_bytes(packed)
    if verify(path).ok:  # a date or a flag of the packing, which is no part of the record
        with zipfile.ZipFile(path) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == PUBLIC


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_missing_file_is_named(name: str) -> None:
    found = report({other: data for other, data in FULL.items() if other != name})
    assert not found.ok
    assert not any("Traceback" in line for line in found.lines)
    if name not in (SUMS, "record.json"):
        assert any(name in line for line in found.lines)


def test_another_draw_is_not_the_published_one() -> None:
    assert report(PUBLIC, checksum(PUBLIC)).ok
    assert not report(PUBLIC, "0" * 64).ok


def test_a_rehearsal_says_so() -> None:
    files = record_files(draw_record(rehearsal=True), full=True)
    found = report(files)
    assert found.ok, found.lines
    assert any("PROBE" in line for line in found.lines)


@pytest.mark.parametrize(
    "entries",
    [
        {"../../etc/passwd": b"x"},
        {"record.json": b"0" * 5_000_000},
        {"record.json": b"{}", "verify.py": b"x"},
    ],
)
def test_a_hostile_zip_is_refused(tmp_path: Path, entries: Files) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    found = verify(path)
    assert not found.ok
    assert len(found.lines) == 1
    assert not (tmp_path.parent / "passwd").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all", zip_bytes(PUBLIC)[:-30]])
def test_a_broken_zip_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert verify(path).lines[0].startswith("nein: x.zip ist weder Ordner noch")
    assert verify(tmp_path / "none.zip").lines == ("nein: none.zip gibt es nicht.",)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"null", b'{"format":1}', b"\xff", b"[" * 100_000]
)
def test_nonsense_is_a_sentence(text: bytes) -> None:
    assert not report(summed({**FULL, "record.json": text})).ok
    assert not report(summed({**FULL, "panel_commitment.json": text})).ok
    assert not report(summed({**FULL, "panels.csv": text})).ok


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    source = Path(checker.__file__)
    write_folder(PUBLIC, tmp_path / "losprotokoll")
    (tmp_path / "verify.py").write_bytes(source.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "losprotokoll", checksum(PUBLIC)],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Das Losprotokoll stimmt.\n")
    assert len(source.read_text().splitlines()) <= 300


def test_the_command_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Aufruf" in capsys.readouterr().out
    assert main(["/nowhere/at/all"]) == 1
