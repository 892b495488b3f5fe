"""What the documents say about one Bürgerrat: taken from the mandate, the list of contracts, the
periods by which the program deletes. The keys are the names used in templates/documents/privacy.
"""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from buergerrat.assemblies import laender, retention
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import date, longdate, number
from buergerrat.privacy import agreements, deadlines
from buergerrat.sortition import consents, features, letter_texts
from buergerrat.sortition.models import InvitationDraw, MunicipalityDraw
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.strata import bands_from_bounds

# What the register is asked for, and why. Nothing else is read.
REQUEST_FIELDS = (
    ("Familienname, Vornamen, Doktorgrad", "Anrede und Anschrift im Brief"),
    ("Straße, Hausnummer mit Zusatz, Postleitzahl, Ort", "Anschrift; nie zwei aus einem Haushalt"),
    ("Ortsteil oder Stimmbezirk", "Gruppen der Losung"),
    ("Geburtsdatum, sonst Geburtsjahr oder Alter", "wird zur Altersgruppe, dann gelöscht"),
    ("Geschlecht", "Gruppen der Losung, Anrede"),
    ("Staatsangehörigkeiten", "nur deutsch oder nicht deutsch; freiwillig für das Amt"),
    ("Wohnungsart, Auszugsdatum, Sterbedatum", "Abweisen von Zeilen, nicht gespeichert"),
    ("Auskunftssperre, bedingter Sperrvermerk", "Abweisen von Zeilen, nicht gespeichert"),
)
FIELDS = (
    "Name", "Anschrift", "Ortsteil", "Geschlecht", "Altersgruppe", "deutsch oder nicht deutsch",
)  # fmt: skip
# Sections of the notice in the letter that hold for what people tell us as well.
ANSWER_HEADINGS = (
    "Wer ist verantwortlich?",
    "Wen können Sie zum Datenschutz fragen?",
    "Warum dürfen wir das?",
    "Was ist freiwillig?",
    "Wer bekommt die Daten?",
    "Wie lange speichern wir die Daten?",
    "Welche Rechte haben Sie?",
    "Wo können Sie sich beschweren?",
)


def facts(assembly: Assembly) -> dict[str, Any]:
    """The texts and lists of all documents, in German whoever asks."""
    with force_locale("de"):
        return {**_mandate(assembly), **_lists(assembly)}


def notice(assembly: Assembly) -> tuple[tuple[str, str], ...]:
    """Heading and text of the Art. 14 notice, as it stands in the letter."""
    base_url = current_app.extensions["settings"].base_url
    return letter_texts.sheet(assembly, draws.last_drawn(assembly), base_url).privacy


def towns_of(assembly: Assembly) -> list[str]:
    """The drawn municipalities, where several take part."""
    row = db.session.scalars(
        select(MunicipalityDraw)
        .where(MunicipalityDraw.assembly_id == assembly.id)
        .order_by(MunicipalityDraw.number.desc())
    ).first()
    if row is None:
        return []
    drawn = row.result.get("drawn") or row.result.get("municipalities") or []
    return [str(one["name"]) for one in drawn if "name" in one]


def several_towns(assembly: Assembly) -> bool:
    rows = select(MunicipalityDraw.id).where(MunicipalityDraw.assembly_id == assembly.id)
    return db.session.scalar(rows.limit(1)) is not None


def routes(assembly: Assembly) -> list[str]:
    """The paragraphs of the BMG that the mandate names: 34, 37 or 46."""
    return re.findall(r"§§?\s*(34|37|46)\b", assembly.legal_basis)


def _mandate(assembly: Assembly) -> dict[str, Any]:
    names = towns_of(assembly)
    return {
        "assembly": assembly,
        "town": assembly.municipality,
        "today": longdate(deadlines.today()),
        "resolution_day": longdate(assembly.resolution_date),
        "reference_day": longdate(assembly.reference_date),
        "extract_day": longdate(assembly.extract_on),
        "last_day": longdate(assembly.retention_until),
        "land": laender.land_of(assembly).name,
        "routes": routes(assembly),
        "town_names": names,
        "towns": ", ".join(names) or ("mehrere Gemeinden" if several_towns(assembly) else ""),
        "planned_letters": _letters(assembly),
        "ages": [band.label for band in _bands(assembly)],
    }


def _lists(assembly: Assembly) -> dict[str, Any]:
    periods = {one.key: one for one in retention.periods(assembly)}
    town = assembly.municipality.name
    return {
        "sections": notice(assembly),
        "answer_headings": ANSWER_HEADINGS,
        "features": features.REPLY_FEATURES,
        "consents": [
            (kind.label, kind.newest.text.replace("%(town)s", town))
            for kind in consents.KINDS.values()
        ],
        "categories": [one.what for one in retention.categories],
        "periods": list(periods.values()),
        "people": [
            (one.period.who, number(one.people)) for one in deadlines.groups(assembly)
        ],
        "agreements": [_agreement(row) for row in agreements.of(assembly)],
        "fields": FIELDS,
        "request_fields": REQUEST_FIELDS,
        "upload_when": periods["upload"].when,
        "reserve_when": periods["reserve"].when,
        "letters_when": periods["letters"].when,
    }  # fmt: skip


def _agreement(row: Any) -> dict[str, str]:
    return {
        "name": row.name,
        "place": row.place or "–",
        "task": row.task,
        "data": row.data or "–",
        "signed": date(row.signed_on) or "fehlt noch",
        "until": date(row.valid_until) or "unbefristet",
    }


def _letters(assembly: Assembly) -> str:
    planned = db.session.scalars(
        select(InvitationDraw.letters_total)
        .where(InvitationDraw.assembly_id == assembly.id, InvitationDraw.rehearsal.is_(False))
        .order_by(InvitationDraw.number.desc())
    ).first()
    return number(planned) if planned else ""


def _bands(assembly: Assembly) -> list[Any]:
    return list(bands_from_bounds([int(part) for part in assembly.age_bounds.split(",")]))
