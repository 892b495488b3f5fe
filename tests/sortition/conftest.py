"""A Lostopf of invented people, without the way through register and letters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import codes
from buergerrat.sortition.commitment import (
    Commitment,
    SeedKind,
    SeedProcedure,
    StratumPlan,
    derive_seed,
)
from buergerrat.sortition.models import InvitationDraw, Invitee, RegisterExtract
from buergerrat.sortition.services import replies

DICE = "47190382655177092483"
DISTRICTS = ("Hohenfels", "Kernstadt", "Niederau", "Weinberg")
BANDS = ("16-29", "30-44", "45-64", "65+")
SCHOOLS = ("upper", "secondary", "lower", "upper", "not_said")


def _extract(assembly: Assembly) -> RegisterExtract:
    strata = [
        {"sex": sex, "age_band": band, "district": district, "people": 400}
        for sex in ("female", "male")
        for band in BANDS
        for district in DISTRICTS
    ]
    extract = RegisterExtract(
        assembly_id=assembly.id,
        number=1,
        state="drawn",
        rows=13000,
        eligible=12800,
        strata=strata,
        merkle_root="0" * 64,
        encoding="cp1252",
        separator=";",
        columns={},
        dropped_columns=[],
        warnings=[],
        refused={"under_age": 200},
    )
    db.session.add(extract)
    db.session.flush()
    return extract


def _draw(assembly: Assembly, extract: RegisterExtract) -> InvitationDraw:
    """A draw whose record part is empty of rows: enough for what rests on it."""
    procedure = SeedProcedure(SeedKind.DICE, "Würfel im Ratssaal", "2026-09-14", "")
    plan = StratumPlan("female|16-29|Kernstadt", 12800, 0)
    commitment = Commitment(
        assembly="Stadt Elbtal: Ortsmitte 2035",
        draw_id="einladung-1",
        reference_date="2026-09-01",
        rules=(),
        row_fields=("first_name",),
        household_rule=True,
        strata=(plan,),
        refused=(),
        merkle_root="0" * 64,
        seed=procedure,
        software="test",
    )
    draw = InvitationDraw(
        assembly_id=assembly.id,
        number=1,
        extract_id=extract.id,
        state="drawn",
        letters_total=60,
        letters=[],
        commitment=commitment.to_json().decode(),
        commitment_hash=commitment.checksum,
        committed_at=utcnow(),
        seed_kind="dice",
        seed_source="Würfel im Ratssaal",
        seed_value=DICE,
        seed=derive_seed(commitment.checksum, "dice", DICE, False).hex(),
        seeded_at=utcnow(),
        drawn_at=utcnow(),
        tickets=[],
    )
    db.session.add(draw)
    db.session.flush()
    return draw


@pytest.fixture
def fill_pool() -> Callable[[Assembly, int], list[Invitee]]:
    """Invite `count` people of mixed features; all of them say yes."""

    def fill(assembly: Assembly, count: int = 40) -> list[Invitee]:
        with writing():
            extract = _extract(assembly)
            draw = _draw(assembly, extract)
            made = []
            for number in range(count):
                code = codes.new_code(hashlib.sha512(str(number).encode()).digest())
                invitee = Invitee(
                    assembly_id=assembly.id,
                    draw_id=draw.id,
                    row_id=f"{number:064x}",
                    ticket=f"{number:064x}",
                    sex=("female", "male")[number % 2],
                    age_band=BANDS[number // 2 % 4],
                    district=DISTRICTS[number // 3 % 4],
                    household=f"home-{number}",
                    code_hash=codes.code_digest(code, derived_key(assembly.id, "codes")),
                    first_name=f"Vorname{number}",
                    last_name=f"Nachname{number}",
                    street="Markt 1",
                    postcode="01234",
                    place="Elbtal",
                    code=code,
                )
                db.session.add(invitee)
                db.session.flush()
                answer = replies.Answer(
                    "yes", {"education": SCHOOLS[number % 5], "migration_history": "no"}
                )
                replies.save(assembly, invitee, answer, source="card")
                made.append(invitee)
        return made

    return fill
