"""The Bürgergutachten as tagged PDF, CSV and JSON."""

import csv as csv_writer
import io
import json as json_writer
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from buergerrat.german import count, decimal, long_date, per_cent
from buergerrat.recommendations.report_data import (
    CompositionRow,
    Recommendation,
    Report,
    SessionDay,
    to_dict,
)
from buergerrat.typesetting import Picture, typeset

__all__ = ["Picture", "csv", "json", "pdf"]

_COLUMNS = (
    "Nummer",
    "Titel",
    "Empfehlung",
    "Begründung",
    "Ja",
    "Nein",
    "Enthaltung",
    "Nötig",
    "Angenommen",
    "Ergebnis",
    "Sondervoten",
    "Notizkarten",
)
_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


def pdf(report: Report, composition_svg: Sequence[Picture] = ()) -> bytes:
    """PDF/UA-1 and PDF/A-2a. Without pictures the composition is drawn from the report's rows."""
    return typeset("buergergutachten", view(report), report.date, composition_svg)


def csv(report: Report) -> bytes:
    """One row per recommendation; ";" and UTF-8 with BOM, as Excel opens it; formulas defused."""
    buffer = io.StringIO()
    writer = csv_writer.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for recommendation in report.recommendations:
        writer.writerow([_cell(value) for value in _row(recommendation)])
    return buffer.getvalue().encode("utf-8-sig")


def json(report: Report) -> bytes:
    """The complete report, keys sorted, so that the same report gives the same bytes."""
    text = json_writer.dumps(to_dict(report), ensure_ascii=False, indent=2, sort_keys=True)
    return (text + "\n").encode()


def view(report: Report) -> dict[str, Any]:
    """What the template prints: German words for every date and number."""
    return {
        "title": report.title,
        "town": report.town,
        "question": report.guiding_question,
        "date": long_date(report.date),
        "version": report.version,
        "colours": {"town": report.town_colour, "data": report.data_colour},
        "summary": report.summary,
        "preface": report.preface,
        "course": report.course,
        "preface_by": report.preface_by,
        "mandate": {
            "number": report.mandate.resolution_number,
            "date": long_date(report.mandate.resolution_date),
            "basis": report.mandate.legal_basis,
            "answer_until": long_date(report.mandate.answer_until),
        },
        "draw": _draw(report),
        "features": _features(report.composition),
        "adopted": [_recommendation(r) for r in report.adopted],
        "not_adopted": [_recommendation(r) for r in report.not_adopted],
        "sessions": [_session(day) for day in report.sessions],
        "experts": to_dict(report)["experts"],
        "imprint": to_dict(report)["imprint"],
    }


def _draw(report: Report) -> dict[str, Any]:
    draw = report.draw
    by_visit = f"hatten Ja gesagt, {draw.visited} davon bei einem Besuch an der Haustür."
    steps = [
        (draw.eligible, "Menschen", "standen im Melderegister und durften mitmachen."),
        (draw.letters, "Briefe", "gingen an Menschen, die das Los gezogen hatte."),
        (draw.replies, "Antworten", "kamen zurück, mit Ja oder mit Nein."),
        (draw.pool, "im Lostopf", by_visit if draw.visited else "hatten Ja gesagt."),
        (draw.seats, "Mitglieder", "hat das Los in den Bürgerrat gebracht."),
    ]
    return {
        "seats": draw.seats,
        "steps": [
            {"number": count(number), "size": number, "label": label, "text": text}
            for number, label, text in steps
            if number is not None
        ],
        "panel_number": draw.panel_number,
        "panels": count(draw.panels),
        "drawn_on": long_date(draw.drawn_on),
        "replaced": _replaced(draw.replaced),
        "checksum": draw.checksum,
        "where": draw.where_to_check,
        "lowest": "" if draw.lowest_chance is None else per_cent(draw.lowest_chance),
    }


def _replaced(number: int) -> str:
    """Why the members of today are not all on the list that was drawn."""
    if not number:
        return ""
    who = "Ein Mitglied ist" if number == 1 else f"{count(number)} Mitglieder sind"
    return f"{who} danach nachgerückt, nach der Regel im Losprotokoll."


def _features(rows: Sequence[CompositionRow]) -> list[dict[str, Any]]:
    """Rows by feature. `share` = exact number of seats by the town's share, for the tick."""
    features = []
    for name, group in groupby(rows, key=lambda row: row.feature):
        values = list(group)
        seats = sum(row.seats for row in values)
        pool = sum(row.pool for row in values)
        features.append(
            {
                "name": name,
                "seats": seats,
                "values": [_value(row, seats, pool) for row in values],
            }
        )
    return features


def _value(row: CompositionRow, seats: int, pool: int) -> dict[str, Any]:
    return {
        "name": row.value,
        "seats": row.seats,
        "exact": row.population * seats / 100,
        "population": f"{decimal(row.population)}\u00a0%",
        "pool": f"{count(row.pool)}",
        "pool_share": per_cent(row.pool / pool) if pool else "–",
        "seat_share": per_cent(row.seats / seats) if seats else "–",
    }


def _recommendation(item: Recommendation) -> dict[str, Any]:
    votes = item.votes
    return {
        "key": item.number,
        "number": item.number,
        "title": item.title.strip() or "Ohne Titel",
        "text": item.text,
        "rationale": item.rationale,
        "sources": item.sources,
        "minority": [{"text": m.text, "supporters": m.supporters} for m in item.minority],
        "votes": votes
        and {
            "yes": votes.yes,
            "no": votes.no,
            "abstain": votes.abstain,
            "needed": votes.needed,
            "sentence": votes.sentence,
            "how": "Geheim abgestimmt" if votes.secret else "Offen abgestimmt",
            "date": long_date(votes.date),
        },
    }


def _session(day: SessionDay) -> dict[str, Any]:
    present = "" if day.present is None else f"{day.present} Mitglieder waren da"
    return {
        "date": long_date(day.date),
        "title": day.title,
        "text": day.text,
        "facts": " · ".join(part for part in (day.place, present) if part),
        "items": list(day.items),
    }


def _row(item: Recommendation) -> list[object]:
    votes = item.votes
    counted = (
        [votes.yes, votes.no, votes.abstain, "" if votes.needed is None else votes.needed]
        if votes
        else [""] * 4
    )
    minority = "\n\n".join(f"{m.text} (getragen von {m.supporters})" for m in item.minority)
    return [
        item.number,
        item.title,
        item.text,
        item.rationale,
        *counted,
        "ja" if item.adopted else "nein",
        votes.sentence if votes else "",
        minority,
        item.sources,
    ]


def _cell(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_DANGEROUS):
        return f"'{value}"
    return value
