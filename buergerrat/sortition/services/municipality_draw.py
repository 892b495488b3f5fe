"""Stage zero: the list of municipalities, its plan, commitment, seed and draw; and refusals."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.config import SOFTWARE
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, longdate
from buergerrat.sortition import municipality_list, municipality_record
from buergerrat.sortition.commitment import (
    SeedError,
    SeedKind,
    SeedProcedure,
    canonical_json,
    derive_seed,
    normalise,
)
from buergerrat.sortition.models import MunicipalityDraw
from buergerrat.sortition.municipalities import (
    DrawError,
    Drawn,
    Plan,
    Share,
    Town,
    cells,
    chances,
    draw,
    replace,
)
from buergerrat.sortition.services.draw import PUBLIC_KINDS, check_time
from buergerrat.web import Conflict

TRANSITIONS = {("planned", "committed"), ("committed", "seeded"), ("seeded", "drawn")}
PLACES, LETTERS = 16, 200  # what a new plan starts with


def walk(row: MunicipalityDraw, state: str, **detail: Any) -> None:
    """Change the state and log it. Raises ValueError for a step there is not."""
    if (row.state, state) not in TRANSITIONS:
        raise ValueError(f"{row.state} → {state}")
    row.state = state
    _log(f"municipalities_{state}", row, **detail)


def _log(action: str, row: MunicipalityDraw, **detail: Any) -> None:
    audit.log(action, "municipality_draw", row.number, assembly_id=row.assembly_id, **detail)


def current(assembly: Assembly) -> MunicipalityDraw | None:
    """The newest of the assembly; there is one, unless a list was read a second time."""
    return db.session.scalar(
        select(MunicipalityDraw)
        .where(MunicipalityDraw.assembly_id == assembly.id)
        .order_by(MunicipalityDraw.number.desc())
        .limit(1)
    )


def read_list(
    assembly: Assembly, data: bytes, source: str, starts_with: str = "", user_id: int | None = None
) -> MunicipalityDraw:
    """Take the list in; a list that is not committed is replaced. Raises DrawError, Conflict."""
    row = current(assembly)
    if row is not None and row.state != "planned":
        raise Conflict(_("Die Liste ist schon festgeschrieben."))
    listing = municipality_list.read(data, starts_with)
    if row is None:
        row = MunicipalityDraw(
            assembly_id=assembly.id, number=next_number(MunicipalityDraw, assembly.id)
        )
        db.session.add(row)
    row.source, row.source_sha256 = source, listing.sha256
    row.frame = [asdict(town) for town in listing.towns]
    level = _level(listing)
    row.plan = {
        **asdict(Plan(min(PLACES, len(listing.towns)), LETTERS)),
        "level": level,
        "names": {key: listing.names[key] for key in listing.names},
        "title": listing.title,
        "empty": listing.empty,
    }
    db.session.flush()
    _log("upload", row, towns=len(listing.towns), user=user_id)
    return row


def _level(listing: municipality_list.Listing) -> int:
    """The finest region that still leaves several towns in each: Land, then Kreis."""
    if not listing.names:
        return 0
    keys = {town.ags[:2] for town in listing.towns}
    return 2 if len(keys) > 1 else 5 if len(listing.towns) > 200 else 3


def plan_of(row: MunicipalityDraw) -> Plan:
    return municipality_record.plan_of(row.plan)


def towns_of(row: MunicipalityDraw, level: int | None = None) -> tuple[Town, ...]:
    """The towns of the list with the regions of the plan, or of another level."""
    towns = tuple(Town(**one) for one in row.frame)
    listing = municipality_list.Listing(towns, row.plan.get("names", {}))
    return municipality_list.with_regions(listing, row.plan["level"] if level is None else level)


def save_plan(row: MunicipalityDraw, plan: Plan, level: int, user_id: int | None = None) -> None:
    """Keep the plan. Raises DrawError where it cannot be met, Conflict once it is committed."""
    if row.state != "planned":
        raise Conflict(_("Dieser Plan ist schon festgeschrieben."))
    cells(towns_of(row, level), plan)
    row.plan = {**row.plan, **asdict(plan), "bounds": list(plan.bounds), "level": level}
    db.session.flush()
    _log("plan", row, places=plan.places, letters=plan.letters, user=user_id)


def draw_id(assembly: Assembly, row: MunicipalityDraw) -> str:
    return f"{assembly.municipality.slug}/{assembly.slug}/gemeinden-{row.number}"


def commit(
    assembly: Assembly, row: MunicipalityDraw, seed: SeedProcedure, user_id: int | None = None
) -> str:
    """Fix list, plan and source of the seed; returns the Prüfsumme, public from now on."""
    if row.state != "planned":
        raise Conflict(_("Dieser Plan ist schon festgeschrieben."))
    if seed.kind not in PUBLIC_KINDS:
        raise Conflict(_("Der Startwert muss aus einer öffentlichen Quelle kommen."))
    if assembly.published_at is None:
        raise Conflict(
            _(
                "Die öffentliche Seite ist noch nicht freigeschaltet. Eine Prüfsumme zählt erst, "
                "wenn alle sie sehen können."
            )
        )
    towns, plan = towns_of(row), plan_of(row)
    cells(towns, plan)
    fixed = municipality_record.MunicipalityCommitment(
        assembly=f"{assembly.municipality.name}: {assembly.title}",
        draw_id=draw_id(assembly, row),
        source=row.source,
        list_sha256=municipality_record.list_hash(towns),
        towns=len(towns),
        people=sum(town.people for town in towns),
        plan=plan,
        seed=seed,
        software=SOFTWARE,
    )
    row.seed_kind, row.seed_source = seed.kind.value, seed.event
    row.seed_due, row.seed_fallback = dt.date.fromisoformat(seed.date), seed.fallback
    row.commitment, row.commitment_hash = fixed.to_json().decode(), fixed.checksum
    row.committed_at = utcnow()
    walk(row, "committed", checksum=fixed.checksum, user=user_id)
    db.session.flush()
    return fixed.checksum


def enter_seed(row: MunicipalityDraw, value: str, on: dt.date, user_id: int | None = None) -> None:
    """Take the public value and draw at once. Raises SeedError, Conflict."""
    if row.state != "committed" or row.committed_at is None:
        raise Conflict(
            _("Der Startwert steht schon fest, oder es ist noch nichts festgeschrieben.")
        )
    kind = SeedKind(row.seed_kind)
    public = normalise(kind, value)
    check_time(row.committed_at, kind, public, on)
    if row.seed_due is not None and on < row.seed_due:
        raise SeedError(
            _(
                "Angekündigt ist der %(day)s. Ein Wert von einem früheren Tag zählt nicht, sonst "
                "könnte ihn jemand aussuchen.",
                day=longdate(row.seed_due),
            )
        )
    seed = derive_seed(str(row.commitment_hash), kind, public, rehearsal=False)
    row.seed_value, row.seed_on, row.seed = public, on, seed.hex()
    walk(row, "seeded", kind=kind.value, value=public, on=on.isoformat(), user=user_id)
    towns, plan = towns_of(row), plan_of(row)
    drawn = draw(towns, plan, seed, _fixed_id(row))
    row.result = {
        **municipality_record.result_of(drawn),
        "refusals": [],
        "home": None,
        "known": _known(drawn, towns, plan),
    }
    row.drawn_at = utcnow()
    walk(row, "drawn", towns=len(drawn.towns), user=user_id)
    db.session.flush()


def _known(drawn: Drawn, towns: tuple[Town, ...], plan: Plan) -> dict[str, dict[str, Any]]:
    """Key → name, region, people, chance as 1 in `odds`, of all who take part or may come in."""
    keys = {share.ags for share in drawn.towns}
    keys |= {key for groups in drawn.spare.values() for group in groups for key in group}
    return {
        one.town.ags: {
            "name": one.town.name,
            "region": one.town.region,
            "people": one.town.people,
            "odds": round(1 / one.letter) if one.letter else 0,
        }
        for one in chances(towns, plan)
        if one.town.ags in keys
    }


def _fixed_id(row: MunicipalityDraw) -> str:
    return str(json.loads(str(row.commitment))["draw_id"])


def drawn_of(row: MunicipalityDraw) -> Drawn:
    return Drawn(
        tuple(Share(**share) for share in row.result["towns"]),
        {cell: tuple(map(tuple, groups)) for cell, groups in row.result["spare"].items()},
    )


def letters_of(row: MunicipalityDraw) -> dict[str, int]:
    """Key → letters of every town that takes part today: drawn, or came in for another."""
    found = {share["ags"]: share["letters"] for share in row.result["towns"]}
    for refusal in row.result["refusals"]:
        found.pop(refusal["ags"], None)
        found |= {one["ags"]: one["letters"] for one in refusal["came"]}
    return found


def refuse(row: MunicipalityDraw, ags: str, reason: str, user_id: int | None = None) -> list[str]:
    """A town does not take part: who comes in instead, by the order of the record; their names."""
    if row.state != "drawn":
        raise Conflict(_("Es ist noch nicht gelost."))
    here = letters_of(row)
    if ags not in here:
        raise Conflict(_("Diese Gemeinde nimmt nicht teil."))
    refusals = list(row.result["refusals"])
    used = {share["ags"] for share in row.result["towns"]}
    used |= {one["ags"] for refusal in refusals for one in refusal["came"]}
    towns = towns_of(row)
    came, unplaced = replace(_with(drawn_of(row), refusals), towns, plan_of(row), ags, used)
    refusals.append(
        {
            "ags": ags,
            "reason": reason,
            "on": utcnow().astimezone(BERLIN).date().isoformat(),
            "came": [asdict(share) for share in came],
            "open": unplaced,
        }
    )
    row.result = {**row.result, "refusals": refusals}
    db.session.flush()
    keys = [share.ags for share in came]
    _log("municipality_refused", row, ags=ags, came=keys, reason=reason, user=user_id)
    return [row.result["known"][key]["name"] for key in keys]


def _with(drawn: Drawn, refusals: list[dict[str, Any]]) -> Drawn:
    """The draw with those who came in, who may refuse as well."""
    came = tuple(Share(**one) for refusal in refusals for one in refusal["came"])
    return Drawn(drawn.towns + came, drawn.spare)


def announce_home(row: MunicipalityDraw, seed: SeedProcedure, user_id: int | None = None) -> None:
    """Name the one public event from which all towns take the seed of their draws at home."""
    if row.state != "drawn":
        raise Conflict(_("Es ist noch nicht gelost."))
    if row.result.get("home"):
        raise Conflict(_("Der gemeinsame Startwert ist schon angekündigt."))
    row.result = {**row.result, "home": {**asdict(seed), "kind": seed.kind.value}}
    db.session.flush()
    _log("municipalities_home_seed", row, event=seed.event, due=seed.date, user=user_id)


def record(row: MunicipalityDraw) -> bytes:
    """The public record as canonical JSON, for `buergerrat verify`."""
    if row.state != "drawn":
        raise Conflict(_("Es ist noch nicht gelost."))
    fixed = json.loads(str(row.commitment))
    made = municipality_record.record(
        fixed, towns_of(row), row.seed_kind, row.seed_value, row.result, row.result["refusals"]
    )
    return canonical_json(made)


def order(assembly: Assembly, row: MunicipalityDraw, ags: str) -> dict[str, Any]:
    """What one town needs to draw at home. Raises Conflict before the common seed is announced."""
    here = letters_of(row)
    if ags not in here:
        raise Conflict(_("Diese Gemeinde nimmt nicht teil."))
    if not row.result.get("home"):
        raise Conflict(_("Kündigen Sie zuerst den gemeinsamen Startwert an."))
    return {
        "format": "buergerrat/auftrag/1",
        "assembly": f"{assembly.municipality.name}: {assembly.title}",
        "question": assembly.guiding_question,
        "draw": draw_id(assembly, row),
        "checksum": row.commitment_hash,
        "ags": ags,
        "name": row.result["known"][ags]["name"],
        "letters": here[ags],
        "min_age": assembly.min_age,
        "age_bounds": assembly.age_bounds,
        "reference_date": assembly.reference_date.isoformat(),
        "reply_deadline": assembly.reply_deadline.isoformat(),
        "seed": row.result["home"],
    }


ORDER_FIELDS = {
    "assembly": str,
    "name": str,
    "letters": int,
    "min_age": int,
    "age_bounds": str,
    "reference_date": str,
    "reply_deadline": str,
    "seed": dict,
}


def read_order(data: bytes) -> dict[str, Any]:
    """An order as `order` writes it; raises DrawError."""
    try:
        given = json.loads(data)
        fits = given["format"] == "buergerrat/auftrag/1" and all(
            isinstance(given[name], kind) for name, kind in ORDER_FIELDS.items()
        )
        dt.date.fromisoformat(given["seed"]["date"])
        texts = [given["seed"][name] for name in ("kind", "event", "fallback")]
        dt.date.fromisoformat(given["reference_date"])
        dt.date.fromisoformat(given["reply_deadline"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DrawError(_("Das ist kein Auftrag einer Gemeindelosung.")) from error
    if not fits or not all(isinstance(text, str) for text in texts):
        raise DrawError(_("Das ist kein Auftrag einer Gemeindelosung."))
    found: dict[str, Any] = given
    return found
