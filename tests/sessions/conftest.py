"""A session with a timetable, and members who can come to it."""

from __future__ import annotations

import datetime as dt

import pytest

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.formats import local
from buergerrat.sessions.models import AssemblySession
from buergerrat.sessions.services.planning import ItemData, add_item, plan_session
from buergerrat.sortition.models import (
    InvitationDraw,
    Invitee,
    Member,
    PanelDraw,
    RegisterExtract,
)
from tests.support import frozen_parts

BASE = "/elbtal/buergerraete/ortsmitte-2035/sitzungen"
ONE = f"{BASE}/1"
DISTRICTS = ("Kernstadt", "Niederau", "Hohenfels", "Weinberg")
BANDS = ("16-29", "30-44", "45-64", "65+")


def make_members(assembly: Assembly, count: int) -> list[Member]:
    """Accepted members of varied sex, age and district; names are made up."""
    with writing():
        extract = RegisterExtract(assembly_id=assembly.id, number=1)
        db.session.add(extract)
        db.session.flush()
        draw = InvitationDraw(
            assembly_id=assembly.id, number=1, extract_id=extract.id, letters_total=count
        )
        panel = PanelDraw(
            assembly_id=assembly.id,
            number=1,
            frozen=frozen_parts(),
            frozen_at=utcnow(),
            frozen_hash="0" * 64,
        )
        db.session.add_all([draw, panel])
        db.session.flush()
        members = []
        for n in range(count):
            invitee = Invitee(
                assembly_id=assembly.id,
                draw_id=draw.id,
                row_id=f"row-{n}",
                ticket=f"{n:064d}",
                sex=("female", "male")[n % 2],
                age_band=BANDS[n % 4],
                district=DISTRICTS[(n // 2) % 4],
                first_name=f"Vorname{n:02d}",
                last_name=f"Nachname{n:02d}",
            )
            db.session.add(invitee)
            db.session.flush()
            member = Member(
                assembly_id=assembly.id,
                invitee_id=invitee.id,
                panel_draw_id=panel.id,
                losnummer=f"{n + 1:03d}",
                state="accepted",
            )
            db.session.add(member)
            members.append(member)
    return members


@pytest.fixture
def members(assembly: Assembly) -> list[Member]:
    return make_members(assembly, 12)


@pytest.fixture
def session(assembly: Assembly) -> AssemblySession:
    """Today's session: arrival at 9, tables from 9.15 to 10.15, lunch."""
    with writing():
        made = plan_session(assembly, "Sitzung 1", local(utcnow()).date(), "Kulturhalle")
        add_item(made, ItemData("Ankommen", "plenary", 15, dt.time(9)))
        add_item(made, ItemData("Runde 1", "table_work", 60, method="World-Café", room="Saal"))
        add_item(made, ItemData("Mittag", "break", 45, is_public=True))
    return made
