"""Further waves: the next tickets and no others, nobody twice, and the record still verifies."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage_one import draw as newest
from stage_one import page, register, whole_draw

from buergerrat.assemblies import objections
from buergerrat.assemblies.models import Assembly, DeletionEntry
from buergerrat.audit import AuditEntry
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import objection, record, verify
from buergerrat.sortition.codes import code_digest
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch, ReserveTicket
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import letters, outlook, replies, waves
from buergerrat.sortition.spool import person_of
from buergerrat.sortition.strata import stratum_of
from buergerrat.sortition.tickets import ticket
from buergerrat.web import Conflict
from tests.support import BrowserLike


@pytest.fixture
def drawn(clerk: BrowserLike, assembly: Assembly) -> InvitationDraw:
    with writing():
        assembly.reply_deadline = utcnow().date() + dt.timedelta(days=30)
    whole_draw(clerk, register(300))
    return newest()


def invite(assembly: Assembly, counts: dict[str, int]) -> list[Invitee]:
    with writing():
        return waves.invite_next(db.session.merge(assembly), counts, None)


def of(assembly: Assembly, path: Path, full: bool = False) -> str:
    """The checker's report on a record of the first draw alone."""
    db.session.rollback()
    part = draws.record_part(newest())
    made = record.DrawRecord("Stadt Elbtal: Ortsmitte 2035", "test", "", part, None)
    path.write_bytes(record.zip_bytes(record.record_files(made, full=full)))
    report = verify.verify(path)
    assert report.ok, report.lines
    return "\n".join(report.lines)


def test_the_next_tickets_are_invited_and_the_record_verifies(
    drawn: InvitationDraw, assembly: Assembly, tmp_path: Path
) -> None:
    left = waves.kept(drawn)
    first = dict.fromkeys(sorted(left)[:5], 1)
    expected = {
        row.row_id
        for row in db.session.query(ReserveTicket).filter_by(position=1)
        if row.stratum in first
    }
    people = {row.row_id: person_of(row.person) for row in db.session.query(ReserveTicket)}
    made = invite(assembly, first)
    assert {one.row_id for one in made} == expected
    for one in made:
        person = people[one.row_id]
        assert (one.last_name, one.district, one.wave) == (
            person.get("last_name"),
            person.district,
            2,
        )
        assert one.code_hash == code_digest(one.code, derived_key(assembly.id, "codes"))
    second = invite(assembly, dict.fromkeys(sorted(left)[3:7], 2))
    assert {one.wave for one in second} == {3}
    of(assembly, tmp_path / "public.zip")
    with zipfile.ZipFile(tmp_path / "public.zip") as made_zip:
        rows = made_zip.read("tickets.csv").decode().splitlines()[1:]
    assert Counter(row.split(",")[0] for row in rows)["2"] == len(made)
    entries = db.session.query(AuditEntry).filter_by(action="wave_invited").all()
    assert [(e.detail["wave"], e.detail["letters"]) for e in entries] == [(2, 5), (3, len(second))]
    assert not any("Vorname" in str(entry.detail) for entry in entries)


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.integers(0, 31), st.integers(0, 3), min_size=1, max_size=9))
def test_over_all_waves_tickets_rise_and_nobody_comes_twice(
    drawn: InvitationDraw, assembly: Assembly, wish: dict[int, int]
) -> None:
    """Each example goes on where the one before stopped: many waves in one draw."""
    drawn = newest()
    left = waves.kept(drawn)
    names = [draws.stratum_name(row) for row in drawn.letters]
    counts = {names[place % len(names)]: count for place, count in wish.items()}
    if any(left.get(name) and count for name, count in counts.items()):
        invite(assembly, counts)
    else:
        with pytest.raises(Conflict):
            invite(assembly, counts)
    db.session.expire_all()
    drawn = newest()
    after = waves.kept(drawn)
    for name, count in counts.items():
        assert after.get(name, 0) == max(0, left.get(name, 0) - count)
    seen: dict[str, str] = {}
    rows = [entry[2] for entry in drawn.tickets]
    assert len(rows) == len(set(rows)) == db.session.query(Invitee).count()
    seed, draw_id = bytes.fromhex(drawn.seed), draws.record_part(drawn).commitment.draw_id
    for _wave, stratum, row_id, _path in sorted(drawn.tickets, key=lambda entry: entry[0]):
        number = ticket(seed, draw_id, row_id).hex()
        assert seen.get(stratum, "") < number
        seen[stratum] = number
    invited = db.session.query(Invitee).all()
    assert Counter(entry[1] for entry in drawn.tickets) == Counter(
        stratum_of(one).text  # type: ignore[arg-type]
        for one in invited
    )
    homes = [one.household for one in invited]
    assert len(homes) == len(set(homes))


def test_a_forged_order_is_refused(
    drawn: InvitationDraw, assembly: Assembly, tmp_path: Path
) -> None:
    """The checker finds a wave that passes over a ticket that was invited before it."""
    name = max(waves.kept(drawn), key=lambda one: waves.kept(drawn)[one])
    invite(assembly, {name: 2})
    with writing():
        draw = db.session.merge(newest())
        *first, one, other = draw.tickets
        draw.tickets = [*first, other, one]
    part = draws.record_part(newest())
    made = record.DrawRecord("Stadt Elbtal: Ortsmitte 2035", "test", "", part, None)
    (tmp_path / "p.zip").write_bytes(record.zip_bytes(record.record_files(made, full=False)))
    assert not verify.verify(tmp_path / "p.zip").ok


def test_without_a_ticket_nobody_is_invited_and_the_page_says_what_to_do(
    drawn: InvitationDraw, assembly: Assembly
) -> None:
    left = waves.kept(drawn)
    name = sorted(left)[0]
    assert len(invite(assembly, {name: left[name] + 5})) == left[name]
    with pytest.raises(Conflict, match="kein weiteres Los"):
        invite(assembly, {name: 1})


def test_close_to_the_deadline_nobody_is_invited(drawn: InvitationDraw, assembly: Assembly) -> None:
    counts = dict.fromkeys(waves.kept(drawn), 1)
    with writing():
        db.session.merge(assembly).reply_deadline = utcnow().date() + dt.timedelta(days=8)
    with pytest.raises(Conflict, match="verschieben Sie die Antwortfrist"):
        invite(assembly, counts)
    assert db.session.query(Invitee).filter(Invitee.wave > 1).count() == 0


def test_whoever_objected_is_passed_over(drawn: InvitationDraw, assembly: Assembly) -> None:
    rows = db.session.query(ReserveTicket).order_by(ReserveTicket.position).all()
    row = next(row for row in rows if row.position == 1)
    person = person_of(row.person)
    town = assembly.municipality_id
    fields = ("first_name", "last_name", "street", "house_number", "postcode")
    with writing():
        said = objection.digests(objections.key_of(town), *(person.get(f) for f in fields))
        objections.keep(town, said)
    made = invite(assembly, {row.stratum: 1})
    assert [one.row_id for one in made] == [
        other.row_id for other in rows if (other.stratum, other.position) == (row.stratum, 2)
    ]


def test_unused_tickets_are_deleted_and_counted(drawn: InvitationDraw, assembly: Assembly) -> None:
    total = sum(waves.kept(drawn).values())
    with writing():
        assert waves.forget_unused(db.session.merge(assembly)) == total
    assert db.session.query(ReserveTicket).count() == 0
    entry = db.session.query(DeletionEntry).one()
    assert (entry.category, entry.count) == ("reserve", total)


def test_the_clerk_plans_a_second_wave(
    clerk: BrowserLike, drawn: InvitationDraw, assembly: Assembly
) -> None:
    """Nobody has answered, so every group lacks people; what is typed is counted and checked."""
    shown = clerk.get(page("antworten/nachlosung"))
    assert "für eine zweite Welle" in shown.text
    name = sorted(waves.kept(newest()))[0]
    most = waves.kept(newest())[name]
    field = f"briefe.{name}"
    too_many = clerk.submit(page("antworten/nachlosung"), {field: str(most + 1), "welle": "2"})
    assert too_many.status_code == 422
    assert "höchstens so viele Briefe" in too_many.text
    nothing = clerk.submit(page("antworten/nachlosung"), {field: "0", "welle": "2"})
    assert nothing.status_code == 422
    counted = clerk.submit(page("antworten/nachlosung/rechnen"), {field: "2"})
    assert "2 Briefe, " in counted.text
    assert db.session.query(Invitee).filter(Invitee.wave > 1).count() == 0
    assert 'name="welle" value="2"' in shown.text
    done = clerk.submit(page("antworten/nachlosung"), {field: "2", "welle": "2"})
    assert done.location.endswith("/briefe")
    other = clerk.submit(page("antworten/nachlosung"), {field: "2", "welle": "2"})
    assert other.status_code == 409, "a colleague who saw the same proposal"
    assert "Inzwischen wurde schon nachgelost" in other.text
    db.session.expire_all()
    assert db.session.query(Invitee).filter(Invitee.wave > 1).count() == 2


def test_a_record_of_one_wave_is_byte_for_byte_what_it_was(
    drawn: InvitationDraw, assembly: Assembly, tmp_path: Path
) -> None:
    """A wave adds lines below the first one's and changes none of them."""

    def tickets() -> bytes:
        part = draws.record_part(newest())
        made = record.DrawRecord("Elbtal", "test", "", part, None)
        files = zipfile.ZipFile(io.BytesIO(record.zip_bytes(record.record_files(made, full=False))))
        return files.read("tickets.csv")

    before = tickets()
    invite(assembly, {sorted(waves.kept(drawn))[0]: 1})
    after = tickets()
    assert after.startswith(before)
    assert after.count(b"\n") == before.count(b"\n") + 1
    of(assembly, tmp_path / "full.zip", full=True)


def test_one_click_makes_the_reminders(
    clerk: BrowserLike, drawn: InvitationDraw, assembly: Assembly
) -> None:
    """To everybody who has not answered; refused once nobody could answer any more."""
    first = db.session.query(Invitee).order_by(Invitee.id).first()
    assert first is not None
    with writing():
        no = replies.Answer("no", {})
        replies.save(db.session.merge(assembly), first, no, source="card")
    assert clerk.submit(page("antworten/erinnerung")).status_code == 409  # nothing is posted yet
    with writing():
        letters.make(db.session.merge(assembly))
    with writing():
        letters.mark_posted(db.session.query(LetterBatch).one(), utcnow().date())
    silent = db.session.query(Invitee).count() - 1
    assert f"{silent} Personen haben noch nicht geantwortet." in clerk.get(page("antworten")).text
    answer = clerk.submit(page("antworten/erinnerung"))
    assert answer.status_code == 303
    db.session.expire_all()
    batch = db.session.query(LetterBatch).filter_by(kind="reminder").one()
    assert batch.letters == silent
    with writing():
        db.session.merge(assembly).reply_deadline = utcnow().date() - dt.timedelta(days=2)
    assert clerk.submit(page("antworten/erinnerung")).status_code == 409


def test_a_group_nobody_of_which_can_come_is_weak(
    drawn: InvitationDraw, assembly: Assembly
) -> None:
    """After the deadline nothing is expected any more: the pool is all there is."""
    with writing():
        for row in db.session.query(Invitee).filter_by(sex="male"):
            replies.save(db.session.merge(assembly), row, replies.Answer("yes", {}), source="card")
        db.session.merge(assembly).reply_deadline = utcnow().date() - dt.timedelta(days=1)
    seen = outlook.of(db.session.merge(assembly))
    cells = {cell.key: cell for cell in seen.cells}
    women, men = cells["sex", "female"], cells["sex", "male"]
    assert (women.state, women.high, women.missing) == ("weak", 0, women.need)
    assert (men.state, men.low) == ("enough", men.pool)
    assert sum(one.people for one in seen.silent) == db.session.query(Invitee).count() - men.pool
