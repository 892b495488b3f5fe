"""The register page: what a clerk uploads is counted and sealed; what is wrong gets a sentence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import spreadsheet_samples as make
import stage_one as stage
from flask import Flask

from buergerrat import jobs
from buergerrat.accounts.models import User
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.config import Settings
from buergerrat.crypto import derived_key
from buergerrat.db import db
from buergerrat.demo.variants import DEFECTS
from buergerrat.sortition.models import RegisterExtract
from buergerrat.sortition.services import extract as service
from buergerrat.sortition.services import extract_job
from buergerrat.sortition.spool import people
from buergerrat.sortition.tickets import LeafSet, leaf_maker
from tests.support import BrowserLike


def data_files(app: Flask) -> list[Path]:
    settings: Settings = app.extensions["settings"]
    return [path for path in (settings.data / "files").glob("??/*") if path.is_file()]


def test_an_extract_becomes_numbers_and_a_sealed_spool(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    answer = stage.upload(clerk, stage.register(people=90))
    assert answer.status_code == 303
    extract = stage.extract()
    assert extract.state == "ready"
    assert extract.rows == 90 + extract.refused["total_line"]
    assert extract.eligible == 90 == sum(row["people"] for row in extract.strata)
    assert extract.columns["birth_date"] == "GebDat"
    assert "Religion" in extract.dropped_columns
    spool = db.session.get_one(StoredFile, extract.spool_id)
    leaves, leaf_of = LeafSet(), leaf_maker(derived_key(assembly.id, "register"))
    with files.open_file(spool) as stream:
        for person in people(stream):
            assert leaves.add(leaf_of(person.values))
    assert len(leaves) == 90
    assert leaves.root() == extract.merkle_root
    upload = db.session.get_one(StoredFile, extract.upload_id)
    assert {path.name for path in data_files(app)} == {spool.uid, upload.uid}
    clerk.submit(stage.page("melderegister/1/abschliessen"))
    assert [path.name for path in data_files(app)] == [spool.uid], "the upload is gone"
    page = clerk.get(stage.page("melderegister")).text
    assert "Windows-1252" in page
    assert "Religion" in page
    assert "Können gelost werden" in page


def test_two_namesakes_of_one_age_at_one_address_are_two_people(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    head = "Familienname;Vorname;Geburtsdatum;Geschlecht;Straße;Hausnummer;PLZ;Ort"
    rows = [f"Sommer;Kim;{day:02d}.03.1980;w;Ahornweg;1;39999;Elbtal" for day in (1, 2)]
    stage.upload(clerk, "\r\n".join([head, *rows]).encode("cp1252"))
    assert stage.extract().eligible == 2


TABLES = {
    "all_blocked", "endless_line", "header_only", "no_birth", "no_header", "open_quote", "wide",
}  # fmt: skip
"""Broken files that are tables at all: they can be read again with other settings."""


def test_what_is_no_extract_gets_a_sentence_and_leaves_nothing(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    """Among them: an XLSX renamed to CSV, 200 columns, an endless line, nobody eligible."""
    for defect in sorted(set(DEFECTS) - {"rubbish"}):
        data = stage.register(people=20, defect=defect)
        assert stage.upload(clerk, data).status_code == 303, defect
        extract = stage.extract()
        assert extract.state == "failed", defect
        assert extract.error.endswith("."), defect
        assert (extract.eligible, extract.strata, extract.spool_id) == (0, [], None)
        kept = {"upload waits": service.is_open(extract)}
        assert len(data_files(app)) == sum(kept.values()), defect
        assert kept["upload waits"] == (defect in TABLES), defect
    page = clerk.get(stage.page("melderegister")).text
    assert "ließ sich nicht einlesen" in page
    assert "aus ihr wurde nichts gespeichert" in page


def test_a_cell_of_fifty_megabytes_is_refused(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    good = stage.register(people=5)
    huge = good + b'"' + b"x" * 50_000_000 + b'";1\r\n'
    assert stage.upload(clerk, huge).status_code == 303
    assert stage.extract().state == "failed"
    assert stage.extract().spool_id is None
    clerk.submit(stage.page("melderegister/1/verwerfen"))
    assert data_files(app) == []


def test_the_wrong_encoding_is_said_and_the_right_one_reads(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    data = stage.register(people=40, encoding="cp1252")
    stage.upload(clerk, data, encoding="utf-8")
    failed = stage.extract()
    assert failed.state == "failed"
    assert "UTF-8" in failed.error
    stage.upload(clerk, data)
    assert stage.extract().state == "ready"
    assert db.session.get_one(RegisterExtract, failed.id).state == "discarded"


def test_a_column_with_an_unusual_name_can_be_named_by_hand(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    data = stage.register(people=30).replace(b"GebDat", b"Wert17")
    stage.upload(clerk, data)
    assert stage.extract().state == "failed"
    stage.upload(clerk, data, col_birth_date="Wert17")
    assert stage.extract().eligible == 30


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("cp1252")), delimiter=";"))


def test_a_spreadsheet_or_an_archive_gives_the_same_people(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    data = stage.register(people=30)
    stage.upload(clerk, data)
    strata = stage.extract().strata
    for other, shown in (
        (make.xlsx(_rows(data)), "Excel-Tabelle (XLSX)"),
        (make.ods(_rows(data)), "LibreOffice-Tabelle (ODS)"),
        (make.packed({"auszug.csv": data}), "Windows-1252"),
    ):
        stage.upload(clerk, other)
        extract = stage.extract()
        assert (extract.state, extract.error) == ("ready", "")
        assert extract.strata == strata
        assert shown in clerk.get(stage.page("melderegister")).text


def test_the_line_of_the_titles_can_be_named_and_the_profile_reads_the_next_file(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    misleading = b"Name;Vorname;GebDat;Str;PLZ;Ort;Geschlecht;OT;Status;Sperre;Titel;Auszug;HsNr;STAKZ;Sterbedatum;HsZus;Staat2;Staat3\r\n"
    data = misleading + stage.register(people=30).replace(b"GebDat", b"Wert17", 1)
    stage.upload(clerk, data)
    assert stage.extract().state == "failed"
    stage.upload(clerk, data, header_line="2", col_birth_date="Wert17")
    assert stage.extract().eligible == 30
    answer = clerk.get(stage.page("melderegister/profil.json"))
    profile = json.loads(answer.data)
    assert (profile["header_line"], profile["columns"]["birth_date"]) == (2, "Wert17")
    assert (profile["encoding"], profile["separator"]) == ("cp1252", ";")
    for known, state in ((answer.data, "ready"), (b"{}", "failed")):
        stage.upload(clerk, data, known=(io.BytesIO(known), "profil.json"))  # type: ignore[arg-type]
        assert stage.extract().state == state
    assert clerk.get(stage.page("melderegister/profil.json")).status_code == 404
    answer = stage.upload(clerk, data, known=(io.BytesIO(b"[]"), "p.json"))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "kein Importprofil" in answer.text


def test_no_file_keeps_the_page(clerk: BrowserLike, assembly: Assembly) -> None:
    answer = clerk.submit(stage.page("melderegister"), {"encoding": "", "separator": ""})
    assert answer.status_code == 422
    assert "Bitte wählen Sie die Datei" in answer.text


def test_a_new_upload_takes_the_place_of_the_old(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register(people=30))
    first = stage.extract()
    stage.upload(clerk, stage.register(people=40, seed=2))
    second = stage.extract()
    assert (first.id != second.id, second.eligible) == (True, 40)
    assert db.session.get_one(RegisterExtract, first.id).state == "discarded"
    assert len(data_files(app)) == 2, "of the second one upload and spool"


def test_the_same_form_sent_twice_reads_once(clerk: BrowserLike, assembly: Assembly) -> None:
    data = stage.register(people=20)
    for _ in range(2):
        answer = stage.upload(clerk, data, form_token="one-form")
        assert answer.status_code == 303
    assert stage.extract().number == 1


def test_discarding_deletes_the_people_at_once(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    answer = clerk.submit(stage.page(f"melderegister/{stage.extract().number}/verwerfen"))
    assert answer.status_code == 303
    assert data_files(app) == []
    assert stage.extract().state == "discarded"
    again = clerk.submit(stage.page("melderegister/1/verwerfen"))
    assert again.status_code == 409


def test_when_reading_breaks_the_upload_is_still_destroyed(
    app: Flask, clerk: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(extract_job, "look_at", broken)
    stage.upload(clerk, stage.register())
    extract = stage.extract()
    assert extract.state == "failed"
    assert db.session.get_one(jobs.Job, extract.job_id).state == "failed"
    assert data_files(app) == []


def test_what_was_read_with_them_locks_age_and_reference_date(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    page = clerk.get(stage.page("auftrag")).text
    assert "Mit diesen Werten ist der Auszug gelesen" in page
    assert 'name="min_age"' not in page


def test_only_the_administration_uploads(
    app: Flask, people: dict[str, User], assembly: Assembly
) -> None:
    for role, status in {"observer": 403, "facilitator": 403, "council": 403}.items():
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        client.sign_in(people[role])
        form = {"upload": (io.BytesIO(b"x"), "a.csv")}
        answer = client.submit(
            stage.page("melderegister"), form, content_type="multipart/form-data"
        )
        assert answer.status_code == status
