import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lottery_cases import KEY, draw_record

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

FULL = record_files(draw_record(), full=True)
PUBLIC = record_files(draw_record(), full=False)
Files = dict[str, bytes]


def summed(files: Files) -> Files:
    """Files with fitting sums: what a forger who knows the format would publish."""
    rest = {name: data for name, data in files.items() if name != SUMS}
    lines = "".join(f"{sha256(rest[name])}  {name}\n" for name in sorted(rest))
    return {**rest, SUMS: lines.encode()}


def report(files: Files, expect: str | None = None) -> checker.Report:
    return checker.Checker(files, expect).run()


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
    assert any("keine Merkmale" in line for line in left_open)
    assert not any("keine Merkmale" in line for line in report(FULL).lines)


def test_the_public_record_holds_no_feature_of_a_person() -> None:
    text = b"".join(data for name, data in PUBLIC.items() if name != "quotas.csv")
    assert "features.csv" not in PUBLIC
    record = draw_record()
    assert record.panel is not None
    for word in ("jung", "Kern", "db-", "heim", *(one.salt for one in record.panel.entrants)):
        assert word.encode() not in text
    assert not any(one.household.encode() in text for one in record.panel.entrants if one.household)


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
def test_every_changed_byte_of_the_zip_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packed = bytearray(zip_bytes(PUBLIC))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("zip") / "losprotokoll.zip"
    path.write_bytes(packed)
    assert not verify(path).ok


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_missing_file_is_named(name: str) -> None:
    found = report({other: data for other, data in FULL.items() if other != name})
    assert not found.ok
    assert not any("Traceback" in line for line in found.lines)
    if name not in (SUMS, "record.json"):
        assert any(name in line for line in found.lines)


def edit_json(name: str, change: Callable[[dict[str, object]], None]) -> Callable[[Files], Files]:
    def edited(files: Files) -> Files:
        content = json.loads(files[name])
        change(content)
        return {**files, name: canonical_json(content)}

    return edited


def edit_csv(name: str, change: Callable[[list[list[str]]], None]) -> Callable[[Files], Files]:
    def edited(files: Files) -> Files:
        rows = list(csv.reader(io.StringIO(files[name].decode(), newline="")))
        change(rows)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return {**files, name: text.getvalue().encode()}

    return edited


def swap(rows: list[list[str]], first: int, second: int) -> None:
    rows[first], rows[second] = rows[second], rows[first]


def at(content: dict[str, object], *names: str) -> dict[str, object]:
    found: object = content
    for name in names:
        assert isinstance(found, dict)
        found = found[name]
    assert isinstance(found, dict)
    return found


def put(*names: str, value: object) -> Callable[[dict[str, object]], None]:
    def change(content: dict[str, object]) -> None:
        at(content, *names[:-1])[names[-1]] = value

    return change


def cell(row: int, column: int, value: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        assert rows[row][column] != value
        rows[row][column] = value

    return change


def other_id(rows: list[list[str]]) -> None:
    absent = next(f"{n:03}" for n in range(1, 21) if f"{n:03}" not in rows[43])
    rows[43] = [rows[43][0], *sorted([absent, *rows[43][2:]])]


ATTACKS: dict[str, Callable[[Files], Files]] = {
    "letters after the commitment": edit_json("commitment.json", put("refused", value=[])),
    "a new seed": edit_json("record.json", put("invitation", "seed", "value", value="1" * 20)),
    "a seed of one's own": edit_json("record.json", put("panel", "seed", "kind", value="local")),
    "a rehearsal as real": edit_json("record.json", put("rehearsal", value=True)),
    "an old seed": edit_json("record.json", put("panel", "seed", "seed", value="00" * 32)),
    "another wave": edit_json("record.json", put("invitation", "waves", value=[])),
    "a stranger invited": edit_csv("tickets.csv", cell(1, 4, "ab" * 32)),
    "a better ticket": edit_csv("tickets.csv", cell(2, 5, "00" * 32)),
    "the order of letters": edit_csv("tickets.csv", lambda rows: swap(rows, 1, 2)),
    "a letter left out": edit_csv("tickets.csv", lambda rows: rows.pop(2) and None),
    "a person removed from the pool": edit_csv("people.csv", lambda rows: rows.pop() and None),
    "a person exchanged in the pool": edit_csv("people.csv", cell(3, 1, "ff" * 32)),
    "losnummern exchanged": edit_csv("people.csv", lambda rows: swap(rows, 1, 2)),
    "a quota edited": edit_csv("quotas.csv", cell(1, 3, "5")),
    "a list edited": edit_csv("panels.csv", other_id),
    "lists exchanged": edit_csv("panels.csv", lambda rows: swap(rows, 1, 2)),
    "a list dropped": edit_csv("panels.csv", lambda rows: rows.pop() and None),
    "a chance made up": edit_csv("chances.csv", cell(1, 2, "0.900000")),
    "a lowest chance made up": edit_json("record.json", put("panel", "lowest", value="1/2")),
    "a bound made up": edit_json("record.json", put("panel", "bound", value="1/5")),
    "another certificate": edit_json(
        "record.json", put("panel", "certificate", "maximum", value=["9", "9", "9"])
    ),
    "other digits": edit_json("record.json", put("panel", "pick", "digits", value="43")),
    "digits no list has": edit_json("record.json", put("panel", "pick", "digits", value="4³")),
    "a person after the draw": edit_json("record.json", put("panel", "pick", "panel", value=[])),
    "a friendlier order": edit_json("record.json", put("panel", "pick", "order", value=[])),
    "an endless number": edit_json("record.json", put("panel", "bound", value="1e999999999")),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("files", [FULL, PUBLIC], ids=["full", "public"])
def test_an_attack_with_fitting_sums_is_found(name: str, files: Files) -> None:
    found = report(summed(ATTACKS[name](files)))
    assert not found.ok, found.lines


def test_a_feature_edited_after_the_draw_is_found() -> None:
    forged = edit_csv("features.csv", cell(1, 2, "h0000"))(FULL)
    assert not report(summed(forged)).ok


def test_skipping_somebody_in_the_replacement_order_is_found() -> None:
    def skip(content: dict[str, object]) -> None:
        pick = at(content, "panel", "pick")
        events, turn = pick["events"], pick["order"]
        assert isinstance(events, list)
        assert isinstance(turn, list)
        events[0]["seated"] = turn[-1]

    assert not report(summed(edit_json("record.json", skip)(FULL))).ok


def test_dropping_the_end_of_the_log_changes_the_published_sum() -> None:
    def shorten(content: dict[str, object]) -> None:
        at(content, "panel", "pick")["events"] = []

    forged = summed(edit_json("record.json", shorten)(PUBLIC))
    assert not report(forged, checksum(PUBLIC)).ok


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
    assert verify(path).lines[0].startswith("nein: x.zip ist weder")
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
    assert len(source.read_text().splitlines()) <= 360


def test_the_command_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Aufruf" in capsys.readouterr().out
    assert main(["/nowhere/at/all"]) == 1
