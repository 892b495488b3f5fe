"""The draw record (Losprotokoll) of both draws: files whose bytes follow from the draw alone.

The public record holds no features and only sealed seats; the full record opens both. What
each file holds is described in docs/losprotokoll.md; `verify.py` checks it.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .commitment import (
    Commitment,
    PanelCommitment,
    SeedKind,
    canonical_json,
    derive_seed,
    normalise,
    pick_number,
)
from .losnummern import Entrant, entrants, mark, opening, sha256
from .panels import Lottery, composition, label
from .pool import Quota
from .record_tables import (
    chances_csv,
    counts_csv,
    features_csv,
    marks_csv,
    panels_csv,
    people_csv,
    quotas_csv,
    table,
)
from .replacements import Event, order, replacement_seed
from .tickets import ticket

__all__ = [
    "Entrant",
    "entrants",
    "mark",
    "marks_csv",
    "opening",
    "panels_csv",
    "people_csv",
    "quotas_csv",
    "sha256",
]

FORMAT = "buergerrat-losprotokoll/2"
SUMS = "SHA256SUMS"
UNNAMED = "eine Quote oder die Haushaltsregel"


@dataclass(frozen=True)
class SeedUse:
    """What the public source gave, as it was typed in."""

    kind: SeedKind
    value: str
    rehearsal: bool


@dataclass(frozen=True)
class Wave:
    """One draw of letters: asked for and drawn per stratum, and proofs for the rows drawn."""

    draw_id: str
    letters: Mapping[str, int]
    drawn: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class InvitationDraw:
    """The first draw: from the register to the letters, in one or more waves."""

    commitment: Commitment
    seed: SeedUse
    waves: tuple[Wave, ...]


@dataclass(frozen=True)
class PanelDraw:
    """The second draw: from the pool to the panel; `digits` is None until they are drawn.

    `source`: the public source that gave the digits; None when they were drawn by hand.
    """

    commitment: PanelCommitment
    seed: SeedUse
    entrants: tuple[Entrant, ...]
    quotas: tuple[Quota, ...]
    lottery: Lottery
    digits: str | None
    events: tuple[Event, ...]
    source: SeedUse | None = None


@dataclass(frozen=True)
class DrawRecord:
    """Everything that a record is written from; `audit_head` is the log's newest hash."""

    assembly: str
    software: str
    audit_head: str
    invitation: InvitationDraw | None
    panel: PanelDraw | None


def _tickets_csv(draw: InvitationDraw, seed: bytes) -> bytes:
    rows = [
        (
            *(number, wave.draw_id, stratum, rank, row, ticket(seed, wave.draw_id, row).hex()),
            " ".join(wave.paths.get(row, ())),
        )
        for number, wave in enumerate(draw.waves, start=1)
        for stratum in sorted(wave.drawn)
        for rank, row in enumerate(wave.drawn[stratum], start=1)
    ]
    return table(["wave", "draw_id", "stratum", "rank", "row_id", "ticket", "path"], rows)


def _seed_json(use: SeedUse, checksum: str) -> tuple[bytes, dict[str, object]]:
    seed = derive_seed(checksum, use.kind, use.value, use.rehearsal)
    shown: dict[str, object] = {
        "kind": use.kind.value,
        "value": normalise(use.kind, use.value),
        "rehearsal": use.rehearsal,
        "seed": seed.hex(),
    }
    return seed, shown


def _certificate_json(draw: PanelDraw, full: bool) -> dict[str, object]:
    """The certificate; the public record sums up the households instead of listing them."""
    proof = draw.lottery.certificate
    homes = {name.removeprefix("\0"): value for name, value in proof.households.items()}
    counted = [one for one in draw.entrants if one.number not in draw.lottery.excluded]
    people = sum((homes.get(e.household or e.number, Fraction(0)) for e in counted), Fraction(0))
    shown: dict[str, object] = {
        "seats": str(proof.seats),
        "minimum": [str(value) for value in proof.minimum],
        "maximum": [str(value) for value in proof.maximum],
        "households_right": str(sum(homes.values(), Fraction(0))),
        "households_total": str(people),
        "right": str(proof.right),
        "total": str(proof.total),
        "bound": str(proof.bound),
    }
    if full:
        shown["households"] = {name: str(value) for name, value in homes.items()}
    return shown


def _source_json(draw: PanelDraw, seed: bytes, marks_sha256: str) -> dict[str, str] | None:
    """The public source that named the list; raises ValueError if it names another one."""
    if draw.source is None:
        return None
    kind, value, total = draw.source.kind, draw.source.value, len(draw.lottery.panels)
    if label(pick_number(seed, marks_sha256, kind, value, total), total) != draw.digits:
        raise ValueError("Die öffentliche Quelle nennt eine andere Liste.")
    return {"kind": kind.value, "value": normalise(kind, value)}


def _broken(event: Event, full: bool) -> list[str]:
    """What a replacement breaks. Named in public, a quota would tell a member's feature."""
    return list(event.broken) if full or not event.broken else [UNNAMED]


def _pick_json(
    draw: PanelDraw, seed: bytes, marks_sha256: str, full: bool
) -> dict[str, object] | None:
    if draw.digits is None:
        return None
    panel = draw.lottery.panel(draw.lottery.pick(draw.digits))
    people = [one.person() for one in draw.entrants]
    salts = {one.number: one.salt for one in draw.entrants}
    turn = order(salts, replacement_seed(seed, marks_sha256, draw.digits))
    return {
        "digits": draw.digits,
        "source": _source_json(draw, seed, marks_sha256),
        "openings": [opening(salts[one], draw.digits) for one in panel],
        "panel": list(panel),
        "composition": list(composition(people, draw.quotas, panel)),
        "order": list(turn),
        "events": [
            {
                "left": list(event.left),
                "declined": list(event.declined),
                "seated": event.seated,
                "broken": _broken(event, full),
            }
            for event in draw.events
        ],
    }


def _panel_files(draw: PanelDraw, full: bool) -> tuple[dict[str, bytes], dict[str, object]]:
    lottery = draw.lottery
    seed, shown = _seed_json(draw.seed, draw.commitment.checksum)
    files = {
        "panel_commitment.json": draw.commitment.to_json(),
        "people.csv": people_csv(draw.entrants),
        "quotas.csv": quotas_csv(draw.quotas, draw.entrants),
        "marks.csv": marks_csv(lottery.panels, draw.entrants),
        "counts.csv": counts_csv(lottery),
    }
    if full:
        files["chances.csv"] = chances_csv(lottery)
        files["panels.csv"] = panels_csv(lottery.panels)
        files["features.csv"] = features_csv(draw.entrants)
    summary: dict[str, object] = {
        "commitment": draw.commitment.checksum,
        "seed": shown,
        "seats": draw.commitment.seats,
        "lowest": str(lottery.lowest),
        "bound": str(lottery.bound),
        "deviation": str(lottery.deviation),
        "attained": lottery.attained,
        "excluded": len(lottery.excluded),
        "certificate": _certificate_json(draw, full),
        "pick": _pick_json(draw, seed, sha256(files["marks.csv"]), full),
    }
    if full:
        summary["excluded_ids"] = sorted(lottery.excluded)
    return files, summary


def record_files(record: DrawRecord, full: bool) -> dict[str, bytes]:
    """Return the files of the record, names and bytes; the same draw gives the same bytes."""
    files: dict[str, bytes] = {}
    about: dict[str, object] = {
        "format": FORMAT,
        "variant": "full" if full else "public",
        "assembly": record.assembly,
        "software": record.software,
        "audit_head": record.audit_head,
        "rehearsal": any(
            draw.seed.rehearsal for draw in (record.invitation, record.panel) if draw is not None
        ),
        "invitation": None,
        "panel": None,
    }
    if record.invitation is not None:
        first = record.invitation
        seed, shown = _seed_json(first.seed, first.commitment.checksum)
        files["commitment.json"] = first.commitment.to_json()
        files["tickets.csv"] = _tickets_csv(first, seed)
        waves = [{"draw_id": wave.draw_id, "letters": dict(wave.letters)} for wave in first.waves]
        about["invitation"] = {
            "commitment": first.commitment.checksum,
            "seed": shown,
            "waves": waves,
        }
    if record.panel is not None:
        more, about["panel"] = _panel_files(record.panel, full)
        files.update(more)
    files["record.json"] = canonical_json(about)
    lines = [f"{sha256(files[name])}  {name}\n" for name in sorted(files)]
    files[SUMS] = "".join(lines).encode()
    return dict(sorted(files.items()))


def checksum(files: Mapping[str, bytes]) -> str:
    """Return the Prüfsumme of a record: the SHA-256 of its SHA256SUMS, which covers the rest."""
    return sha256(files[SUMS])


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder, made if need be; other files in it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a zip with fixed times, stored uncompressed, so that its bytes never differ."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return target.getvalue()
