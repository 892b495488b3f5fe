"""The Losprotokoll to read: what was fixed before, where chance came from, what came out.

Holds Losnummern, never names. The file to check is the JSON record; this one explains it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from buergerrat.german import count, decimal, long_date, moment, per_cent
from buergerrat.typesetting import typeset

DEFAULT_STEPS = (
    "Laden Sie das Losprotokoll als Zip-Datei. Seine Prüfsumme muss die veröffentlichte sein.",
    "Rechnen Sie die Prüfsumme der Festlegung nach. Sie muss dieselbe sein wie die, "
    "die vor der Ziehung veröffentlicht wurde.",
    "Vergleichen Sie den Startwert mit der öffentlichen Quelle.",
    "Öffnen Sie die Platzzeichen der gezogenen Liste. "
    "Sie gehören zu denselben Losnummern wie hier.",
    "Waren Sie im Lostopf? Mit Ihrer eigenen Datei finden Sie jede Liste, auf der Sie stehen.",
    "Oder lassen Sie rechnen: „verify.py“ prüft das Protokoll, auch ohne Internet.",
)


@dataclass(frozen=True)
class QuotaRow:
    """Seats allowed and drawn for one value; `population` in per cent (0 to 100)."""

    feature: str
    value: str
    minimum: int
    maximum: int
    drawn: int
    population: float | None = None
    pool: int | None = None


@dataclass(frozen=True)
class Replacement:
    """Who left and who came, as Losnummern; "" where nobody did. Why is nobody's business."""

    date: date
    left: str
    came: str


@dataclass(frozen=True)
class RecordSummary:
    """What the Losprotokoll tells. Chances from 0 to 1, moments aware."""

    town: str
    title: str
    guiding_question: str
    rehearsal: bool
    commitment: str
    committed_at: datetime | None
    published_where: str
    seed: str
    seed_source: str
    seed_at: datetime | None
    pool: int
    seats: int
    panels: int
    lowest_chance: float
    highest_chance: float
    bound: float | None
    certificate: str
    drawn_number: str
    drawn_at: datetime | None
    panel: tuple[str, ...]
    quotas: tuple[QuotaRow, ...]
    made_on: date
    replacements: tuple[Replacement, ...] = ()
    reserve: tuple[str, ...] = ()
    letters: int | None = None
    eligible: int | None = None
    record_checksum: str = ""
    audit_head: str = ""
    audit_entries: int | None = None
    software: str = ""
    check_url: str = ""
    check_steps: tuple[str, ...] = DEFAULT_STEPS
    town_colour: str = "#003041"
    data_colour: str = "#00536E"


def losprotokoll_pdf(data: RecordSummary) -> bytes:
    """PDF/UA-1 and PDF/A-2a; the same summary gives the same bytes."""
    return typeset("losprotokoll", view(data), data.made_on)


def view(data: RecordSummary) -> dict[str, Any]:
    """What the template prints: whole German sentences, no arithmetic left to do."""
    return {
        "town": data.town,
        "title": data.title,
        "question": data.guiding_question,
        "rehearsal": data.rehearsal,
        "drawn": bool(data.drawn_number),
        "colours": {"town": data.town_colour, "data": data.data_colour},
        "lead": _lead(data),
        "numbers": _numbers(data),
        "commitment": _commitment(data),
        "seed": _seed(data),
        "chances": _chances(data),
        "result": {"text": _result(data)},
        "panel": list(data.panel),
        "reserve": list(data.reserve),
        "quotas": _quotas(data),
        "replacements": [_replacement(item) for item in data.replacements],
        "steps": list(data.check_steps),
        "url": data.check_url,
        "checksum": data.record_checksum,
        "audit": {"head": data.audit_head, "note": _audit_note(data)},
        "software": data.software,
        "made": long_date(data.made_on),
    }


def _lead(data: RecordSummary) -> str:
    if not data.drawn_number:
        return (
            f"{count(data.seats)} Plätze, {count(data.pool)} Menschen im Lostopf. "
            "Gezogen ist noch nicht."
        )
    when = f"Am {moment(data.drawn_at)} wurde" if data.drawn_at else "Es wurde"
    return (
        f"{when} öffentlich die Nummer {data.drawn_number} gezogen. "
        f"Damit stehen die {count(data.seats)} Mitglieder des Bürgerrats fest."
    )


def _numbers(data: RecordSummary) -> list[dict[str, str]]:
    pairs = [
        (data.eligible, "durften mitmachen"),
        (data.letters, "bekamen einen Brief"),
        (data.pool, "im Lostopf"),
        (data.panels, "nummerierte Listen"),
        (data.seats, "Plätze"),
    ]
    return [
        {"number": count(number), "label": label} for number, label in pairs if number is not None
    ]


def _commitment(data: RecordSummary) -> dict[str, str]:
    text = (
        "Vor der Ziehung standen fest: der Lostopf, die Quoten, die nummerierten Listen und die "
        "Regeln für das Nachrücken. Alles zusammen ergibt eine Prüfsumme. Ändert jemand später "
        "auch nur ein Zeichen, passt sie nicht mehr."
    )
    parts = []
    if data.committed_at:
        parts.append(f"Veröffentlicht am {moment(data.committed_at)}")
    if data.published_where:
        parts.append(data.published_where)
    return {"text": text, "checksum": data.commitment, "note": " · ".join(parts)}


def _seed(data: RecordSummary) -> dict[str, str]:
    source = data.seed_source.rstrip(".")
    text = (
        f"Der Startwert kam von außen: {source}. "
        "Er entstand erst, als die Prüfsumme schon veröffentlicht war."
    )
    if not data.seed:
        text = (
            f"Der Startwert kommt von außen: {source}. "
            "Er entsteht erst, wenn die Prüfsumme schon veröffentlicht ist."
        )
    if data.rehearsal:
        text = f"Für diese Probe kam der Startwert aus dieser Quelle: {source}."
    note = f"Eingetragen am {moment(data.seed_at)}" if data.seed_at else ""
    return {"text": text, "value": data.seed, "note": note}


def _chances(data: RecordSummary) -> list[str]:
    low, high = per_cent(data.lowest_chance), per_cent(data.highest_chance)
    sentences = [
        f"Die Chance eines Menschen ist die Zahl der Listen, auf denen er steht, geteilt durch "
        f"{count(data.panels)}. Die kleinste Chance war {low}, die größte {high}."
    ]
    if data.bound is not None:
        sentences.append(
            f"Mehr als {per_cent(data.bound)} kann die kleinste Chance bei diesen Quoten nicht "
            f"sein. Das ist bewiesen, nicht geschätzt. {_gap(data.bound, data.lowest_chance)}"
        )
    if data.certificate:
        sentences.append(data.certificate)
    return sentences


def _gap(bound: float, lowest: float) -> str:
    points = round(100 * (bound - lowest), 1)
    if points <= 0:
        return "Die Losung erreicht diese Grenze."
    return f"Der Losung fehlen dazu {decimal(points)} Prozentpunkte."


def _result(data: RecordSummary) -> str:
    if not data.drawn_number:
        return "Noch wurde keine Nummer gezogen."
    when = f"am {moment(data.drawn_at)}" if data.drawn_at else "öffentlich"
    return (
        f"Gezogen wurde {when} die Nummer {data.drawn_number}. Auf der Liste mit dieser Nummer "
        "stehen die folgenden Losnummern."
    )


def _quotas(data: RecordSummary) -> list[dict[str, Any]]:
    return [
        {"name": name, "rows": [_quota(row, data.seats) for row in rows]}
        for name, rows in groupby(data.quotas, key=lambda row: row.feature)
    ]


def _quota(row: QuotaRow, seats: int) -> dict[str, Any]:
    known = row.population is not None
    span = f"{row.minimum}–{row.maximum}" if row.minimum < row.maximum else str(row.minimum)
    return {
        "value": row.value,
        "minimum": row.minimum,
        "maximum": row.maximum,
        "drawn": row.drawn,
        "range": span,
        "exact": (row.population or 0) * seats / 100 if known else None,
        "population": per_cent((row.population or 0) / 100) if known else "–",
        "pool": "–" if row.pool is None else count(row.pool),
    }


def _replacement(item: Replacement) -> dict[str, str]:
    return {
        "date": f"{item.date:%d.%m.%Y}",
        "left": item.left or "–",
        "came": item.came or "–",
    }


def _audit_note(data: RecordSummary) -> str:
    if data.audit_entries is None:
        return ""
    return f"{count(data.audit_entries)} Einträge, jeder mit dem vorigen verkettet"
