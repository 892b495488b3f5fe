"""The draw of municipalities before its seed and after it, as JSON that anyone can recompute.

The commitment fixes list, plan and source of the seed; its SHA-256 is the Prüfsumme. The record
holds the commitment, the list and the public value; `check` draws again from them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from buergerrat.sortition.commitment import (
    SeedKind,
    SeedProcedure,
    canonical_json,
    derive_seed,
    normalise,
)
from buergerrat.sortition.municipalities import Drawn, Plan, Town, draw

FORMAT = "buergerrat/gemeindelosung/1"
RULES = (
    "Größenklassen mal Regionen; Plätze je Feld nach Einwohnerzahl, Sainte-Laguë.",
    "In jedem Feld systematisch aus der nach Schlüssel geordneten Liste, die Chance proportional "
    "zur Einwohnerzahl, der Anfang aus dem Startwert.",
    "Kleine Gemeinden teilen sich einen Platz, damit nirgends mehr als der genannte Anteil der "
    "Menschen einen Brief bekommt.",
    "Sagt eine Gemeinde ab, kommt die nächste der Reihenfolge ihrer Größenklasse.",
)


@dataclass(frozen=True)
class MunicipalityCommitment:
    """What is fixed before the seed. `list_sha256`: of the canonical list of towns."""

    assembly: str
    draw_id: str
    source: str
    list_sha256: str
    towns: int
    people: int
    plan: Plan
    seed: SeedProcedure
    software: str
    rules: tuple[str, ...] = RULES

    def to_json(self) -> bytes:
        return canonical_json({"format": FORMAT, **asdict(self)})

    @property
    def checksum(self) -> str:
        """The Prüfsumme: SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.to_json()).hexdigest()


def rows_of(towns: Iterable[Town]) -> list[list[Any]]:
    """The canonical list: key, name, region, people, in the order of the keys."""
    ordered = sorted(towns, key=lambda town: town.ags)
    return [[town.ags, town.name, town.region, town.people] for town in ordered]


def list_hash(towns: Iterable[Town]) -> str:
    return hashlib.sha256(canonical_json(rows_of(towns))).hexdigest()


def result_of(drawn: Drawn) -> dict[str, Any]:
    """The draw as JSON: drawn towns with letters, replacements per cell in order."""
    return {
        "towns": [asdict(share) for share in drawn.towns],
        "spare": {cell: [list(group) for group in groups] for cell, groups in drawn.spare.items()},
    }


def record(
    commitment: Mapping[str, Any],
    towns: Iterable[Town],
    kind: str,
    value: str,
    result: Mapping[str, Any],
    refusals: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The public record; `refusals` are told, the check covers the draw itself."""
    return {
        "format": FORMAT,
        "commitment": dict(commitment),
        "list": rows_of(towns),
        "seed": {"kind": kind, "value": value},
        "result": {name: result[name] for name in ("towns", "spare")},
        "refusals": [dict(row) for row in refusals],
    }


def check(given: Mapping[str, Any], expect: str = "") -> list[str]:
    """Draw again; German sentences for what does not fit, none if all does.

    `expect`: the Prüfsumme that was published before the seed.
    """
    try:
        return _check(given, expect)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"Das ist kein vollständiges Protokoll einer Gemeindelosung ({error})."]


def check_text(data: bytes, expect: str = "") -> list[str]:
    """The same for a file."""
    try:
        return check(json.loads(data), expect)
    except (ValueError, RecursionError):
        return ["Die Datei ist kein JSON."]


def _check(given: Mapping[str, Any], expect: str) -> list[str]:
    if given["format"] != FORMAT:
        return [f"Dieses Format ist unbekannt: {given['format']}."]
    fixed = given["commitment"]
    towns = [
        Town(str(ags), str(name), str(region), people)
        for ags, name, region, people in given["list"]
    ]
    checksum = hashlib.sha256(canonical_json(fixed)).hexdigest()
    problems = []
    if expect and checksum != expect.strip().lower():
        problems.append("Die Festschreibung gehört nicht zur veröffentlichten Prüfsumme.")
    if list_hash(towns) != fixed["list_sha256"]:
        problems.append("Die Liste der Gemeinden ist nicht die festgeschriebene.")
    if given["seed"]["kind"] != fixed["seed"]["kind"]:
        problems.append("Der Startwert kommt aus einer anderen Quelle als angekündigt.")
    kind = SeedKind(given["seed"]["kind"])
    seed = derive_seed(checksum, kind, normalise(kind, given["seed"]["value"]), rehearsal=False)
    plan = plan_of(fixed["plan"])
    if result_of(draw(towns, plan, seed, fixed["draw_id"])) != given["result"]:
        problems.append("Aus Liste, Plan und Startwert folgt ein anderes Ergebnis.")
    return problems


def plan_of(data: Mapping[str, Any]) -> Plan:
    """A plan from JSON; raises KeyError or TypeError if it is none."""
    return Plan(
        places=int(data["places"]),
        letters=int(data["letters"]),
        bounds=tuple(int(bound) for bound in data["bounds"]),
        percent=int(data["percent"]),
        one_per_cell=bool(data["one_per_cell"]),
    )
