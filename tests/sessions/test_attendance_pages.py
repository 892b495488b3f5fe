"""Attendance and tables: only who is there gets a seat."""

from __future__ import annotations

from typing import Any

from buergerrat.accounts.models import User
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sessions.models import AssemblySession, Attendance, TableRound, TableSeat
from buergerrat.sessions.services import attendance, planning, tables
from buergerrat.sessions.standing import sessions as standing
from buergerrat.sortition.models import Member
from tests.sessions.conftest import ONE
from tests.support import BrowserLike


def everybody_present(session: AssemblySession) -> None:
    with writing():
        attendance.all_present(session)


def the_round() -> TableRound:
    db.session.expire_all()
    return db.session.query(TableRound).order_by(TableRound.id.desc()).first()  # type: ignore[return-value]


def test_one_tap_records_a_person_and_the_time(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    for member, state in zip(members, ("present", "excused", "absent"), strict=False):
        sent = clerk.submit(f"{ONE}/anwesenheit", {"member": member.uid, "state": state})
        assert sent.status_code == 303
    page = clerk.get(f"{ONE}/anwesenheit")
    assert "1 von 12 sind da." in page.text
    assert "Vorname00 Nachname00" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    row = db.session.query(Attendance).filter_by(member_id=members[0].id).one()
    assert row.arrived_at is not None


def test_all_the_others_are_here_with_one_tap(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    clerk.submit(f"{ONE}/anwesenheit", {"member": members[3].uid, "state": "excused"})
    clerk.submit(f"{ONE}/anwesenheit/alle")
    db.session.expire_all()
    assert attendance.count_present(session) == 11


def test_every_look_at_names_is_in_the_log_without_names(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    everybody_present(session)
    clerk.submit(f"{ONE}/tische", {"tables": "3", "item": "2"})
    for path in ("anwesenheit", "tische", "tische/1/druck"):
        before = db.session.query(AuditEntry).filter_by(action="look").count()
        db.session.rollback()
        assert "Nachname05" in clerk.get(f"{ONE}/{path}").text
        entries = db.session.query(AuditEntry).filter_by(action="look").all()
        assert len(entries) == before + 1
        assert "Nachname" not in "".join(entry.content() for entry in entries)
        db.session.rollback()


def test_only_who_is_present_gets_a_seat(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    assert clerk.submit(f"{ONE}/tische", {"tables": "3", "item": ""}).status_code == 409
    everybody_present(session)
    clerk.submit(f"{ONE}/anwesenheit", {"member": members[0].uid, "state": "absent"})
    clerk.submit(f"{ONE}/anwesenheit", {"member": members[1].uid, "state": "left"})
    assert clerk.submit(f"{ONE}/tische", {"tables": "3", "item": "2"}).status_code == 303
    seated = {seat.member_id for seat in the_round().seats}
    assert seated == {member.id for member in members[2:]}


def test_a_new_proposal_replaces_the_old_and_a_fixed_one_stays(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    everybody_present(session)
    for _time in range(2):
        clerk.submit(f"{ONE}/tische", {"tables": "3", "item": "2"})
    assert db.session.query(TableRound).count() == 1
    db.session.rollback()
    clerk.submit(f"{ONE}/tische/1/festlegen")
    clerk.submit(f"{ONE}/tische", {"tables": "4", "item": ""})
    assert [r.number for r in tables.rounds_of(session)] == [1, 2]
    moved = {"member": members[0].uid, "table": "1"}
    db.session.rollback()
    assert clerk.submit(f"{ONE}/tische/1/umsetzen", moved).status_code == 409


def test_the_second_round_brings_new_people_together(
    session: AssemblySession, members: list[Member]
) -> None:
    everybody_present(session)
    with writing():
        tables.fix_tables(tables.propose_tables(session, 3, seed=b"eins"))
        second = tables.propose_tables(session, 3, seed=b"zwei")
    report = second.report
    assert report["repeats"] >= report["repeats_bound"]
    assert report["new_pairs"] + report["repeats"] == 18  # three tables of four: 3 · 6 pairs
    assert second.seed == b"zwei".hex()


def test_the_same_seed_and_people_give_the_same_tables(
    session: AssemblySession, members: list[Member]
) -> None:
    everybody_present(session)
    plans = []
    for _time in range(2):
        with writing():
            made = tables.propose_tables(session, 3, seed=b"gleich")
        plans.append({seat.member_id: seat.table_number for seat in made.seats})
    assert plans[0] == plans[1]


def test_somebody_is_moved_by_hand_and_the_report_follows(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    everybody_present(session)
    clerk.submit(f"{ONE}/tische", {"tables": "3", "item": ""})
    round_ = the_round()
    seat = round_.seats[0]
    before, target = round_.report["pairs"], seat.table_number % 3 + 1
    data = {"member": seat.member.uid, "table": str(target)}
    db.session.rollback()
    assert clerk.submit(f"{ONE}/tische/1/umsetzen", data).status_code == 303
    after = the_round()
    assert sorted(len(m) for m in tables.tables_in(after).values()) == [3, 4, 5]
    assert after.report["pairs"] == before + 1  # 3 · 6 pairs became 3 + 6 + 10
    db.session.rollback()
    bad = clerk.submit(f"{ONE}/tische/1/umsetzen", {**data, "table": "9"})
    assert bad.status_code == 409


def test_more_tables_than_people_is_a_sentence(
    clerk: BrowserLike, session: AssemblySession, members: list[Member]
) -> None:
    everybody_present(session)
    assert clerk.submit(f"{ONE}/tische", {"tables": "0", "item": ""}).status_code == 422
    answer = clerk.submit(f"{ONE}/tische", {"tables": "40", "item": ""})
    assert answer.status_code == 409
    assert db.session.query(TableRound).count() == 0


def test_names_are_for_the_team_only(
    client: BrowserLike, people: dict[str, User], session: AssemblySession, members: list[Member]
) -> None:
    for role in ("council", "observer", "system", "stranger", "nobody"):
        client.sign_in(people[role])
        for path in ("anwesenheit", "tische"):
            assert client.get(f"{ONE}/{path}").status_code == 403


def test_deleting_a_person_deletes_where_they_were(
    session: AssemblySession, members: list[Member], assembly: Assembly
) -> None:
    everybody_present(session)
    with writing():
        tables.propose_tables(session, 3)
    gone = members[0]
    category = next(c for c in retention.categories if c.key == "sessions")
    with writing():
        assert category.forget(assembly, [gone.invitee_id]) == 2
    for noun in (Attendance, TableSeat):
        rows: Any = db.session.query(noun)
        assert rows.filter_by(member_id=gone.id).count() == 0
        assert rows.count() == 11


def test_the_step_is_done_when_every_session_is_closed(
    app: Any, session: AssemblySession, assembly: Assembly
) -> None:
    with app.test_request_context():
        assert standing(assembly).title == "Sitzung 1 halten"
        with writing():
            second = planning.plan_session(assembly, "Sitzung 2", session.day)
            planning.walk(second, "cancelled")
            planning.walk(session, "running")
        assert not standing(assembly).done
        with writing():
            planning.walk(session, "closed")
        assert standing(assembly).done
