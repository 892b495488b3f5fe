"""Found a Bürgerrat, change its mandate, show it to the public."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import asdict, dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.accounts.models import Municipality
from buergerrat.assemblies import locks
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.schedule import ACCEPT_DAYS
from buergerrat.crypto import make_assembly_key
from buergerrat.db import db, utcnow
from buergerrat.web import Conflict

PROMISES = ("answer_promised_by", "retention_until")  # days the public was promised
_SPELT = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}


@dataclass(frozen=True)
class Mandate:
    """What the council has decided and the town plans; fields as in `Assembly`."""

    title: str
    guiding_question: str
    legal_basis: str
    resolution_number: str
    resolution_date: dt.date
    seats: int
    reference_date: dt.date
    letters_on: dt.date
    reply_deadline: dt.date
    lottery_at: dt.datetime
    first_session_on: dt.date
    last_session_on: dt.date
    handover_on: dt.date
    answer_promised_by: dt.date
    retention_until: dt.date
    reserve: int = 0
    min_age: int = 16
    age_bounds: str = "16,30,45,65"
    lottery_place: str = ""
    session_place: str = ""
    session_note: str = ""
    allowance: str = ""
    slug: str = ""
    land: str = ""
    door_visits: bool = False
    notice_on: dt.date | None = None
    extract_on: dt.date | None = None
    reminder_on: dt.date | None = None
    accept_days: int = ACCEPT_DAYS
    replacements_until: dt.date | None = None


def slug_of(title: str) -> str:
    """`Bürgerrat: Ortsmitte 2035!` → `buergerrat-ortsmitte-2035`; at most 50 characters."""
    text = title.lower().translate(_SPELT)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:50].strip("-") or "buergerrat"


def reserved_words() -> set[str]:
    """Second and third parts of addresses that are pages of their own: no Bürgerrat is called so."""
    words = set()
    for rule in current_app.url_map.iter_rules():
        parts = rule.rule.split("/")
        if parts[1:2] == ["<town>"]:
            words |= {part for part in parts[2:4] if part and "<" not in part}
    return words


def free_slug(town: Municipality, title: str, wanted: str = "", own_id: int | None = None) -> str:
    """The wanted address, or one made of the title; numbered when it is taken."""
    base = slug_of(wanted or title)
    taken = reserved_words() | set(
        db.session.scalars(
            select(Assembly.slug).where(
                Assembly.municipality_id == town.id, Assembly.id != (own_id or 0)
            )
        )
    )
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def found(town: Municipality, mandate: Mandate, user_id: int | None = None) -> Assembly:
    """A new Bürgerrat with a key of its own."""
    values = asdict(mandate)
    values["slug"] = free_slug(town, mandate.title, mandate.slug)
    assembly = Assembly(municipality_id=town.id, municipality=town, **values)
    db.session.add(assembly)
    db.session.flush()
    make_assembly_key(assembly.id)
    audit.log(
        "found",
        "assembly",
        assembly.id,
        assembly_id=assembly.id,
        municipality_id=town.id,
        user=user_id,
    )
    return assembly


def change(assembly: Assembly, mandate: Mandate, user_id: int | None = None) -> list[str]:
    """Take over what changed; returns the names of the fields. What is fixed stays (Conflict)."""
    values = asdict(mandate)
    fixed = locks.locked(assembly)
    values["slug"] = (
        assembly.slug
        if "slug" in fixed
        else free_slug(assembly.municipality, mandate.title, mandate.slug, assembly.id)
    )
    changed = [name for name, value in values.items() if getattr(assembly, name) != value]
    moved = {
        name: [getattr(assembly, name).isoformat(), values[name].isoformat()]
        for name in PROMISES
        if name in changed
    }
    if (
        fixed
        and "retention_until" in changed
        and values["retention_until"] > assembly.retention_until
    ):
        raise Conflict(
            _("Der Tag, an dem gelöscht wird, ist zugesagt. Er lässt sich nur noch vorziehen.")
        )
    for name in changed:
        if name in fixed:
            raise Conflict(fixed[name])
        setattr(assembly, name, values[name])
    if changed:
        audit.log(
            "change",
            "assembly",
            assembly.id,
            assembly_id=assembly.id,
            municipality_id=assembly.municipality_id,
            fields=changed,
            moved=moved,
            user=user_id,
        )
    db.session.flush()
    return changed


def publish(assembly: Assembly, visible: bool, user_id: int | None = None) -> None:
    """Switch the public page on or off. Once something public rests on it, it stays on."""
    if visible == (assembly.published_at is not None):
        return
    if not visible and set(locks.locked(assembly)) - {"slug"}:
        raise Conflict(
            _(
                "Die Seite bleibt öffentlich: Dort steht die Prüfsumme, an der jeder die Losung "
                "prüfen kann."
            )
        )
    assembly.published_at = utcnow() if visible else None
    audit.log(
        "publish" if visible else "unpublish",
        "assembly",
        assembly.id,
        assembly_id=assembly.id,
        municipality_id=assembly.municipality_id,
        user=user_id,
    )
    db.session.flush()
