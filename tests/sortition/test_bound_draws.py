"""What was announced or frozen binds every later step of both draws."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import stage_one as stage

from buergerrat.assemblies import locks
from buergerrat.assemblies import services as assemblies
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, set_clock, utcnow, writing
from buergerrat.public.services.drawing import seed_sentence
from buergerrat.sortition.commitment import SeedError, SeedKind
from buergerrat.sortition.models import InvitationDraw, Invitee, RegisterExtract
from buergerrat.sortition.services import draw as service
from buergerrat.sortition.services import drawing, hall, lottery, members, quotas
from buergerrat.sortition.verify import verify
from buergerrat.web import Conflict
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]


def test_a_value_from_before_the_announced_day_does_not_count(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    """Otherwise the clerk could wait and see, day by day, which value to take."""
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    due = stage.today() + dt.timedelta(days=3)
    stage.commit(clerk, due=due.isoformat())
    number = stage.draw().number
    answer = stage.enter_seed(clerk, number)
    assert answer.status_code == 422
    assert "Angekündigt ist der" in answer.get_data(as_text=True)
    assert stage.draw().state == "committed"
    set_clock(utcnow() + dt.timedelta(days=3))
    try:
        with writing():
            row = db.session.scalars(db.select(InvitationDraw)).one()
            service.enter_seed(row, SeedKind.DICE, stage.DICE, due)
    finally:
        set_clock(None)
    assert stage.draw().state == "seeded"


def picked(assembly: Assembly) -> None:
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))
        draw = lottery.freeze(assembly, None)
        drawing.build(draw, None)
    db.session.expire_all()
    with writing():
        for digit in "352":
            hall.draw_digit(draw, digit, None)


def test_nobody_is_invited_once_the_lostopf_is_frozen(
    clerk: BrowserLike, assembly: Assembly, fill_pool: Fill
) -> None:
    fill_pool(assembly, 40)
    picked(assembly)
    answer = stage.upload(clerk, stage.register())
    assert answer.status_code == 409
    assert db.session.scalars(db.select(RegisterExtract).filter_by(state="ready")).first() is None


def test_an_invitation_draw_that_came_later_does_not_break_the_record(
    assembly: Assembly, fill_pool: Fill, tmp_path: Path
) -> None:
    """The lottery names its invitation draw by the Prüfsumme; the record must hold that one."""
    fill_pool(assembly, 40)
    picked(assembly)
    first = db.session.scalars(db.select(InvitationDraw)).one()
    with writing():
        later = InvitationDraw(
            assembly_id=assembly.id,
            number=first.number + 1,
            extract_id=first.extract_id,
            state="drawn",
            letters_total=1,
            commitment_hash="0" * 64,
            commitment="{}",
            seed="1" * 64,
        )
        db.session.add(later)
    with writing():
        members.leave(assembly, members.of(assembly)[0], "Umzug", None)
    draw = lottery.current(assembly)
    assert draw is not None
    path = tmp_path / "losprotokoll.zip"
    path.write_bytes(draw.public_record or b"")
    report = verify(path, draw.record_hash)
    assert report.ok, report.lines


def test_the_seats_are_fixed_with_the_lostopf(assembly: Assembly, fill_pool: Fill) -> None:
    fill_pool(assembly, 40)
    assert "seats" not in locks.locked(assembly)
    picked(assembly)
    assert "seats" in locks.locked(assembly)


def test_another_source_than_announced_counts_only_later_and_is_said_in_public(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    stage.plan(clerk)
    due = stage.today() + dt.timedelta(days=3)
    stage.commit(clerk, due=due.isoformat())
    set_clock(utcnow() + dt.timedelta(days=4))
    lotto = "3 11 23 34 40 49 / 7"
    try:
        with writing():
            row = db.session.scalars(db.select(InvitationDraw)).one()
            with pytest.raises(SeedError, match="andere Quelle"):
                service.enter_seed(row, SeedKind.LOTTO, lotto, due)
            service.enter_seed(row, SeedKind.LOTTO, lotto, due + dt.timedelta(days=1))
    finally:
        set_clock(None)
    assert "Benutzt wurde eine Ersatzquelle" in seed_sentence(row)


def test_the_promised_day_of_deletion_only_moves_earlier(assembly: Assembly) -> None:
    def with_day(day: dt.date) -> assemblies.Mandate:
        names = [f.name for f in dataclasses.fields(assemblies.Mandate)]
        values = {name: getattr(assembly, name) for name in names}
        return assemblies.Mandate(**{**values, "retention_until": day})

    promised = assembly.retention_until
    with writing():
        plan = RegisterExtract(assembly_id=assembly.id, number=1, state="drawn")
        db.session.add(plan)
        db.session.flush()
        draw = InvitationDraw(
            assembly_id=assembly.id, number=1, extract_id=plan.id, state="drawn", letters_total=1
        )
        db.session.add(draw)
    with pytest.raises(Conflict, match="vorziehen"), writing():
        assemblies.change(assembly, with_day(promised + dt.timedelta(days=1)))
    with writing():
        assemblies.change(assembly, with_day(promised - dt.timedelta(days=1)))
    assert assembly.retention_until < promised
