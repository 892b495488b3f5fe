"""The letters: made once, sealed, handed out with a line in the log, gone with the people."""

from __future__ import annotations

import csv
import io

import pymupdf
import pytest
import stage_one as stage
from flask import Flask

from buergerrat.accounts.models import User
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition import letter_texts
from buergerrat.sortition.codes import show
from buergerrat.sortition.letters import LetterError
from buergerrat.sortition.models import Invitee, LetterBatch
from buergerrat.sortition.services import letters
from tests.support import BrowserLike


def batch() -> LetterBatch:
    db.session.rollback()
    return db.session.scalars(db.select(LetterBatch).order_by(LetterBatch.number.desc())).first()


def test_letters_are_made_downloaded_and_posted(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.whole_draw(clerk)
    assert clerk.submit(stage.page("briefe")).status_code == 303
    assert (batch().letters, batch().pages) == (24, 72)
    pdf = clerk.get(stage.page("briefe/1/briefe.pdf"))
    assert pdf.data.startswith(b"%PDF")
    assert pdf.headers["Cache-Control"] == "no-store"
    table = clerk.get(stage.page("briefe/1/druckerei.csv")).data.decode("utf-8-sig").splitlines()
    assert len(table) == 25
    invitee = db.session.scalars(db.select(Invitee)).first()
    line = next(row for row in table if invitee.code in row)
    assert invitee.last_name in line
    assert f"/antwort#{invitee.code}" in line, "the code stays out of every log"
    exports = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "export")).all()
    assert [entry.detail["kind"] for entry in exports] == ["pdf", "csv"]
    assert all(entry.detail["letters"] == 24 for entry in exports)
    answer = clerk.submit(stage.page("briefe/1/versandt"), {"posted_on": stage.today().isoformat()})
    assert answer.status_code == 303
    assert batch().posted_on == stage.today()
    assert clerk.submit(stage.page("briefe")).status_code == 409, "they are in the post"


def test_making_them_again_replaces_the_files_and_keeps_the_codes(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.whole_draw(clerk)
    codes = {invitee.code for invitee in db.session.scalars(db.select(Invitee))}
    for _ in range(2):
        clerk.submit(stage.page("briefe"))
    assert batch().number == 2
    assert {invitee.code for invitee in db.session.scalars(db.select(Invitee))} == codes
    gone = [
        row.deleted_at is not None
        for row in db.session.scalars(
            db.select(StoredFile).where(StoredFile.purpose == "letters").order_by(StoredFile.id)
        )
    ]
    assert gone == [True] * 4 + [False] * 4
    assert clerk.get(stage.page("briefe/1/briefe.pdf")).status_code == 409


def test_the_print_shop_gets_parts_and_a_list_that_names_nobody(
    app: Flask, clerk: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "PART_SIZES", (10,))
    stage.whole_draw(clerk)
    assert clerk.submit(stage.page("briefe"), {"part_size": "10"}).status_code == 303
    shown = clerk.get(stage.page("briefe")).text
    assert "Briefe 21 bis 24" in shown
    sizes, greetings = [], ""
    for number in (1, 2, 3):
        pdf = clerk.get(stage.page(f"briefe/1/teil-{number}.pdf"))
        pages = pymupdf.Document(stream=pdf.data, filetype="pdf")
        sizes.append(len(pages))
        greetings += "".join(page.get_text() for page in pages)
        assert f"teil-{number:02d}-nr-" in pdf.headers["Content-Disposition"]
    assert sizes == [30, 30, 12]
    for invitee in db.session.scalars(db.select(Invitee)):
        assert greetings.count(show(invitee.code)) == 2, "on the letter and on the reply form"
    assert clerk.get(stage.page("briefe/1/teil-4.pdf")).status_code == 409
    text = clerk.get(stage.page("briefe/1/laufliste.csv")).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Teil"] for row in rows] == ["1"] * 10 + ["2"] * 10 + ["3"] * 4
    assert [row["PLZ"] for row in rows] == sorted(row["PLZ"] for row in rows)
    for invitee in db.session.scalars(db.select(Invitee)):
        assert invitee.last_name not in text
        assert invitee.code not in text
    exports = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "export")).all()
    assert [entry.detail.get("part") for entry in exports] == [1, 2, 3, None]
    clerk.submit(stage.page("briefe"))
    assert clerk.get(stage.page("briefe/1/teil-1.pdf")).status_code == 409, "replaced"
    assert "Teil 1" not in clerk.get(stage.page("briefe")).text


def test_a_size_that_is_not_offered_is_refused(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.whole_draw(clerk)
    assert clerk.submit(stage.page("briefe"), {"part_size": "1"}).status_code == 409
    assert batch() is None


def test_work_that_ends_early_leaves_no_file(
    app: Flask, clerk: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.whole_draw(clerk)
    folder = app.extensions["settings"].data / "files"
    before = sorted(folder.rglob("*"))

    def broken(out: object, parts: object, pages: int) -> int:
        raise LetterError("Der Brief ist zu lang.")

    monkeypatch.setattr(letters, "write_run_list", broken)
    clerk.submit(stage.page("briefe"))
    assert "Der Brief ist zu lang." in clerk.get(stage.page("briefe")).text
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files == [path for path in before if path.is_file()]


def test_without_a_draw_there_are_no_letters_but_a_sample(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    assert clerk.submit(stage.page("briefe")).status_code == 409
    assert "Noch niemand gelost" in clerk.get(stage.page("briefe")).text
    assert clerk.get(stage.page("briefe/muster.pdf")).data.startswith(b"%PDF")


def test_a_day_that_is_no_day_or_in_the_future_is_refused(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.whole_draw(clerk)
    clerk.submit(stage.page("briefe"))
    for day in ("", "31.12.", "2999-01-01"):
        answer = clerk.submit(stage.page("briefe/1/versandt"), {"posted_on": day})
        assert answer.status_code == 422
    assert batch().posted_on is None


def test_only_the_administration_gets_the_letters(
    app: Flask, clerk: BrowserLike, people: dict[str, User], assembly: Assembly
) -> None:
    stage.whole_draw(clerk)
    clerk.submit(stage.page("briefe"))
    for role in ("observer", "facilitator", "council", "system", "stranger"):
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        client.sign_in(people[role])
        assert client.get(stage.page("briefe/1/briefe.pdf")).status_code == 403


def test_the_letter_says_what_the_mandate_says(app: Flask, assembly: Assembly) -> None:
    sheet = letter_texts.sheet(assembly, None, "https://mitreden.example")
    text = " ".join([*sheet.before_question, sheet.question, *sheet.after_question])
    for words in (assembly.guiding_question, "16 Menschen", "2026/061", "Der Stadtrat"):
        assert words in text
    privacy = dict(sheet.privacy)
    assert assembly.legal_basis in privacy["Warum dürfen wir das?"]
    assert sheet.website == "mitreden.example/antwort"
    assert letter_texts.reply_url("https://x.example", "ABC") == "https://x.example/antwort#ABC"


def test_erased_people_are_gone_from_rows_and_letters(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.whole_draw(clerk)
    clerk.submit(stage.page("briefe"))
    ids = list(db.session.scalars(db.select(Invitee.id).order_by(Invitee.id)))
    kept = {i.id: (i.row_id, i.ticket) for i in db.session.scalars(db.select(Invitee))}
    with writing():
        counts = retention.erase(assembly, ids[:5], "Auf Wunsch")
    assert counts["invitees"] == 5
    db.session.expire_all()
    for one in db.session.scalars(db.select(Invitee)):
        assert (one.row_id, one.ticket) == kept[one.id], "the record still verifies"
        if one.id in ids[:5]:
            assert one.state == "erased"
            assert (one.full_name, one.street, one.code, one.code_hash) == ("", "", "", None)
            assert (one.sex, one.age_band, one.district, one.household) == (None,) * 4
        else:
            assert one.last_name
    assert clerk.get(stage.page("briefe/1/briefe.pdf")).status_code == 409
