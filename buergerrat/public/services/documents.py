"""The files of the public page: what there is, and their bytes. None holds personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, url_for
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.recommendations import words
from buergerrat.recommendations.models import ReportFile
from buergerrat.recommendations.services.report import filename
from buergerrat.sessions.services.timetable import public_calendar
from buergerrat.sortition.models import InvitationDraw, PanelDraw
from buergerrat.sortition.services import lottery, records

COMMITMENT = re.compile(r"festschreibung-([0-9]{1,4})\.json")


@dataclass(frozen=True)
class File:
    """Bytes to send. `etag` changes with them."""

    content: bytes
    media_type: str
    filename: str
    etag: str
    inline: bool = False


def find(assembly: Assembly, name: str) -> File | None:
    """The file of this name, None when there is none (yet)."""
    if name == "sitzungen.ics":
        content = public_calendar(assembly)
        return File(content, "text/calendar", f"{assembly.slug}.ics", "")
    if name in ("losprotokoll.zip", "losprotokoll.pdf"):
        return _record(assembly, name)
    if match := COMMITMENT.fullmatch(name):
        return _commitment(assembly, int(match[1]))
    kind = name.removeprefix("gutachten.")
    return _report(assembly, kind) if kind in words.FORMATS and kind != name else None


def _record(assembly: Assembly, name: str) -> File | None:
    draw = lottery.current(assembly)
    if draw is None or draw.state not in ("built", "picked") or not draw.public_record:
        return None
    saved_as = f"{name.split('.')[0]}-{assembly.slug}.{name.split('.')[1]}"
    if name.endswith(".zip"):
        return File(draw.public_record, "application/zip", saved_as, draw.record_hash)
    content = _typeset(
        current_app.extensions["settings"].data.as_posix(), draw.id, draw.record_hash
    )
    return File(content, "application/pdf", saved_as, f"pdf-{draw.record_hash}", inline=True)


@lru_cache(maxsize=16)
def _typeset(_installation: str, draw_id: int, _record_hash: str) -> bytes:
    """Setting takes a third of a second, and everybody may ask: once per record is enough."""
    draw = db.session.get_one(PanelDraw, draw_id)
    # Not the address that was asked for: whoever asks could name any, and all would read it.
    base_url: str = current_app.extensions["settings"].base_url
    return records.pdf(draw, base_url + url_for("verify.show"))


def _commitment(assembly: Assembly, number: int) -> File | None:
    draw = db.session.scalar(
        select(InvitationDraw).where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.number == number,
            InvitationDraw.rehearsal.is_(False),
            InvitationDraw.commitment_hash.is_not(None),
        )
    )
    if draw is None or draw.commitment is None:
        return None
    name = f"festschreibung-{number}.json"
    return File(draw.commitment.encode(), "application/json", name, str(draw.commitment_hash))


def _report(assembly: Assembly, kind: str) -> File | None:
    """Files are kept at the handover only, so what is found is public."""
    row = db.session.scalar(select(ReportFile).filter_by(assembly_id=assembly.id, format=kind))
    if row is None:
        return None
    media_type = words.FORMATS[kind][1]
    return File(row.content, media_type, filename(assembly, kind), row.sha256, kind == "pdf")
