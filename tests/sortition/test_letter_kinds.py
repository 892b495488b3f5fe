"""Who gets which letter, and the letters that the registration office posts itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from zipfile import ZipFile

import pymupdf
import pytest
import seat_people
import stage_one as stage
from flask import Flask

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition import replacements, xlsx
from buergerrat.sortition.codes import show
from buergerrat.sortition.letter_tables import columns, write_print_shop_xlsx
from buergerrat.sortition.letters import GUARDIANS, in_order
from buergerrat.sortition.models import Invitee, LetterBatch, Member, Reply
from buergerrat.sortition.services import (
    forwarding,
    letter_files,
    letter_plan,
    letters,
    lottery,
    members,
)
from buergerrat.sortition.services import letter_recipients as recipients
from buergerrat.web import Conflict
from tests.sortition.test_letters import LETTERS
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]


def make(assembly: Assembly, kind: str, **given: object) -> LetterBatch:
    with writing():
        letters.make(assembly, kind=kind, **given)  # type: ignore[arg-type]
    db.session.expire_all()
    return letters.batches(assembly)[0]


def post(batch: LetterBatch) -> None:
    with writing():
        letters.mark_posted(batch, stage.today())
    db.session.expire_all()


def proposed(assembly: Assembly) -> str | None:
    batches = letters.batches(assembly)
    row = letter_plan.build(assembly, batches, set()).proposed
    return row.kind.key if row else None


def text_of(batch: LetterBatch) -> str:
    from buergerrat.assemblies import files

    row = letter_files.of(batch).pdf
    assert row is not None
    pdf = pymupdf.Document(stream=b"".join(files.chunks(row)), filetype="pdf")
    return "".join(page.get_text() for page in pdf)


def test_a_reminder_goes_to_the_silent_and_carries_the_same_code(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    people = fill_pool(assembly, 6)
    with pytest.raises(Conflict), writing():
        letters.make(assembly, kind="reminder")
    post(make(assembly, "invitation"))
    quiet, returned = people[0], people[1]
    with writing():
        for one in (quiet, returned):
            db.session.delete(one.reply)
        returned.state = "undeliverable"
    db.session.expire_all()
    assert recipients.ids(assembly, "reminder") == [quiet.id]
    batch = make(assembly, "reminder", languages=("en", "leicht"))
    assert (batch.draw_id, batch.letters, batch.pages) == (None, 1, 5)
    text = text_of(batch)  # letter, card, English, two pages of Leichte Sprache
    assert text.count(f"{quiet.code[:5]}-{quiet.code[5:]}") == 2
    assert "Your data" in text
    assert quiet.last_name in text


def test_after_the_lottery_everybody_gets_exactly_one_letter(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    people = {one.id for one in fill_pool(assembly, 48)}
    post(make(assembly, "invitation"))
    assert proposed(assembly) is None, "nobody is silent, nothing is drawn"
    draw = seat_people.pick(assembly)
    asked = {member.invitee_id for member in seat_people.seated(assembly)}
    got = {
        kind: set(recipients.ids(assembly, kind)) for kind in ("acceptance", "refusal", "reserve")
    }
    assert got["acceptance"] == asked
    assert len(got["reserve"]) == assembly.reserve
    assert set.union(*got.values()) == people
    assert sum(map(len, got.values())) == len(people)
    here = [one.number for one in lottery.entrants_of(draw)]
    seed = replacements.replacement_seed(bytes.fromhex(draw.seed), draw.panels_hash, draw.digits)
    seats = {member.losnummer for member in seat_people.seated(assembly)}
    first = [one for one in replacements.order(here, seed) if one not in seats][: assembly.reserve]
    numbers = {one.invitee_id: one.losnummer for one in db.session.scalars(db.select(Reply))}
    assert {numbers[one] for one in got["reserve"]} == set(first), "the order of moving up"
    for kind in ("acceptance", "refusal", "reserve"):
        assert proposed(assembly) == kind
        batch = make(assembly, kind)
        assert batch.letters == len(got[kind])
        assert batch.pages == batch.letters, "one page each"
        post(batch)
        assert recipients.count(assembly, kind) == 0, "nobody gets it twice"
    assert proposed(assembly) is None


def test_whoever_moves_up_gets_a_letter_once(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    fill_pool(assembly, 48)
    seat_people.pick(assembly)
    for _round in range(2):
        leaving = seat_people.seated(assembly)[0]
        with writing():
            members.leave(assembly, leaving, members.REASONS[0], None)
        [new] = recipients.ids(assembly, "replacement")
        member = db.session.scalars(db.select(Member).where(Member.invitee_id == new)).one()
        assert member.origin == "replacement"
        batch = make(assembly, "replacement")
        assert batch.letters == 1
        assert "Nach der Reihenfolge aus der Losung sind Sie an der Reihe" in " ".join(
            text_of(batch).split()
        )
        post(batch)


def test_a_second_wave_gets_its_own_batch(app: Flask, assembly: Assembly, fill_pool: Fill) -> None:
    people = fill_pool(assembly, 4)
    post(make(assembly, "invitation"))
    with pytest.raises(Conflict), writing():
        letters.make(assembly)
    with writing():
        people[0].wave = 2
    batch = make(assembly, "invitation")
    assert (batch.wave, batch.letters) == (2, 1)


def test_letters_that_the_office_posts_know_nobody(
    app: Flask, clerk: BrowserLike, assembly: Assembly, fill_pool: Fill
) -> None:
    fill_pool(assembly, 4)
    answer = clerk.submit(stage.page("briefe/meldeamt"), {"count": "3"})
    assert answer.status_code == 303
    batch = letters.batches(assembly)[0]
    people = db.session.scalars(
        db.select(Invitee).where(Invitee.recruitment_path == "forwarded").order_by(Invitee.id)
    ).all()
    assert len(people) == batch.letters == 3
    assert {(one.draw_id, one.full_name, one.street) for one in people} == {(None, "", "")}
    text = text_of(batch)
    for number, one in enumerate(people, start=1):
        assert f"Nr. {number:03d}" in text
        assert text.count(f"{one.code[:5]}-{one.code[5:]}") == 2
    assert "Wir kennen weder Ihren Namen noch Ihre" in " ".join(text.split())
    assert "Melderegister." not in text
    listed = clerk.get(stage.page(f"briefe/{batch.number}/nummern.csv")).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(listed), delimiter=";"))[1:]
    assert [row[0] for row in rows] == ["Nr. 001", "Nr. 002", "Nr. 003"]
    assert not any(one.code in listed for one in people)
    assert clerk.get(stage.page(f"briefe/{batch.number}/druckerei.csv")).status_code == 409
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "make_codes"))
    assert [entry.detail["count"] for entry in logged] == [3]
    with writing():
        forwarding.make_codes(assembly, 1)
    numbers = letters.forwarded_numbers(assembly)
    assert sorted(numbers.values()) == [1, 2, 3, 4], "a number is never given twice"
    answer = clerk.submit(stage.page(f"briefe/{batch.number}/noch-einmal"))
    assert answer.status_code == 303
    assert people[0].code in text_of(letters.batches(assembly)[1]).replace("-", "")
    post(batch)
    assert clerk.submit(stage.page(f"briefe/{batch.number}/noch-einmal")).status_code == 409
    with writing():
        letters.mark_posted(letters.batches(assembly)[0], stage.today())
    assert recipients.count(assembly, "reminder") == 4, "the office can remind them"


@pytest.mark.parametrize("count", ["", "0", "-3", "2001", "viele"])
def test_a_number_that_cannot_be_is_refused(
    clerk: BrowserLike, assembly: Assembly, count: str
) -> None:
    answer = clerk.submit(stage.page("briefe/meldeamt"), {"count": count})
    assert answer.status_code == 422
    assert db.session.scalars(db.select(Invitee)).all() == []


def test_the_suggested_number_gives_the_blocked_the_same_chance(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    fill_pool(assembly, 4)
    assert forwarding.suggested(assembly) == 0
    with writing():
        draw = letters.draws.last_drawn(assembly)
        assert draw is not None
        draw.letters_total, draw.extract.eligible = 1000, 12800
        draw.extract.refused = {"blocked": 320}
    assert forwarding.suggested(assembly) == 25


def test_erasing_somebody_takes_the_letters_of_all_kinds_along(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    people = fill_pool(assembly, 48)
    seat_people.pick(assembly)
    batch = make(assembly, "refusal")
    assert letter_files.all_of(batch)
    with writing():
        retention.erase(assembly, [people[0].id], "Auf Wunsch")
    db.session.expire_all()
    assert letter_files.all_of(batch) == []


def test_letters_of_the_office_whose_files_are_gone_can_be_made_again(
    app: Flask, clerk: BrowserLike, assembly: Assembly, fill_pool: Fill
) -> None:
    people = fill_pool(assembly, 4)
    clerk.submit(stage.page("briefe/meldeamt"), {"count": "2", "languages": "en"})
    with writing():
        retention.erase(assembly, [people[0].id], "Auf Wunsch")
    db.session.expire_all()
    assert "Zu 2 Codes gibt es keine Briefdatei mehr." in clerk.get(stage.page("briefe")).text
    clerk.submit(stage.page("briefe/1/noch-einmal"))
    text = text_of(letters.batches(assembly)[0])
    assert "Nr. 002" in text
    assert "We know neither your name nor your address." in " ".join(text.split())


def test_the_workbook_holds_what_the_table_holds_and_no_formula() -> None:
    out = io.BytesIO()
    bad = replace(LETTERS[0], first_name="=1+1", street="@SUM(A1)", postcode="00000", minor=True)
    assert write_print_shop_xlsx(out, [*LETTERS, bad]) == 6
    archive = ZipFile(out)
    head, first, *rows = xlsx.sheet_rows(archive, xlsx.sheets(archive)[0])
    assert head == list(columns(codes=True))
    assert first[1:8] == [GUARDIANS, "", "'=1+1", "Sommer", "'@SUM(A1)", "00000", "Elbtal"]
    assert [row[9] for row in rows] == [show(one.code) for one in in_order(LETTERS)]
    assert [row[10] for row in rows] == [one.url for one in in_order(LETTERS)]
    assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert columns(codes=False) == tuple(head[:-2]), "no code where nothing is to be answered"
