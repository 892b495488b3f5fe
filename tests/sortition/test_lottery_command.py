"""`buergerrat lottery`: from two files to the members, and back out of every mistake."""

from __future__ import annotations

import csv
import errno
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from buergerrat.cli import cli
from buergerrat.commands import lottery as commands
from buergerrat.sortition import record_folder
from buergerrat.sortition.record import SUMS, sha256
from buergerrat.sortition.verify import verify
from tests.sortition.file_samples import SEATS, as_csv, people_table, put, quota_table
from tests.sortition.test_lottery_files import rewritten, with_cell

HOME = ["--same-household", "Anschrift,PLZ"]
FEW = ["--panels", "100"]


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, ["lottery", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def built(folder: Path, *options: object) -> Path:
    out = folder / "out"
    result = run("build", *put(folder), *FEW, *HOME, "--seed", "Elbtal", *options, "--out", out)
    assert result.exit_code == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("lottery"))


@pytest.fixture
def out(original: Path, tmp_path: Path) -> Path:
    """A record of its own for each test."""
    folder = tmp_path / "record"
    folder.mkdir()
    for name, data in contents(original).items():
        (folder / name).write_bytes(data)
    return folder


def test_check_shows_what_is_possible(tmp_path: Path) -> None:
    result = run("check", *put(tmp_path), *HOME)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split()[:3] == ["Geschlecht", "Frau", "22"]
    assert "Mit diesen Quoten lässt sich losen." in result.stdout
    assert result.stderr == "Kennung aus der Spalte „id“.\n"


def test_check_says_what_to_change(tmp_path: Path) -> None:
    narrow = with_cell(with_cell(quota_table(), 2, 3, "3"), 3, 3, "4")
    options = put(tmp_path, quotas=as_csv(narrow))
    result = run("check", *options)
    assert result.exit_code == 3
    assert "Die Höchstzahlen ergeben 7" in result.stdout
    advice = result.stdout.partition("Kleinste Änderung, mit der es geht:\n")[2]
    assert re.fullmatch(
        r"- Geschlecht: (Frau: höchstens 4 statt 3|Mann: höchstens 5 statt 4)\n", advice
    )
    found = json.loads(run("check", *options, "--json").stdout)
    assert (found["feasible"], found["seats"]) == (False, SEATS)
    assert sum(q["max"] for q in found["changed"] if q["feature"] == "Geschlecht") == 8
    refused = run("build", *options, *FEW, "--seed", "x", "--out", tmp_path / "out")
    assert refused.exit_code == 3
    assert "Die Höchstzahlen ergeben 7" in refused.stderr
    assert refused.stderr.endswith(advice)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "quotas.csv"]


def test_check_names_who_is_shut_out(tmp_path: Path) -> None:
    people = with_cell(people_table(), 2, 2, "divers")
    quotas = [*quota_table(), ["Geschlecht", "divers", "0", "0"]]
    options = put(tmp_path, as_csv(people), as_csv(quotas))
    result = run("check", *options)
    assert (
        "p00 (Geschlecht: divers, Ortsteil: Kernstadt). Geschlecht: divers: Hier" in result.stdout
    )
    out = tmp_path / "out"
    assert "Auf keiner Liste: p00" in run("build", *options, *FEW, "--out", out).stdout
    assert "| p00 | geschlecht: divers, ortsteil: kernstadt | geschlecht: divers: Hier" in (
        out / "bericht.md"
    ).read_text("utf-8")


def test_build_writes_a_record_that_proves_right(original: Path) -> None:
    assert verify(original).ok
    found = contents(original)
    rows = [line.split(",") for line in found["panels.csv"].decode().splitlines()]
    assert rows[0] == ["panel", *(f"seat_{seat}" for seat in range(1, SEATS + 1))]
    assert [row[0] for row in rows[1:]] == [f"{number:02d}" for number in range(100)]
    counts = Counter(one for row in rows[1:] for one in row[1:])
    chances = [line.split(",") for line in found["chances.csv"].decode().splitlines()]
    assert chances[0] == ["id", "panels", "chance"]
    assert {row[0]: int(row[1]) for row in chances[1:]} == counts
    told = [line.split(",") for line in found["counts.csv"].decode().splitlines()]
    assert told[0] == ["panels", "people", "chance"]
    assert {int(row[0]): int(row[1]) for row in told[1:]} == Counter(counts.values())
    people = {row[0]: row for row in people_table()[1:]}
    for row in rows[1:]:
        assert len({people[one][4] for one in row[1:]}) == SEATS
        assert 3 <= sum(people[one][2] == "Frau" for one in row[1:]) <= 5
    report = found["bericht.md"].decode()
    assert "Nicht veröffentlichen." in report
    assert sha256(found[SUMS]) in report
    assert "Keine Losung mit diesen Quoten könnte die kleinste Chance über" in report
    assert "PROBE" not in report
    assert "frei gewählter Text" in report


def test_verify_opens_ones_own_row(original: Path, tmp_path: Path) -> None:
    head, row = list(csv.reader((original / "features.csv").read_text("utf-8").splitlines()))[:2]
    own = {
        "losnummer": row[0],
        "salt": row[1],
        "household": row[2],
        "features": {name: value for name, value in zip(head[3:], row[3:], strict=True) if value},
    }
    file = tmp_path / "eigene.json"
    file.write_text(json.dumps(own), "utf-8")
    lists = [
        line.split(",")[0]
        for line in (original / "panels.csv").read_text("utf-8").splitlines()
        if row[0] in line.split(",")
    ]
    runner = CliRunner()
    found = runner.invoke(cli, ["verify", str(original), "--own", str(file)])
    assert found.exit_code == 0
    assert f"auf {len(lists)} von 100 Listen: {', '.join(lists)}." in found.output
    file.write_text(json.dumps({**own, "salt": "0" * 64}), "utf-8")
    assert runner.invoke(cli, ["verify", str(original), "--own", str(file)]).exit_code == 1
    assert runner.invoke(cli, ["verify", str(original), "--own", "/nowhere"]).exit_code == 2


def test_the_figures_as_json(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("build", *put(tmp_path), *FEW, "--seed", "x", "--out", out, "--json")
    found = json.loads(result.stdout)
    assert (found["people"], found["seats"], found["panels"]) == (40, SEATS, 100)
    assert 0 <= found["lowest"] <= found["bound"] <= 1
    assert found["checksum"] == sha256((out / SUMS).read_bytes())
    assert found["excluded"] == []
    assert "100 % der Rechnung" in result.stderr


@pytest.mark.parametrize("number", range(3))
def test_the_same_input_and_seed_give_the_same_bytes(
    original: Path, tmp_path: Path, number: int
) -> None:
    rnd = random.Random(number)
    people = as_csv(rewritten(people_table(), rnd, True), ";")
    options = put(tmp_path, people, as_csv(rewritten(quota_table(), rnd, False), "\t"))
    out = tmp_path / "elsewhere" / "out"
    home = ["--same-household", " plz ,ANSCHRIFT"]
    seed = "  Elbtal "
    result = run("build", *options, *FEW, *home, "--seed", seed, "--id", "ID", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert contents(out) == contents(original)


def test_another_seed_gives_other_lists(original: Path, tmp_path: Path) -> None:
    other = contents(built(tmp_path, "--seed", "Elbtal 2"))
    mine = contents(original)
    for name in ("panels.csv", "marks.csv", "features.csv", "people.csv"):
        assert mine[name] != other[name]
    assert mine["quotas.csv"] == other["quotas.csv"]


def test_without_a_seed_it_is_a_rehearsal_and_says_so(tmp_path: Path) -> None:
    options, outs = put(tmp_path), (tmp_path / "a", tmp_path / "b")
    results = [run("build", *options, *FEW, "--out", out) for out in outs]
    assert all(result.stdout.startswith("PROBE") for result in results)
    assert contents(outs[0])["panels.csv"] != contents(outs[1])["panels.csv"]
    assert "PROBE" in (outs[0] / "bericht.md").read_text("utf-8").splitlines()[0]
    assert any("PROBE" in line for line in verify(outs[0]).lines)
    assert run("pick", outs[0], "--number", "07").stdout.startswith("PROBE")
    assert verify(outs[0]).ok


def test_a_folder_with_anything_in_it_is_refused(out: Path, tmp_path: Path) -> None:
    before = contents(out)
    options = [*put(tmp_path), *FEW, "--seed", "x"]
    again = run("build", *options, "--out", out)
    assert (again.exit_code, contents(out)) == (2, before)
    assert "bis es gefällt" in again.stderr
    assert "nicht leer" in run("build", *options, "--out", tmp_path).stderr
    assert "kein Ordner" in run("build", *options, "--out", tmp_path / "people.csv").stderr
    below = run("build", *options, "--out", tmp_path / "people.csv" / "x")
    assert below.exit_code == 2
    assert below.stderr == "people.csv ist kein Ordner.\n"
    empty = tmp_path / "leer"
    empty.mkdir()
    assert run("build", *options, "--out", empty).exit_code == 0


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing_half_done(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, options = contents(out), put(tmp_path / "in")
    monkeypatch.setattr(os, "fsync", full_disk)
    result = run("build", *options, *FEW, "--out", tmp_path / "neu")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "Die Ausgabe: Der Datenträger ist voll."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "record"]
    assert run("pick", out, "--number", "07").exit_code == 2
    assert contents(out) == before


@pytest.mark.parametrize("moves", range(4))
def test_a_pick_that_was_cut_off_is_completed_or_undone(
    out: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    class Killed(BaseException):
        pass

    left, move = [moves], Path.replace

    def dying(path: Path, target: Path) -> Path:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return move(path, target)

    monkeypatch.setattr(Path, "replace", dying)
    try:
        CliRunner().invoke(cli, ["lottery", "pick", str(out), "--number", "07"])
    except Killed:
        assert moves < 3
    monkeypatch.undo()
    again = run("pick", out, "--number", "08")
    assert "Liste 07 ist schon gezogen" in again.stderr
    assert verify(out).ok
    assert not any(record_folder.NEW in name for name in contents(out))


def test_a_pick_cut_off_before_all_was_written_never_happened(out: Path) -> None:
    (out / f"record.json{record_folder.NEW}").write_bytes(b"{")
    (out / f"{SUMS}{record_folder.NEW}").write_bytes(b"0123")
    assert run("pick", out, "--number", "08").exit_code == 0
    assert verify(out).ok


def test_pick_holds_the_list_and_does_it_once(out: Path) -> None:
    before = contents(out)
    result = run("pick", out, "--number", "07")
    assert result.exit_code == 0
    line = before["panels.csv"].decode().splitlines()[8]
    assert ", ".join(line.split(",")[1:]) in result.stdout
    after = contents(out)
    assert {name for name in after if after[name] != before[name]} == {
        "record.json",
        SUMS,
        "bericht.md",
    }
    assert sha256(after[SUMS]) in result.stdout
    assert verify(out, sha256(after[SUMS])).ok
    again = run("pick", out, "--number", "08")
    assert (again.exit_code, contents(out)) == (2, after)
    assert again.stderr == "Liste 07 ist schon gezogen. Ein zweites Mal zieht der Befehl nicht.\n"


@pytest.mark.parametrize("number", ["7", "007", "x7", "", "٠٧"])
def test_pick_wants_the_drawn_digits(out: Path, number: str) -> None:
    before = contents(out)
    result = run("pick", out, "--number", number)
    assert (result.exit_code, contents(out)) == (2, before)
    assert "genau 2 Ziffern" in result.stderr


def test_pick_by_a_public_source_that_was_announced(tmp_path: Path) -> None:
    out = built(tmp_path, "--pick-by", "lotto")
    assert "Lottozahlen" in (out / "bericht.md").read_text("utf-8")
    bad = run("pick", out, "--source", "lotto", "--value", "1 2 3")
    assert bad.exit_code == 2
    assert "sechs Lottozahlen" in bad.stderr
    numbers = "3 11 23 34 40 49 / 7"
    found = json.loads(run("pick", out, "--source", "lotto", "--value", numbers, "--json").stdout)
    record = json.loads((out / "record.json").read_text("utf-8"))["panel"]["pick"]
    assert record["source"] == {"kind": "lotto", "value": "03-11-23-34-40-49/7"}
    assert (record["digits"], record["panel"]) == (found["number"], found["panel"])
    report = verify(out)
    assert report.ok
    assert not any("angekündigt" in line and line.startswith("offen") for line in report.lines)


@pytest.mark.parametrize(
    "options",
    [[], ["--source", "lotto"], ["--value", "1"], ["--number", "07", "--source", "dice"]],
)
def test_pick_wants_one_way(out: Path, options: list[str]) -> None:
    result = run("pick", out, *options)
    assert result.exit_code == 2
    assert "Entweder --number" in result.stderr


def picked(out: Path, number: str = "07") -> list[str]:
    found: list[str] = json.loads(run("pick", out, "--number", number, "--json").stdout)["panel"]
    return found


def test_people_who_leave_are_replaced_in_turn(out: Path) -> None:
    members = picked(out)
    order = json.loads((out / "record.json").read_bytes())["panel"]["pick"]["order"]
    asked = next(one for one in order if one not in members)
    result = run("replace", out, "--left", f"{members[3]}, {members[0]}", "--declined", asked)
    assert result.exit_code == 0, result.stderr
    events = json.loads((out / "record.json").read_bytes())["panel"]["pick"]["events"]
    assert [event["left"] for event in events] == [[members[3], members[0]], []]
    assert [event["declined"] for event in events] == [[asked], []]
    new = [event["seated"] for event in events]
    assert not {*new} & {*members, asked}
    assert f"Es rückt nach: {new[0]}. Alle Quoten sind eingehalten." in result.stdout
    assert new[1] in result.stdout
    assert verify(out).ok
    assert "## Nachbesetzt" in (out / "bericht.md").read_text("utf-8")
    third = json.loads(run("replace", out, "--left", new[0], "--json").stdout)
    assert {*third["members"]} == {*members, new[1], third["events"][0]["seated"]} - {
        members[0],
        members[3],
    }
    assert verify(out).ok


def test_replace_refuses_whoever_cannot_be_meant(out: Path) -> None:
    assert "noch keine Liste gezogen" in run("replace", out, "--left", "p00").stderr
    members = picked(out)
    stranger = next(row[0] for row in people_table()[1:] if row[0] not in members)
    run("replace", out, "--left", members[0])
    before = contents(out)
    for options, sentence in (
        (["--left", f"{members[1]},{members[1]}"], "ist zweimal genannt"),
        (["--left", members[0]], "hat schon verzichtet"),
        (["--left", "niemand"], "gibt es im Lostopf nicht"),
        (["--left", "  ,"], "Bitte mit --left sagen"),
        (["--declined", members[1]], "gehört hinter --left"),
        (["--left", members[1], "--declined", members[1]], "ist zweimal genannt"),
    ):
        result = run("replace", out, *options)
        assert (result.exit_code, contents(out)) == (2, before)
        assert sentence in result.stderr
    seated = json.loads(before["record.json"])["panel"]["pick"]["events"][0]["seated"]
    if stranger != seated:
        assert "hat keinen Platz im Rat" in run("replace", out, "--left", stranger).stderr


def test_when_nobody_fits_the_record_says_what_breaks_and_when_nobody_is_left(
    tmp_path: Path,
) -> None:
    people = [
        ["id", "sex"],
        *([f"f{n}", "f"] for n in range(4)),
        *([f"m{n}", "m"] for n in range(7)),
    ]
    quotas = [["feature", "value", "min", "max"], ["sex", "f", "4", "4"], ["sex", "m", "4", "4"]]
    out = tmp_path / "out"
    run("build", *put(tmp_path, as_csv(people), as_csv(quotas)), *FEW, "--out", out)
    picked(out)
    result = run("replace", out, "--left", "f0")
    assert "am wenigsten verletzt: sex: f, sex: m." in result.stdout
    record = json.loads((out / "record.json").read_bytes())["panel"]["pick"]
    assert record["events"][0]["broken"] == ["sex: f", "sex: m"]
    last = run("replace", out, "--left", "f1,f2,f3")
    assert "Es ist niemand mehr da: 7 von 8 Plätzen sind besetzt." in last.stdout
    assert verify(out).ok


def tamper_panels(folder: Path) -> None:
    text = (folder / "panels.csv").read_text()
    (folder / "panels.csv").write_text(text.replace("p01", "p02", 1))


def lose_a_file(folder: Path) -> None:
    (folder / "chances.csv").unlink()


def lose_the_record(folder: Path) -> None:
    (folder / "record.json").unlink()


def cut_the_record(folder: Path) -> None:
    (folder / "record.json").write_bytes((folder / "record.json").read_bytes()[:100])


def borrow_a_certificate(folder: Path) -> None:
    """Take the proof of another draw, and make the sums fit again."""
    record = json.loads((folder / "record.json").read_bytes())
    proof = record["panel"]["certificate"]
    proof["seats"], proof["right"], proof["total"] = "1", str(SEATS), "41"
    proof["bound"] = record["panel"]["bound"] = f"{SEATS}/41"
    data = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / "record.json").write_bytes(data)
    names = [line.split("  ")[1] for line in (folder / SUMS).read_text().splitlines()]
    sums = [f"{sha256((folder / name).read_bytes())}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(sums))


@pytest.mark.parametrize(
    "damage",
    [tamper_panels, lose_a_file, lose_the_record, cut_the_record, borrow_a_certificate],
)
def test_a_record_that_does_not_prove_right_is_left_alone(
    out: Path, damage: Callable[[Path], None]
) -> None:
    damage(out)
    before = contents(out)
    for command in (["pick", out, "--number", "07"], ["replace", out, "--left", "p00"]):
        result = run(*command)
        assert (result.exit_code, contents(out)) == (2, before)
        assert "Das Losprotokoll in record stimmt nicht:\nnein: " in result.stderr
    assert CliRunner().invoke(cli, ["verify", str(out)]).exit_code == 1


def test_folders_that_hold_no_record(tmp_path: Path) -> None:
    for folder in (
        tmp_path,
        tmp_path / "nirgends",
        *(Path(put(tmp_path)[place]) for place in (1,)),
    ):
        result = run("pick", folder, "--number", "07")
        assert result.exit_code == 2
        assert "Losprotokoll" in result.stderr


def test_more_seats_than_people_and_senseless_options(tmp_path: Path) -> None:
    options = put(tmp_path)[:4]
    for command in ("check", "build"):
        more = ["--out", tmp_path / "out"] if command == "build" else []
        result = run(command, *options, "--seats", "41", *more)
        assert result.exit_code == 2
        assert "Im Lostopf sind 40 Personen, zu besetzen sind 41 Plätze." in result.stderr
    base = [*put(tmp_path), "--out", tmp_path / "out"]
    for bad in (["--panels", "99"], ["--panels", "10001"], ["--seats", "0"], ["--seed", "  "]):
        assert run("build", *base, *bad).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_household_too_few_is_no_panel(tmp_path: Path) -> None:
    people = people_table()
    for row in people[1:]:
        row[4] = "Hauptstr. 1"
    options = put(tmp_path, as_csv(people))
    result = run("check", *options, *HOME)
    assert result.exit_code == 3
    assert "aus jedem Haushalt kommt höchstens eine Person" in result.stdout


def test_the_real_command_needs_no_database_and_no_application(tmp_path: Path) -> None:
    script = (
        "import sys; from buergerrat.cli import main\n"
        "try: main()\n"
        "finally: assert not {'sqlalchemy', 'buergerrat.db'} & set(sys.modules)"
    )
    out = tmp_path / "out"
    env = {**os.environ, "BUERGERRAT_DATA": str(tmp_path / "data"), "MASTER_KEY": "00"}

    def real(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    done = real("lottery", "build", *put(tmp_path), *FEW, "--seed", "x", "--out", out)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert real("verify", out).returncode == 0
    bad = real("lottery", "build", *put(tmp_path, b"id\n"), *FEW, "--out", out)
    assert (bad.returncode, "Traceback" in bad.stderr) == (2, False)
    assert not (tmp_path / "data").exists()


def test_an_error_of_the_solver_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(commands.file_lottery, "draw", broken)
    result = run("build", *put(tmp_path), "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.endswith("Der Arbeitsspeicher reicht für diese Eingabe nicht.\n")
    assert not (tmp_path / "out").exists()
