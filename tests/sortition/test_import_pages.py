"""While the import is open: columns are mapped, doubts decided, rules chosen, nothing uploaded anew."""

from __future__ import annotations

import io
import json
import re

import file_samples as samples
import pytest
import stage_one as stage
from flask import Flask

from buergerrat.accounts.models import Municipality
from buergerrat.assemblies import files, objections
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.privacy import sweeps
from buergerrat.sortition.commitment import Commitment
from buergerrat.sortition.models import ImportProfile, InvitationDraw, Invitee
from buergerrat.sortition.objection import digests
from buergerrat.sortition.services import extract as service
from buergerrat.sortition.spool import people as spooled
from tests.support import BrowserLike, Factory

HEAD = "Familienname;Vorname;Geburtsdatum;Geschlecht;Straße;Hausnummer;PLZ;Ort;Ortsteil;Sperre;Religion"


def extract_of(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode("cp1252")


def person(name: str, **changes: str) -> str:
    cells = {
        "Familienname": name, "Vorname": "Kim", "Geburtsdatum": "03.05.1980", "Geschlecht": "w",
        "Straße": "Ahornweg", "Hausnummer": "1", "PLZ": "39999", "Ort": "Elbtal",
        "Ortsteil": "Kernstadt", "Sperre": "", "Religion": "rk",
    }  # fmt: skip
    return ";".join((cells | changes)[title] for title in HEAD.split(";"))


def submit(clerk: BrowserLike, path: str, **form: str) -> int:
    answer = clerk.submit(stage.page(f"melderegister/{path}"), form)
    db.session.expire_all()
    return answer.status_code


def columns(**changes: str) -> dict[str, str]:
    """The mapping form as the page offers it, changed."""
    extract = stage.extract()
    fields = {f"col_{ours}": theirs for ours, theirs in extract.columns.items()}
    return fields | {f"col_{ours}": theirs for ours, theirs in changes.items()}


def test_what_was_recognised_can_be_corrected_without_a_new_upload(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    data = stage.register(people=40, encoding="utf-8")
    stage.upload(clerk, data, encoding="cp1252")
    assert stage.extract().state == "failed"
    page = clerk.get(stage.page("melderegister")).text
    assert "Sie liegt noch verschlüsselt bereit" in page
    ids = re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert submit(clerk, "neu-lesen", encoding="utf-8") == 303
    extract = stage.extract()
    assert (extract.state, extract.eligible, extract.number) == ("ready", 40, 1)
    assert extract.refused == {"total_line": 1}
    assert submit(clerk, "neu-lesen", total_lines="none") == 303
    assert stage.extract().refused == {"unreadable": 1}
    assert submit(clerk, "neu-lesen", header_line="99") == 422


def test_a_cell_behind_the_last_column_can_be_passed_over(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, extract_of(person("Sommer"), person("Winter", Ort="Elbtal") + ";x"))
    assert stage.extract().refused == {"unreadable": 1}
    submit(clerk, "neu-lesen", beyond="ignore")
    assert (stage.extract().eligible, stage.extract().refused) == (2, {})


def test_columns_are_mapped_beside_examples_and_religion_cannot_be_chosen(
    clerk: BrowserLike, assembly: Assembly, town: Municipality
) -> None:
    head = HEAD.replace("Geburtsdatum", "Wert17").replace("Ortsteil", "Revier")
    stage.upload(clerk, extract_of(person("Sommer"), person("Winter", Sperre="11"), head=head))
    assert stage.extract().state == "failed"
    page = clerk.get(stage.page("melderegister/zuordnung")).text
    assert "03.05.1980" in page
    assert "Winter" not in page, "nothing of somebody who is blocked"
    assert '<option value="Religion"' not in page
    assert "darf nicht gelesen werden" in page
    looked = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "look")).all()
    assert [entry.object_id for entry in looked] == ["1"]
    form = columns(birth_date="Wert17", district="Revier")
    assert submit(clerk, "zuordnung", **(form | {"col_district": "Wert17"})) == 422
    assert submit(clerk, "zuordnung", **(form | {"col_district": "Religion"})) == 422
    assert submit(clerk, "zuordnung", **(form | {"col_birth_date": ""})) == 422
    assert submit(clerk, "zuordnung", name="Meldeamt", **form) == 303
    extract = stage.extract()
    assert (extract.state, extract.eligible) == ("ready", 1)
    assert extract.refused == {"blocked": 1}
    assert extract.strata[0]["district"] == "Kernstadt"
    kept = db.session.scalars(db.select(ImportProfile)).one()
    assert (kept.name, kept.profile["columns"]["birth_date"]) == ("Meldeamt", "Wert17")
    stage.upload(clerk, extract_of(person("Herbst"), head=head), town_profile=str(kept.id))
    assert stage.extract().eligible == 1


def test_a_block_that_the_file_names_cannot_be_passed_over(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, extract_of(person("Sommer"), person("Winter", Sperre="11")))
    assert submit(clerk, "zuordnung", **columns(block="", district="")) == 303
    assert stage.extract().refused == {"blocked": 1}
    assert stage.extract().strata[0]["district"] == ""


def test_samples_never_hold_blocks_religion_or_what_no_letter_needs(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    head = HEAD.replace("Ortsteil", "Telefon")
    stage.upload(clerk, extract_of(person("Sommer", Ortsteil="0123 456"), head=head))
    kept = json.loads(stage.extract().samples)
    assert kept["Familienname"] == ["Sommer"]
    assert {"Sperre", "Religion", "Telefon"}.isdisjoint(kept)


def test_districts_come_from_a_street_list(clerk: BrowserLike, assembly: Assembly) -> None:
    head = HEAD.replace("Ortsteil", "Kfz")
    rows = [person("Sommer", Hausnummer=number) for number in ("1", "2a", "7")]
    rows += [person(f"Nr{n}", Straße="Neue Str.") for n in "abcde"]
    rows += [person("Einzel", Straße="Geheimgasse")]
    stage.upload(clerk, extract_of(*rows, head=head))
    assert "Straßenliste hochladen" in clerk.get(stage.page("melderegister")).text
    listed = "Straße;von;bis;gerade/ungerade;Ortsteil\nAhornweg;1;5;u;Niederau\nAhornweg;2;98;gerade;Weinberg\nAhornweg;;;;Kernstadt\n"
    form = {**columns(), "name": "Mit Straßen"}
    upload = {**form, "streets": (io.BytesIO(listed.encode()), "strassen.csv")}
    answer = clerk.submit(
        stage.page("melderegister/zuordnung"), upload, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    extract = stage.extract()
    found = {row["district"]: row["people"] for row in extract.strata}
    assert found == {"Niederau": 1, "Weinberg": 1, "Kernstadt": 1, "": 6}
    (warning,) = [text for text in extract.warnings if "Straßenliste" in text]
    assert "2 Straßen mit 6 Personen" in warning
    assert "Neue Str." in warning
    assert "Geheimgasse" not in warning, "a street of one person is not named"
    broken = {**form, "streets": (io.BytesIO(b"a;b\n1;2\n"), "x.csv")}
    answer = clerk.submit(
        stage.page("melderegister/zuordnung"), broken, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "fehlen die Spaltennamen" in answer.text


def test_doubtful_rows_are_decided_once_and_stay_decided(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    rows = [
        person("Sommer"),
        person("Alter", Geburtsdatum="00.00.1996"),
        person("Haus", Hausnummer="02. Apr"),
        person("Beides", Geburtsdatum="00.00.1996", Hausnummer="03.05.2026"),
        person("Offen", Geburtsdatum="00.00.1961"),
    ]
    stage.upload(clerk, extract_of(*rows))
    assert stage.extract().refused == {"doubtful": 4}
    page = clerk.get(stage.page("melderegister/pruefliste")).text
    assert all(name in page for name in ("Alter", "Haus", "Beides", "00.00.1996", "02. Apr"))
    assert "Sommer" not in page
    assert 'name="auszug" value="1"' in page
    decided = {
        "auszug": "1",
        "what-3": "take", "band-3": "30-44", "what-4": "take", "number-4": "2-4",
        "what-5": "take", "number-5": "3/5", "what-6": "take", "band-6": "16-29",
    }  # fmt: skip
    other_file = {**decided, "auszug": "2"}
    assert submit(clerk, "pruefliste", **other_file) == 409, "line 3 is somebody else there"
    assert stage.extract().refused == {"doubtful": 4}
    assert submit(clerk, "pruefliste", **decided) == 303
    extract = stage.extract()
    assert (extract.eligible, extract.refused) == (3, {"doubtful": 2})
    with files.open_file(db.session.get_one(StoredFile, extract.spool_id)) as stream:
        found = {p.get("last_name"): p for p in spooled(stream)}
    assert found["Haus"].get("house_number") == "2-4"
    assert (found["Alter"].age_band, found["Alter"].get("age_low")) == ("30-44", "30")
    assert submit(clerk, "pruefliste", **decided, rest="leave_out") == 303
    assert stage.extract().refused == {"left_out": 2}
    submit(clerk, "neu-lesen")
    assert (stage.extract().eligible, stage.extract().refused) == (3, {"left_out": 2})


def test_closing_deletes_upload_samples_and_review_and_nothing_can_be_read_again(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, extract_of(person("Sommer"), person("Zweifel", Geburtsdatum="00.00.1996")))
    assert stage.extract().samples
    assert stage.extract().review
    assert submit(clerk, "1/abschliessen") == 303
    extract = stage.extract()
    assert (extract.state, extract.eligible) == ("ready", 1)
    assert extract.closed_at is not None
    assert (extract.samples, extract.review) == ("", "")
    assert db.session.get_one(StoredFile, extract.upload_id).deleted_at is not None
    for path, form in (("neu-lesen", {}), ("pruefliste", {}), ("zuordnung", columns()),
                       ("haushalte", {"household_rule": "none"})):  # fmt: skip
        assert submit(clerk, path, **form) == 409, path
    for path in ("pruefliste", "zuordnung"):
        assert clerk.get(stage.page(f"melderegister/{path}")).status_code == 409
    page = clerk.get(stage.page("melderegister")).text
    assert "Prüfung abschließen" not in page
    assert "Zur Prüfliste" not in page


def test_committing_closes_the_import_and_so_do_fourteen_days(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    with writing():
        sweeps.delete(assembly, "upload", stage.today(), None)
    assert stage.extract().closed_at is not None
    assert stage.extract().state == "ready"
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk)
    extract = stage.extract()
    assert (extract.state, extract.samples) == ("ready", "")
    assert extract.closed_at is not None
    assert db.session.get_one(StoredFile, extract.upload_id).deleted_at is not None


def household_file() -> bytes:
    """A family of three, a shared flat of two, 24 people of 12 names in one house, a home."""
    rows = [person("Sommer", Vorname=name) for name in ("Ada", "Bo", "Cleo")]
    rows += [person(name, Hausnummer="2") for name in ("Apfel", "Birne")]
    rows += [person(f"Turm{chr(97 + n // 2)}", Vorname=f"V{n}", Hausnummer="50") for n in range(24)]
    rows += [person(f"Heim{chr(97 + n)}", Straße="Am Stift", Hausnummer="1") for n in range(6)]
    return extract_of(*rows)


@pytest.mark.parametrize(
    ("rule", "households", "record"),
    [("address_and_surname", 1 + 2 + 12 + 6, True), ("address", 1 + 1 + 12 + 6, True),
     ("none", 35, False)],
)  # fmt: skip
def test_the_household_rule_is_the_clerks_and_the_draw_uses_it(
    clerk: BrowserLike, assembly: Assembly, rule: str, households: int, record: bool
) -> None:
    stage.upload(clerk, household_file())
    submit(clerk, "haushalte", household_rule=rule)
    extract = stage.extract()
    assert (extract.household_rule, extract.state) == (rule, "ready")
    assert extract.households[rule]["households"] == households
    assert extract.households["large"] == {"addresses": 1, "people": 24}
    assert extract.households["homes"] == {"addresses": 1, "people": 6}
    stage.plan(clerk, letters_total="35")
    stage.commit(clerk)
    stage.enter_seed(clerk, stage.draw().number)
    stage.start(clerk, stage.draw().number)
    drawn: InvitationDraw = stage.draw()
    fixed = Commitment.from_json(str(drawn.commitment).encode())
    assert fixed.household_rule is record
    named = {"address": "gleiche Anschrift; in großen", "none": "keine Regel"}
    assert any(named.get(rule, "gleicher Familienname.") in text for text in fixed.rules)
    letters = db.session.scalars(db.select(Invitee).where(Invitee.draw_id == drawn.id)).all()
    assert len(letters) == households
    assert {row.household is None for row in letters} == {rule == "none"}
    stage.upload(clerk, household_file())
    assert stage.extract().household_rule == rule, "the next extract is read alike"


def test_whoever_objected_is_refused_and_counted(
    clerk: BrowserLike, assembly: Assembly, town: Municipality
) -> None:
    with writing():
        key = objections.key_of(town.id)
        objections.keep(
            town.id, digests(key, "Kim", "Winter", "Ahornweg", "1", "39999", "1980-05-03")
        )
    rows = [person("Sommer"), person("WINTER", Straße="AHORNWEG"), person("Winter", Straße="Umzug")]
    stage.upload(clerk, extract_of(*rows))
    assert (stage.extract().eligible, stage.extract().refused) == (1, {"objection": 2})
    assert "hat widersprochen" in clerk.get(stage.page("melderegister")).text


def test_profiles_of_the_town_are_named_exported_imported_and_of_no_other_town(
    clerk: BrowserLike, assembly: Assembly, town: Municipality, factory: Factory
) -> None:
    data = b'{"format": "buergerrat-importprofil/1", "columns": {"district": "Revier"}}'

    def add(name: str, content: bytes = data) -> int:
        form = {"name": name, "known": (io.BytesIO(content), "p.json")}
        return clerk.submit(
            stage.page("melderegister/profile"), form, content_type="multipart/form-data"
        ).status_code

    assert [add("Alt"), add("Alt"), add(""), add("Neu", b"[]")] == [303, 422, 422, 422]
    row = db.session.scalars(db.select(ImportProfile)).one()
    assert submit(clerk, f"profile/{row.id}/umbenennen", name="Meldeamt") == 303
    page = clerk.get(stage.page("melderegister/profile")).text
    assert "Meldeamt" in page
    assert "Alt" not in page.split("<main")[1].split("</main")[0].replace("Altersgr", "")
    answer = clerk.get(stage.page(f"melderegister/profile/{row.id}.json"))
    assert json.loads(answer.data)["columns"] == {"district": "Revier"}
    with writing():
        foreign = ImportProfile(
            municipality_id=factory.town("fern").id, name="Fremd", profile=json.loads(data)
        )
        db.session.add(foreign)
    assert clerk.get(stage.page(f"melderegister/profile/{foreign.id}.json")).status_code == 404
    assert submit(clerk, f"profile/{foreign.id}/loeschen") == 404
    assert submit(clerk, f"profile/{row.id}/loeschen") == 303
    assert [r.name for r in db.session.scalars(db.select(ImportProfile))] == ["Fremd"]


def test_reading_again_takes_the_place_of_the_spool_and_drops_the_plan(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    before = stage.extract().spool_id
    submit(clerk, "neu-lesen")
    after = stage.extract()
    assert after.spool_id != before
    assert db.session.get_one(StoredFile, before).deleted_at is not None
    assert stage.draw() is None
    assert service.is_open(after)


@pytest.mark.parametrize("sample", samples.nasty_files(), ids=lambda sample: sample.name)
def test_ten_nasty_files_come_through_the_page(
    clerk: BrowserLike, assembly: Assembly, sample: samples.Nasty
) -> None:
    stage.upload(clerk, sample.data, **sample.form)
    extract = stage.extract()
    assert (extract.state, extract.error) == ("ready", "")
    assert (extract.eligible, extract.refused) == (sample.eligible, sample.refused)
    assert clerk.get(stage.page("melderegister")).status_code == 200
