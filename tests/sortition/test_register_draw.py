"""`buergerrat register draw`: from an extract and a plan to addresses and a record that holds."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from buergerrat.cli import cli
from buergerrat.commands.register_draw import draw
from buergerrat.demo.register import write_register
from buergerrat.sortition import file_draw
from buergerrat.sortition.file_plan import FilePlan, read_plan
from buergerrat.sortition.planning import PlanError
from buergerrat.sortition.register import Refusal, read_extract
from buergerrat.sortition.tickets import canonical_row, leaf, ticket
from buergerrat.sortition.verify import verify

KEY = "5a" * 32
PLAN: dict[str, Any] = {
    "reference_date": "2026-01-02",
    "strata": {"age_bands": [16, 40, 65], "districts": True, "sexes": True},
    "letters": 60,
}


def extract(people: int = 900) -> bytes:
    stream = io.BytesIO()
    write_register(stream, 11, people)
    return stream.getvalue()


def run(folder: Path, *options: object, plan: object = None, data: bytes | None = None) -> Result:
    (folder / "auszug.csv").write_bytes(extract() if data is None else data)
    text = json.dumps(PLAN if plan is None else plan)
    (folder / "plan.json").write_text(text, encoding="utf-8")
    arguments = [folder / "auszug.csv", "--plan", folder / "plan.json", "--out", folder / "out"]
    result = CliRunner().invoke(
        draw, [*map(str, arguments), "--seed", "Elbtal", *map(str, options)]
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def with_key(folder: Path, *options: object, **inputs: Any) -> Result:
    (folder / "key").write_text(KEY + "\n")
    return run(folder, "--key", folder / "key", *options, **inputs)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(plan: object) -> str:
    with pytest.raises(PlanError) as error:
        read_plan(json.dumps(plan).encode())
    return str(error.value)


def kept(data: bytes, plan: FilePlan) -> Sequence[Any]:
    options = {"reference_date": plan.reference_date, "min_age": 16, "age_bands": plan.bands}
    rows = read_extract(io.BytesIO(data), **options)  # type: ignore[arg-type]
    return [row for row in rows if not isinstance(row, Refusal)]


def test_the_record_proves_right_and_the_addresses_are_those_of_the_drawn(tmp_path: Path) -> None:
    result = with_key(tmp_path)
    assert result.exit_code == 0, result.stderr
    out = tmp_path / "out"
    found = verify(out)
    assert found.ok, found.lines
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["SHA256SUMS", "bericht.md", "commitment.json", "invited.csv", "record.json", "tickets.csv"]
    )
    tickets, invited = table(out / "tickets.csv"), table(out / "invited.csv")
    assert len(tickets) == 60
    assert [(row["stratum"], row["row_id"]) for row in tickets] == [
        (row["stratum"], row["row_id"]) for row in invited
    ]
    ranked = [(row["stratum"], row["ticket"]) for row in tickets]
    assert ranked == sorted(ranked)
    assert all(row["last_name"] and row["street"] for row in invited)
    assert "PROBE" not in (out / "bericht.md").read_text("utf-8")


def test_everybody_drawn_has_the_smallest_ticket_of_their_stratum(tmp_path: Path) -> None:
    """Worked out again from the document alone, without household rule."""
    plan = PLAN | {"household_rule": None}
    assert with_key(tmp_path, plan=plan).exit_code == 0
    about = json.loads((tmp_path / "out" / "record.json").read_text("utf-8"))["invitation"]
    seed, fixed = bytes.fromhex(about["seed"]["seed"]), read_plan(json.dumps(plan).encode())
    groups: dict[str, list[tuple[bytes, str]]] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for row in kept(extract(), fixed):
        seen[row.values()] += 1
        values = (*row.values(), str(seen[row.values()]))
        row_id = leaf(bytes.fromhex(KEY), canonical_row(values)).hex()
        number = ticket(seed, "einladung-1", row_id)
        groups.setdefault(fixed.stratum(row).text, []).append((number, row_id))
    letters = about["waves"][0]["letters"]
    expected = {name: [one for _n, one in sorted(groups[name])[: letters[name]]] for name in groups}
    drawn: dict[str, list[str]] = {name: [] for name in groups}
    for line in table(tmp_path / "out" / "tickets.csv"):
        drawn[line["stratum"]].append(line["row_id"])
    assert drawn == expected


def test_the_same_key_gives_the_same_draw_and_another_key_another(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    assert [with_key(folders[0]).exit_code, with_key(folders[1]).exit_code] == [0, 0]
    other = run(folders[2])
    one, two, three = [(folder / "out" / "tickets.csv").read_bytes() for folder in folders]
    assert one == two != three
    written = folders[2] / "out.schluessel"
    assert len(written.read_text().strip()) == 64
    assert written.stat().st_mode & 0o077 == 0
    assert "out.schluessel" in other.stdout
    assert "getrennt" in other.stdout
    (folders[2] / "out").rename(folders[2] / "old")
    assert run(folders[2]).exit_code == 2  # the key of the first draw is not lost
    assert run(folders[2], "--key", written).exit_code == 0
    assert (folders[2] / "out" / "tickets.csv").read_bytes() == three


def test_one_letter_per_household(tmp_path: Path) -> None:
    head = "Familienname;Vorname;Geburtsdatum;Geschlecht;Straße;Hausnummer;PLZ;Ort"
    rows = [f"Sommer;Kim {n};0{n}.03.1980;w;Ahornweg;{n // 3};39999;Elbtal" for n in range(1, 10)]
    data = "\n".join([head, *rows]).encode()
    plan = {"reference_date": "2026-01-02", "letters": 9}
    assert with_key(tmp_path, plan=plan, data=data).exit_code == 0
    homes = Counter(row["house_number"] for row in table(tmp_path / "out" / "invited.csv"))
    assert homes == {"0": 1, "1": 1, "2": 1, "3": 1}


def test_strata_are_what_the_plan_parts_by() -> None:
    def groups(**strata: Any) -> set[str]:
        plan = read_plan(json.dumps(PLAN | {"strata": {"age_bands": [16], **strata}}).encode())
        return {plan.stratum(row).text for row in kept(extract(), plan)}

    assert groups(districts=False, sexes=False) == {"|16+|"}
    assert {"female|16+|", "male|16+|"} <= groups(districts=False)
    assert groups(districts=["Niederau"], sexes=False) == {"|16+|Niederau", "|16+|übrige"}


def test_letters_can_be_given_group_by_group(tmp_path: Path) -> None:
    strata = {"age_bands": [16, 40], "districts": False, "sexes": False}
    plan = PLAN | {"strata": strata, "letters": {"|16-39|": 7}}
    assert with_key(tmp_path, plan=plan).exit_code == 0
    rows = table(tmp_path / "out" / "invited.csv")
    assert [row["stratum"] for row in rows] == ["|16-39|"] * 7
    other = PLAN | {"strata": strata, "letters": {"|16-39|": 7, "female|16-39|": 1}}
    (tmp_path / "again").mkdir()
    result = with_key(tmp_path / "again", plan=other)
    assert (result.exit_code, "female|16-39|" in result.stderr) == (2, True)
    assert not (tmp_path / "again" / "out").exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"reference_date": "1.11.2026"}, "reference_date"),
        ({"letters": 0}, "letters"),
        ({"letters": True}, "letters"),
        ({"letters": {"a": -1}}, "„a“"),
        ({"strata": {"age_bands": [18, 40]}}, "16"),
        ({"strata": {"age_bands": [16, 10]}}, "steigen"),
        ({"strata": {"sexes": "ja"}}, "sexes"),
        ({"strata": {"streets": True}}, "streets"),
        ({"household_rule": "flat"}, "household_rule"),
        ({"method": []}, "method"),
        ({"response_rate": 2}, "response_rate"),
        ({"assembly": "a\u0007b"}, "assembly"),
        ({"qoutas": 1}, "qoutas"),
    ],
)
def test_a_plan_that_makes_no_sense_gets_a_sentence(change: dict[str, Any], named: str) -> None:
    sentence = refused(PLAN | change)
    assert named in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("data", [b"", b"[1]", b"\xff\xfe{", b"[" * 100_000])
def test_what_is_no_plan_is_refused(data: bytes) -> None:
    with pytest.raises(PlanError, match="Plan"):
        read_plan(data)


def test_mistakes_end_with_status_2_and_write_nothing(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc")
    for result in (
        run(tmp_path, "--key", tmp_path / "key"),
        run(tmp_path, data=b"nothing that is an extract"),
        run(tmp_path, plan=PLAN | {"letters": 10_000}),
        run(tmp_path, "--seed", " "),
        run(tmp_path, "--key", tmp_path / "missing"),
    ):
        assert result.exit_code == 2
        assert result.stderr.strip().endswith(".")
        assert "Sommer" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["auszug.csv", "key", "plan.json"]
    assert with_key(tmp_path).exit_code == 0
    again = with_key(tmp_path)
    assert (again.exit_code, "schon ein Losprotokoll" in again.stderr) == (2, True)


def test_a_file_that_changes_in_between_is_noticed() -> None:
    data = extract()
    readings = [data, data.replace(b"Elbtal", b"Anders")]
    with pytest.raises(ValueError, match="verändert"):
        file_draw.draw(
            lambda: io.BytesIO(readings.pop(0)),
            read_plan(json.dumps(PLAN).encode()), "Elbtal", bytes.fromhex(KEY), "x",
        )  # fmt: skip


def test_a_zipped_extract_and_a_profile_are_taken_too(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    for folder in (plain, packed):
        folder.mkdir()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("auszug.csv", extract().replace(b"GebDat", b"Wert17"))
    profile = packed / "profil.json"
    profile.write_text(json.dumps({"columns": {"birth_date": "Wert17"}}), encoding="utf-8")
    assert with_key(plain).exit_code == 0
    assert with_key(packed, data=zipped.getvalue()).exit_code == 2
    result = with_key(packed, "--profile", profile, data=zipped.getvalue())
    assert result.exit_code == 0, result.stderr
    one, two = [(folder / "out" / "invited.csv").read_bytes() for folder in (plain, packed)]
    assert one == two


def test_the_command_is_found_under_register() -> None:
    result = CliRunner().invoke(cli, ["register", "draw", "--help"])
    assert result.exit_code == 0
    assert "--plan" in result.stdout


def test_cells_are_no_formulas(tmp_path: Path) -> None:
    head = "Familienname;Vorname;Geburtsdatum;Geschlecht;Straße;Hausnummer;PLZ;Ort;Ortsteil"
    row = "=Sommer();+Kim;01.03.1980;w;@Ahornweg;1;39999;Elbtal;=1+1"
    plan = {"reference_date": "2026-01-02", "letters": 1}
    assert with_key(tmp_path, plan=plan, data="\n".join([head, row]).encode()).exit_code == 0
    (line,) = table(tmp_path / "out" / "invited.csv")
    assert (line["last_name"], line["first_name"], line["street"]) == (
        "'=Sommer()", "'+Kim", "'@Ahornweg",
    )  # fmt: skip
