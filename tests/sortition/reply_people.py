"""Invitees for the tests of replies: a drawn extract, people with codes."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import codes
from buergerrat.sortition.models import InvitationDraw, Invitee, RegisterExtract
from buergerrat.sortition.services.replies import code_digest

SURNAMES = ("Öztürk", "Sommer", "Müßler", "Krüger", "Lindner", "Winter", "Abel", "Zander")
DISTRICTS = ("Kernstadt", "Niederau", "Hohenfels", "Weinberg")
BANDS = ("16-29", "30-44", "45-64", "65+")


@dataclass(frozen=True)
class Person:
    uid: str
    code: str
    name: str


def invite(assembly: Assembly, count: int, **values: Any) -> list[Person]:
    """`count` invitees with codes, behind a drawn extract of 1,000 people."""
    with writing():
        draw = db.session.query(InvitationDraw).filter_by(assembly_id=assembly.id).first()
        if draw is None:
            draw = _drawn(assembly, count)
        return [_person(assembly, draw, number, **values) for number in range(count)]


def _drawn(assembly: Assembly, count: int) -> InvitationDraw:
    strata = [
        {"sex": sex, "age_band": band, "district": district, "people": 1000 // 32}
        for sex in ("female", "male")
        for band in BANDS
        for district in DISTRICTS
    ]
    extract = RegisterExtract(assembly_id=assembly.id, number=1, state="drawn", strata=strata)
    db.session.add(extract)
    db.session.flush()
    draw = InvitationDraw(
        assembly_id=assembly.id,
        number=1,
        extract_id=extract.id,
        state="drawn",
        letters_total=count,
        response_rate=0.1,
        drawn_at=utcnow() - dt.timedelta(days=30),
    )
    db.session.add(draw)
    db.session.flush()
    return draw


def _person(assembly: Assembly, draw: InvitationDraw, number: int, **values: Any) -> Person:
    code = codes.new_code(secrets.token_bytes(codes.ENTROPY_BYTES))
    row = Invitee(assembly_id=assembly.id, draw_id=draw.id, row_id=secrets.token_hex(16))
    row.ticket = secrets.token_hex(32)
    row.sex = ("female", "male")[number % 2]
    row.age_band, row.district = BANDS[number % 4], DISTRICTS[number // 4 % 4]
    row.first_name = values.get("first_name", f"Vorname{number}")
    row.last_name = values.get("last_name", SURNAMES[number % len(SURNAMES)])
    row.street = values.get("street", f"Lindenweg {number + 1}")
    row.postcode, row.place = "01234", "Elbtal"
    row.code, row.code_hash = code, code_digest(assembly.id, code)
    row.state = values.get("state", "invited")
    db.session.add(row)
    db.session.flush()
    return Person(row.uid, code, row.full_name)
