"""The next tickets of each stratum: kept at the draw, in the order of the draw, never by chance."""

from __future__ import annotations

import itertools

import pytest
import stage_one as stage
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.retention import erase
from buergerrat.db import db, writing
from buergerrat.sortition.commitment import Commitment
from buergerrat.sortition.models import InvitationDraw, Invitee, PanelDraw, ReserveTicket
from buergerrat.sortition.planning import LEAST_RESERVE, reserve_letters
from buergerrat.sortition.services import draw as service
from buergerrat.sortition.services.draw_job import invitee_of, is_minor
from buergerrat.sortition.spool import Spooled, person_line, person_of
from buergerrat.sortition.tickets import Entry, draw_invitations, root_from_path, ticket
from tests.support import BrowserLike

SEED = b"7" * 32


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[Entry], dict[str, int], dict[str, int]]:
    """People in three strata and a few households; letters and next tickets per stratum."""
    size = draw(st.integers(1, 60))
    entries = [
        Entry(
            draw(st.sampled_from("abc")),
            f"{number:064x}",
            draw(st.one_of(st.none(), st.integers(0, 15).map(str))),
        )
        for number in range(size)
    ]
    numbers = st.dictionaries(st.sampled_from("abc"), st.integers(0, 12), min_size=3)
    return entries, draw(numbers), draw(numbers)


@given(town=towns())
@settings(deadline=None, max_examples=50)
def test_more_room_changes_nobodys_place(
    town: tuple[list[Entry], dict[str, int], dict[str, int]],
) -> None:
    """Drawn with reserve and cut off after the letters it is the draw without reserve, and what
    follows is what a further wave of the same seed would draw next."""
    entries, letters, reserve = town
    room = {stratum: letters[stratum] + reserve[stratum] for stratum in letters}
    alone = draw_invitations(entries, letters, SEED, "elbtal/einladung-1")
    both = draw_invitations(entries, room, SEED, "elbtal/einladung-1")
    assert {s: rows[: letters[s]] for s, rows in both.items()} == alone
    skip = {row for rows in alone.values() for row in rows}
    later = draw_invitations(entries, reserve, SEED, "elbtal/einladung-1", skip)
    assert {s: rows[letters[s] :] for s, rows in both.items()} == later


@given(letters=st.integers(0, 5000), share=st.integers(0, 200).map(lambda n: n / 100))
@settings(deadline=None, max_examples=50)
def test_how_many_are_kept(letters: int, share: float) -> None:
    kept = reserve_letters(letters, share)
    if letters == 0 or share == 0:
        assert kept == 0
    else:
        assert kept >= max(LEAST_RESERVE, letters * share - 1e-6)
        assert kept == LEAST_RESERVE or kept < letters * share + 1


def kept_of(draw: InvitationDraw) -> list[ReserveTicket]:
    return list(
        db.session.scalars(
            db.select(ReserveTicket)
            .where(ReserveTicket.draw_id == draw.id)
            .order_by(ReserveTicket.stratum, ReserveTicket.position)
        )
    )


def test_the_job_keeps_the_next_tickets_sealed(clerk: BrowserLike, assembly: Assembly) -> None:
    draw = stage.whole_draw(clerk, stage.register(people=400))
    fixed = Commitment.from_json(str(draw.commitment).encode())
    seed = bytes.fromhex(draw.seed)
    letters = {row.name: row.letters for row in fixed.strata}
    last = dict.fromkeys(letters, "")
    for one in db.session.scalars(db.select(Invitee)):
        name = "|".join((one.sex, one.age_band, one.district))
        last[name] = max(last[name], one.ticket)
    kept = kept_of(draw)
    assert kept
    households = set(db.session.scalars(db.select(Invitee.household)))
    for stratum, rows in itertools.groupby(kept, key=lambda row: row.stratum):
        group = list(rows)
        people = [person_of(row.person) for row in group]
        tickets = [ticket(seed, fixed.draw_id, row.row_id).hex() for row in group]
        assert [row.position for row in group] == list(range(1, len(group) + 1))
        assert tickets == sorted(tickets), "in the order of the draw"
        assert tickets[0] > last[stratum], "nobody passed over"
        assert len(group) <= reserve_letters(letters[stratum], 0.5)
        assert {person.stratum.text for person in people} == {stratum}
        assert households.isdisjoint(person.household for person in people)
        households |= {person.household for person in people}
        for row in group:
            assert root_from_path(row.row_id, row.path) == fixed.merkle_root
    name = person_of(kept[0].person).get("last_name")
    raw = db.session.execute(text("SELECT person_sealed FROM reserve_ticket")).scalars().all()
    assert name
    assert not any(name.encode() in bytes(sealed) for sealed in raw)


def test_none_are_kept_when_the_clerk_wants_none(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk, reserve_share="0")
    stage.commit(clerk)
    stage.enter_seed(clerk, stage.draw().number)
    stage.start(clerk, stage.draw().number)
    assert stage.draw().state == "drawn"
    assert kept_of(stage.draw()) == []


def test_a_rehearsal_keeps_nobody(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    clerk.submit(stage.page("einladungslosung/probe"))
    probe = stage.draw()
    assert probe.rehearsal
    assert probe.state == "drawn"
    assert kept_of(probe) == []


def test_they_are_deleted_once_nobody_can_be_invited(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    draw = stage.whole_draw(clerk, stage.register(people=200))
    count = len(kept_of(draw))
    one = db.session.scalars(db.select(Invitee.id)).first()
    with writing():
        assert erase(assembly, [one], "Antrag")["reserve_tickets"] == 0
    assert len(kept_of(draw)) == count
    with writing():
        db.session.add(
            PanelDraw(
                assembly_id=assembly.id,
                number=1,
                frozen_at=service.utcnow(),
                frozen_hash="0" * 64,
            )
        )
        db.session.flush()
        assert erase(assembly, [one], "Frist")["reserve_tickets"] == count
    assert kept_of(draw) == []


@pytest.mark.parametrize(("age", "minor"), [("16", True), ("17", True), ("18", False)])
def test_whoever_is_under_eighteen_is_marked(assembly: Assembly, age: str, minor: bool) -> None:
    values = ["Muster", "Kim", "", "Weg", "1", "39999", "Elbtal", "Kernstadt", "female"]
    person = Spooled((*values, age, age, "16-29", "german", "1"), "home")
    assert person_of(person_line(person)) == person
    assert is_minor(person) is minor
    row = invitee_of(
        person,
        "ABCDE23456",
        assembly_id=assembly.id,
        draw_id=1,
        row_id="0" * 64,
        ticket="1" * 64,
        code_key=b"k" * 32,
        wave=2,
    )
    assert (row.minor, row.wave, row.full_name) == (minor, 2, "Kim Muster")
