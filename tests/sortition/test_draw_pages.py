"""The invitation draw: commitment before seed, one draw per commitment, nothing else kept."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from pathlib import Path

import pytest
import stage_one as stage
from flask import Flask
from sqlalchemy import inspect, text

from buergerrat import audit
from buergerrat.accounts.models import User
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.crypto import derived_key
from buergerrat.db import db, set_clock, utcnow, writing
from buergerrat.formats import BERLIN
from buergerrat.jobs import Job
from buergerrat.sortition.codes import code_digest
from buergerrat.sortition.commitment import Commitment, derive_seed
from buergerrat.sortition.drand import GENESIS, PERIOD, round_time
from buergerrat.sortition.models import InvitationDraw, Invitee
from buergerrat.sortition.record import DrawRecord, record_files, write_folder
from buergerrat.sortition.services import draw as service
from buergerrat.sortition.tickets import root_from_path, ticket
from buergerrat.sortition.verify import verify
from tests.support import BrowserLike

LOTTO = "3 11 23 34 40 49 / 7"


def marked_register(people: int) -> tuple[bytes, list[str]]:
    """A register in which everybody's names and streets can be found again."""
    head = "Familienname;Vorname;Geburtsdatum;Geschlecht;Straße;Hausnummer;PLZ;Ort;Ortsteil"
    names = [f"Qx{n:04d}zzq" for n in range(people)]
    lines = [
        f"{name};Vor{name};01.01.{1940 + n % 60};{'wm'[n % 2]};Weg{name};{n};39999;Elbtal;Mitte"
        for n, name in enumerate(names)
    ]
    return "\r\n".join([head, *lines]).encode("cp1252"), names


def everything_on_disk(app: Flask) -> bytes:
    folder: Path = app.extensions["settings"].data
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def everything_in_tables() -> str:
    found = []
    for table in inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
            found.append(repr(tuple(row)))
    return "\n".join(found)


def test_the_drawn_are_those_with_the_smallest_tickets(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    draw = stage.whole_draw(clerk)
    fixed = Commitment.from_json(str(draw.commitment).encode())
    assert fixed.checksum == draw.commitment_hash
    seed = derive_seed(fixed.checksum, "dice", stage.DICE, rehearsal=False)
    assert seed.hex() == draw.seed
    invitees = db.session.scalars(db.select(Invitee)).all()
    assert len(invitees) == 24 == fixed.letters
    assert len({i.household for i in invitees}) == 24, "one letter a household"
    key = derived_key(assembly.id, "codes")
    for one in invitees:
        assert one.ticket == ticket(seed, fixed.draw_id, one.row_id).hex()
        assert one.code_hash == code_digest(one.code, key)
        assert one.last_name
        assert one.street
    for _wave, _stratum, row_id, path in draw.tickets:
        assert root_from_path(row_id, path) == fixed.merkle_root


def test_the_record_of_the_draw_verifies(
    clerk: BrowserLike, assembly: Assembly, tmp_path: Path
) -> None:
    draw = stage.whole_draw(clerk)
    name = f"{assembly.municipality.name}: {assembly.title}"
    record = DrawRecord(name, "test", audit.head_hash(), service.record_part(draw), None)
    write_folder(record_files(record, full=False), tmp_path / "record")
    report = verify(tmp_path / "record")
    assert report.ok, report.lines


def test_of_people_who_are_not_drawn_nothing_is_kept(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    data, names = marked_register(80)
    stage.whole_draw(clerk, data)
    drawn = {invitee.last_name for invitee in db.session.scalars(db.select(Invitee))}
    assert len(drawn) == 24
    assert drawn < set(names)
    clerk.submit(stage.page("briefe"))
    db.session.rollback()
    kept = [row for row in db.session.scalars(db.select(StoredFile)) if row.deleted_at is None]
    assert {row.purpose for row in kept} == {"letters"}
    table = next(row for row in kept if row.media_type == "text/csv")
    opened = files.open_file(table).read().decode("utf-8-sig")
    disk, tables = everything_on_disk(app), everything_in_tables()
    for name in names:
        assert name.encode() not in disk, "nobody stands anywhere in clear text"
        assert name not in tables
        assert (name in opened) == (name in drawn)


def test_a_seed_before_the_commitment_is_refused(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    draw = stage.draw()
    answer = stage.enter_seed(clerk, draw.number)
    assert answer.status_code == 409
    assert "Noch ist nichts festgeschrieben" in answer.text
    assert (stage.draw().state, stage.draw().seed) == ("planned", "")


def test_no_draw_without_a_seed(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk)
    answer = stage.start(clerk, stage.draw().number)
    assert answer.status_code == 409
    assert db.session.scalar(db.select(db.func.count()).select_from(Invitee)) == 0


def test_no_second_draw_on_the_same_commitment(clerk: BrowserLike, assembly: Assembly) -> None:
    draw = stage.whole_draw(clerk)
    before = [i.row_id for i in db.session.scalars(db.select(Invitee))]
    assert stage.start(clerk, draw.number).status_code == 409
    assert stage.enter_seed(clerk, draw.number, value="1" * 20).status_code == 409
    assert stage.commit(clerk).status_code == 409
    assert [i.row_id for i in db.session.scalars(db.select(Invitee))] == before
    page = clerk.get(stage.page(f"einladungslosung/{draw.number}"))
    assert str(draw.commitment_hash) in page.text


def test_two_clerks_in_the_same_second_draw_once(
    app: Flask, clerk: BrowserLike, people: dict[str, User], assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk)
    number = stage.draw().number
    stage.enter_seed(clerk, number)
    db.session.rollback()
    clients = [app.test_client() for _ in range(2)]
    for client in clients:
        assert isinstance(client, BrowserLike)
        client.sign_in(people["administration"])
    db.session.remove()
    gate, answers = threading.Barrier(2), []

    def click(client: BrowserLike) -> None:
        with app.app_context():
            gate.wait()
            answer = client.submit(stage.page(f"einladungslosung/{number}/losen"))
            answers.append(answer.status_code)

    threads = [threading.Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    kinds = [job.kind for job in db.session.scalars(db.select(Job))]
    assert kinds.count("draw_invitations") == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Invitee)) == 24


def test_after_the_commitment_register_and_plan_stay(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    assert stage.commit(clerk).status_code == 303
    assert stage.upload(clerk, stage.register(seed=2)).status_code == 409
    assert stage.plan(clerk, letters_total="30").status_code == 409
    assert clerk.submit(stage.page("melderegister/1/verwerfen")).status_code == 409
    assert stage.extract().state == "ready"
    assert clerk.submit(stage.page("oeffentlichkeit"), {"sichtbar": "nein"}).status_code == 409
    answer = clerk.get(stage.page("einladungslosung/1/festschreibung.json"))
    assert answer.mimetype == "application/json"
    assert Commitment.from_json(answer.data).checksum == stage.draw().commitment_hash
    assert set(json.loads(answer.data)) >= {"rules", "strata", "merkle_root", "seed"}


def test_a_seed_that_cannot_be_public_chance_is_refused(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    """Too few throws, made up here, not yet happened, or known before the plan was fixed."""
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk)
    tomorrow, yesterday = (stage.today() + dt.timedelta(days=n) for n in (1, -1))
    refused: list[tuple[dict[str, str], str]] = [
        ({"value": "123"}, "mindestens 20"),
        ({"kind": "local", "value": "0" * 64}, ""),
        ({"on": tomorrow.isoformat()}, "in der Zukunft"),
        ({"on": yesterday.isoformat()}, "vor dem Festschreiben"),
        ({"kind": "lotto", "value": LOTTO}, "vor dem Festschreiben"),
        ({"kind": "drand", "value": f"1000 {'ab' * 32}"}, "vor dem Festschreiben"),
    ]
    for changes, sentence in refused:
        answer = stage.enter_seed(clerk, stage.draw().number, **changes)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert stage.draw().state == "committed"


def test_the_announced_drand_round_is_taken(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk, kind="drand")
    coming = (utcnow() - GENESIS) // PERIOD + 10
    for number in (coming, coming + 20 * 28_800, 10**12 - 1):  # not out yet
        early = f"{number} {'ab' * 32}"
        answer = stage.enter_seed(clerk, 1, kind="drand", value=early)
        assert answer.status_code == 422
        assert "noch nicht erschienen" in answer.text
    on = round_time(coming).astimezone(BERLIN).date()
    set_clock(utcnow() + dt.timedelta(minutes=1))
    try:
        value = f"{coming} {'ab' * 32}"
        answer = stage.enter_seed(clerk, 1, kind="drand", value=value, on=on.isoformat())
        assert answer.status_code == 303
    finally:
        set_clock(None)
    assert stage.draw().seed_value == f"{coming}:{'ab' * 32}"


def test_a_lottery_of_today_or_yesterday_cannot_be_announced(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    answer = stage.commit(clerk, kind="lotto")
    assert answer.status_code == 422
    assert "Nehmen Sie eine Ziehung ab morgen" in answer.text
    past = (stage.today() - dt.timedelta(days=1)).isoformat()
    assert stage.commit(clerk, due=past).status_code == 422
    assert stage.draw().state == "planned"


def test_a_commitment_needs_a_page_that_everybody_sees(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    with writing():
        assembly.published_at = None
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    assert stage.commit(clerk).status_code == 409
    assert stage.draw().state == "planned"


def test_a_rehearsal_writes_nobody_down_and_counts_for_nothing(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    answer = clerk.submit(stage.page("einladungslosung/probe"))
    assert answer.status_code == 303
    probe = stage.draw()
    assert (probe.rehearsal, probe.state, probe.tickets) == (True, "drawn", [])
    assert sum(row["drawn"] for row in probe.letters) == 24
    assert db.session.scalar(db.select(db.func.count()).select_from(Invitee)) == 0
    assert stage.extract().state == "ready"
    assert "Das ist eine Probe" in clerk.get(answer.location).text
    assert stage.commit(clerk).status_code == 303, "the real draw is still to come"


def test_a_plan_that_cannot_be_met_is_not_stored(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register(people=120))
    for letters in ("0", "-5", "viele", "121"):
        answer = stage.plan(clerk, letters_total=letters)
        assert answer.status_code == 422
        assert f'value="{letters}"' in answer.text, "what was typed is still there"
        assert stage.draw() is None


def test_the_same_plan_sent_twice_is_one_plan(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    for total in ("24", "30"):
        stage.plan(clerk, letters_total=total)
    rows = db.session.scalars(db.select(InvitationDraw)).all()
    assert [row.letters_total for row in rows] == [30]
    assert sum(row["letters"] for row in rows[0].letters) == 30


def test_other_numbers_are_shown_without_being_stored(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    form = {**stage.PLAN, "letters_total": "60", "response_rate": "7,5"}
    answer = clerk.submit(stage.page("einladungslosung/rechnen"), form)
    assert answer.status_code == 200
    assert "60 Briefe, etwa jede 2. Person" in answer.text
    assert stage.draw() is None


def test_a_second_draw_leaves_out_who_has_a_letter(clerk: BrowserLike, assembly: Assembly) -> None:
    data = stage.register(people=120)
    stage.whole_draw(clerk, data)
    first = {i.row_id: i.household for i in db.session.scalars(db.select(Invitee))}
    second = stage.whole_draw(clerk, data)
    assert second.number == 2
    rows = db.session.scalars(db.select(Invitee).where(Invitee.draw_id == second.id)).all()
    assert rows
    assert not {i.row_id for i in rows} & set(first)
    assert not {i.household for i in rows} & set(first.values())
    page = clerk.get(stage.page("einladungslosung")).text
    assert "Losung 1" in page
    assert "Losung 2" in page


@pytest.mark.parametrize("change", ["a line less", "a line twice"])
def test_a_changed_spool_stops_the_draw(
    app: Flask, clerk: BrowserLike, assembly: Assembly, change: str
) -> None:
    """Somebody puts another sealed spool in the place of the committed one."""
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    stage.commit(clerk)
    draw = stage.draw()
    stage.enter_seed(clerk, draw.number)
    spool = db.session.get_one(StoredFile, stage.extract().spool_id)
    lines = files.open_file(spool).read().splitlines(keepends=True)
    changed = lines[1:] if change == "a line less" else [lines[0], *lines]
    with writing():
        other = files.keep(assembly.id, "x", "x", "x", io.BytesIO(b"".join(changed)))
        stage_extract = db.session.get_one(type(draw.extract), draw.extract_id)
        stage_extract.spool_id = other.id
    stage.start(clerk, draw.number)
    draw = stage.draw()
    assert draw.state == "seeded"
    assert (
        "passt nicht zur veröffentlichten Prüfsumme"
        in clerk.get(stage.page("einladungslosung")).text
    )
    assert db.session.scalar(db.select(db.func.count()).select_from(Invitee)) == 0
