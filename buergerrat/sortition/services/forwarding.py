"""Letters that the registration office posts itself: codes and numbers, nobody's address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import derived_key
from buergerrat.db import db
from buergerrat.sortition.codes import code_digest, new_codes
from buergerrat.sortition.models import Invitee, LetterBatch, RegisterExtract
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import letters
from buergerrat.web import Conflict

MOST = 2000


def suggested(assembly: Assembly) -> int:
    """As many letters as give the blocked the same chance as everybody else, rounded up."""
    draw = draws.last_drawn(assembly)
    if draw is None:
        return 0
    extract = db.session.get_one(RegisterExtract, draw.extract_id)
    blocked = int(extract.refused.get("blocked", 0))
    if not extract.eligible:
        return 0
    return -(-blocked * draw.letters_total // extract.eligible)


def made(assembly: Assembly) -> int:
    """How many codes there are for letters that the office posts."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Invitee)
            .where(Invitee.assembly_id == assembly.id, Invitee.recruitment_path == "forwarded")
        )
        or 0
    )


def make_codes(
    assembly: Assembly, count: int, user_id: int | None = None, languages: Sequence[str] = ()
) -> LetterBatch:
    """Make `count` codes and start making their letters, with a number in the window instead of
    an address. Raises Conflict for a number that cannot be."""
    letters.check_languages("invitation", languages)
    if not 1 <= count <= MOST:
        raise Conflict(
            _("Bitte geben Sie an, wie viele Briefe das Amt verschickt: von 1 bis 2.000.")
        )
    people = [_nobody(assembly, code) for code in new_codes(count, secrets.token_bytes)]
    db.session.add_all(people)
    db.session.flush()
    audit.log("make_codes", "letter_batch", "", assembly_id=assembly.id, user=user_id, count=count)
    return letters.start(
        assembly,
        user_id,
        0,
        languages,
        kind="invitation",
        draw=None,
        wave=None,
        options={"forwarded": True, "to": [one.id for one in people]},
    )


def _nobody(assembly: Assembly, code: str) -> Invitee:
    """Somebody of whom only the code is known, until they answer."""
    row = Invitee(
        assembly_id=assembly.id,
        recruitment_path="forwarded",
        row_id=secrets.token_hex(32),
        ticket=secrets.token_hex(32),
        code_hash=code_digest(code, derived_key(assembly.id, "codes")),
    )
    row.code = code
    return row
