"""The draw record (Losprotokoll) of both draws: files whose bytes follow from the draw alone.

The public record holds no features; the full record opens the commitments to them. What
each file holds is described in docs/losprotokoll.md; `verify.py` checks it.
"""

import csv
import hashlib
import hmac
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from unicodedata import normalize

from .commitment import (
    Commitment,
    PanelCommitment,
    SeedKind,
    canonical_json,
    derive_seed,
    normalise,
)
from .panels import Lottery, composition, label
from .pool import Person, Quota
from .replacements import Event, order, replacement_seed
from .tickets import ticket

FORMAT = "buergerrat-losprotokoll/1"
SUMS = "SHA256SUMS"
SALT_LABEL = b"buergerrat/salz/1\0"
HOME_LABEL = b"buergerrat/wohnung/1\0"


@dataclass(frozen=True)
class Entrant:
    """Somebody in the pool under their Losnummer; the commitment hides features and salt."""

    number: str
    person_id: str
    salt: str
    commitment: str
    features: Mapping[str, str]
    household: str

    def person(self) -> Person:
        """Return the person as the lottery sees them."""
        return Person(self.number, self.features, self.household or None)


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
    """The second draw: from the pool to the panel; `digits` is None until they are drawn."""

    commitment: PanelCommitment
    seed: SeedUse
    entrants: tuple[Entrant, ...]
    quotas: tuple[Quota, ...]
    lottery: Lottery
    digits: str | None
    events: tuple[Event, ...]


@dataclass(frozen=True)
class DrawRecord:
    """Everything that a record is written from; `audit_head` is the log's newest hash."""

    assembly: str
    software: str
    audit_head: str
    invitation: InvitationDraw | None
    panel: PanelDraw | None


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def entrants(people: Sequence[Person], salt_key: bytes) -> tuple[Entrant, ...]:
    """Give everybody a Losnummer: 001, 002, … in the order of the salted commitments.

    The order says nothing about names, ids or features, and hangs on no seed.
    """
    found = []
    for person in people:
        features = {
            normalize("NFC", name): normalize("NFC", value)
            for name, value in person.features.items()
            if value
        }
        salt = hmac.digest(salt_key, SALT_LABEL + person.id.encode(), "sha256").hex()
        household = "" if person.household is None else _home(salt_key, person.household)
        opened = {"features": features, "household": household, "salt": salt}
        found.append((sha256(canonical_json(opened)), salt, household, features, person.id))
    width = max(3, len(str(len(found))))
    return tuple(
        Entrant(f"{place:0{width}d}", person_id, salt, commitment, features, household)
        for place, (commitment, salt, household, features, person_id) in enumerate(
            sorted(found, key=lambda item: item[0]), start=1
        )
    )


def _home(salt_key: bytes, household: str) -> str:
    return "h" + hmac.digest(salt_key, HOME_LABEL + household.encode(), "sha256").hex()[:16]


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def people_csv(people: Sequence[Entrant]) -> bytes:
    """Losnummer and commitment of everybody in the pool."""
    return _csv(["id", "commitment"], [(one.number, one.commitment) for one in people])


def features_csv(people: Sequence[Entrant]) -> bytes:
    """What the commitments hide; full record only."""
    names = sorted({name for one in people for name in one.features})
    rows = [
        (one.number, one.salt, one.household, *(one.features.get(name, "") for name in names))
        for one in people
    ]
    return _csv(["id", "salt", "household", *names], rows)


def quotas_csv(quotas: Sequence[Quota], people: Sequence[Entrant]) -> bytes:
    """The quotas, and how many people of the pool count in each."""
    persons = [one.person() for one in people]
    counts = composition(persons, quotas, [one.id for one in persons])
    rows = [
        (quota.feature, quota.value, quota.min, quota.max, count)
        for quota, count in zip(quotas, counts, strict=True)
    ]
    return _csv(["feature", "value", "min", "max", "pool"], rows)


def panels_csv(panels: Sequence[Sequence[str]]) -> bytes:
    """The list: number of the panel and the Losnummern on it."""
    header = ["panel", *(f"seat_{seat}" for seat in range(1, len(panels[0]) + 1))]
    rows = [(label(number, len(panels)), *ids) for number, ids in enumerate(panels)]
    return _csv(header, rows)


def decimal(count: int, panels: int) -> str:
    """Return count / panels with six digits, rounded half up, by whole numbers."""
    millionths = (2 * count * 10**6 + panels) // (2 * panels)
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"


def chances_csv(lottery: Lottery) -> bytes:
    """On how many panels everybody is, and their chance."""
    total = len(lottery.panels)
    rows = [(one, count, decimal(count, total)) for one, count in sorted(lottery.counts.items())]
    return _csv(["id", "panels", "chance"], rows)


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
    return _csv(["wave", "draw_id", "stratum", "rank", "row_id", "ticket", "path"], rows)


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


def _pick_json(draw: PanelDraw, seed: bytes, listed: bytes) -> dict[str, object] | None:
    if draw.digits is None:
        return None
    number = draw.lottery.pick(draw.digits)
    panel = draw.lottery.panel(number)
    people = [one.person() for one in draw.entrants]
    turn = order([one.id for one in people], replacement_seed(seed, sha256(listed), draw.digits))
    return {
        "digits": draw.digits,
        "panel": list(panel),
        "composition": list(composition(people, draw.quotas, panel)),
        "order": list(turn),
        "events": [
            {
                "left": list(event.left),
                "declined": list(event.declined),
                "seated": event.seated,
                "broken": list(event.broken),
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
        "panels.csv": panels_csv(lottery.panels),
        "chances.csv": chances_csv(lottery),
    }
    if full:
        files["features.csv"] = features_csv(draw.entrants)
    summary: dict[str, object] = {
        "commitment": draw.commitment.checksum,
        "seed": shown,
        "lowest": str(lottery.lowest),
        "bound": str(lottery.bound),
        "deviation": str(lottery.deviation),
        "attained": lottery.attained,
        "excluded": list(lottery.excluded),
        "certificate": _certificate_json(draw, full),
        "pick": _pick_json(draw, seed, files["panels.csv"]),
    }
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
