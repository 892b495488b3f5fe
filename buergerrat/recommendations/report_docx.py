"""The Bürgergutachten for word processors: real headings, repeated table heads, text alternatives."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.shared import Mm

from buergerrat.recommendations.report import view
from buergerrat.recommendations.report_data import Report
from buergerrat.typesetting import drawn
from buergerrat.wordfile import add_table, dress, legal, packed


def docx(report: Report) -> bytes:
    """WordprocessingML; headings 1 to 3 without a gap, language de-DE, equal bytes each time."""
    data = legal(view(report))
    made = datetime(report.date.year, report.date.month, report.date.day, tzinfo=UTC)
    document = Document()
    dress(document, report.town_colour)
    _properties(document, data, made)
    _cover(document, data)
    _summary(document, data)
    _mandate(document, data)
    _composition(document, data)
    _recommendations(document, data)
    _course(document, data)
    _draw(document, data)
    _imprint(document, data)
    return packed(document, made)


def _cover(document: Doc, data: dict[str, Any]) -> None:
    document.add_paragraph(data["title"], style="Subtitle")
    document.add_paragraph(f"Bürgergutachten: {data['question']}", style="Title")
    version = f" · Fassung {data['version']}" if data["version"] else ""
    document.add_paragraph(f"{data['town']} · {data['date']}{version}")


def _summary(document: Doc, data: dict[str, Any]) -> None:
    document.add_heading("Kurzfassung", 1)
    _prose(document, data["summary"])
    rows = [(item["number"], item["title"], _ratio(item["votes"])) for item in data["adopted"]]
    add_table(document, ("Nr.", "Empfehlung", "Ja : Nein"), rows, (15, 115, 30))
    if data["preface"].strip():
        document.add_heading("Vorwort", 1)
        _prose(document, data["preface"])
        _prose(document, data["preface_by"])


def _mandate(document: Doc, data: dict[str, Any]) -> None:
    mandate = data["mandate"]
    document.add_heading("Die Frage und der Auftrag", 1)
    document.add_paragraph(data["question"], style="Intense Quote")
    number = f"Nr. {mandate['number']}" if mandate["number"] else ""
    facts = (
        ("Beschluss", " vom ".join(part for part in (number, mandate["date"]) if part)),
        ("Rechtsgrundlage", mandate["basis"]),
        ("Plätze", str(data["draw"]["seats"])),
        ("Antwort des Stadtrats", mandate["answer_until"] and f"bis {mandate['answer_until']}"),
    )
    _facts(document, facts)


def _composition(document: Doc, data: dict[str, Any]) -> None:
    if not data["features"]:
        return
    document.add_heading("Wer dabei war", 1)
    document.add_paragraph(
        "Jeder Punkt ist ein Mitglied. Der Strich zeigt, wie viele Plätze es genau nach dem "
        "Anteil in der Stadt wären."
    )
    picture = drawn("zusammensetzung", data)
    shape = document.add_picture(io.BytesIO(picture), width=Mm(155))
    described = shape._inline.docPr
    described.set("descr", _alternative(data["features"]))
    described.set("name", "Zusammensetzung")
    rows = [
        (f["name"], v["name"], v["population"], v["pool"], str(v["seats"]))
        for f in data["features"]
        for v in f["values"]
    ]
    heads = ("Merkmal", "Ausprägung", "Anteil Stadt", "Lostopf", "Plätze")
    add_table(document, heads, rows, (45, 50, 25, 20, 20))


def _alternative(features: Sequence[dict[str, Any]]) -> str:
    parts = [
        f"{f['name']}: "
        + "; ".join(
            f"{v['name']} {v['seats']} Plätze, Stadt {v['population']}" for v in f["values"]
        )
        for f in features
    ]
    return "Zusammensetzung in Punkten. " + ". ".join(parts) + ". Alle Zahlen in der Tabelle."


def _recommendations(document: Doc, data: dict[str, Any]) -> None:
    document.add_heading("Empfehlungen", 1)
    for item in data["adopted"]:
        _recommendation(document, item)
    if data["not_adopted"]:
        document.add_heading("Nicht angenommene Vorschläge", 1)
        for item in data["not_adopted"]:
            _recommendation(document, item)


def _recommendation(document: Doc, item: dict[str, Any]) -> None:
    document.add_heading(f"{item['number']}  {item['title']}", 2)
    _prose(document, item["text"])
    if item["rationale"].strip():
        document.add_heading("Begründung", 3)
        _prose(document, item["rationale"])
    if item["votes"]:
        votes = item["votes"]
        document.add_heading("Abstimmung", 3)
        _prose(document, votes["sentence"])
        word = "Enthaltung" if votes["abstain"] == 1 else "Enthaltungen"
        counts = f"{votes['yes']} Ja, {votes['no']} Nein, {votes['abstain']} {word}."
        when = f" am {votes['date']}" if votes["date"] else ""
        _prose(document, f"{counts} {votes['how']}{when}.")
    for statement in item["minority"]:
        document.add_heading("Sondervotum", 3)
        for line in _lines(statement["text"]):
            document.add_paragraph(line, style="Quote")
        _prose(document, f"Getragen von {_members(statement['supporters'])}.")
    if item["sources"]:
        cards = "Notizkarte" if item["sources"] == 1 else "Notizkarten"
        _prose(document, f"Entstanden aus {item['sources']} {cards}.")


def _course(document: Doc, data: dict[str, Any]) -> None:
    if data["sessions"] or data["course"].strip():
        document.add_heading("So hat der Bürgerrat gearbeitet", 1)
        _prose(document, data["course"])
    for day in data["sessions"]:
        document.add_heading(day["title"], 2)
        _prose(document, " · ".join(part for part in (day["date"], day["facts"]) if part))
        _prose(document, day["text"])
        for line in day["items"]:
            document.add_paragraph(line, style="List Bullet")
    if data["experts"]:
        document.add_heading("Wer den Bürgerrat informiert hat", 1)
        rows = [(e["name"], e["role"], e["topic"]) for e in data["experts"]]
        add_table(document, ("Name", "Aufgabe", "Thema"), rows, (55, 45, 60))


def _draw(document: Doc, data: dict[str, Any]) -> None:
    draw = data["draw"]
    document.add_heading("So wurde gelost", 1)
    _prose(
        document,
        "Zweimal hat der Zufall entschieden: zuerst, wer einen Brief bekommt. "
        "Dann, wer einen Platz bekommt.",
    )
    rows = [(s["number"], s["label"], s["text"]) for s in draw["steps"]]
    add_table(document, ("Zahl", "Was", "Bedeutung"), rows, (25, 35, 100))
    facts = (
        ("Gezogene Nummer", draw["panel_number"]),
        ("Gezogen am", draw["drawn_on"]),
        ("Kleinste Chance", draw["lowest"]),
        ("Nachgerückt", draw["replaced"]),
        ("Prüfsumme", draw["checksum"]),
        ("Losprotokoll", draw["where"]),
    )
    _facts(document, facts)


def _imprint(document: Doc, data: dict[str, Any]) -> None:
    imprint = data["imprint"]
    document.add_heading("Impressum", 1)
    facts = (
        ("Herausgegeben von", imprint["publisher"]),
        ("Anschrift", imprint["address"]),
        ("Kontakt", imprint["contact"]),
        ("Internet", imprint["website"]),
        ("Moderation", imprint["facilitation"]),
        ("Stand", data["date"]),
    )
    _facts(document, facts)


def _prose(document: Doc, text: str) -> None:
    for line in _lines(text):
        document.add_paragraph(line)


def _facts(document: Doc, facts: Sequence[tuple[str, str]]) -> None:
    for label, value in facts:
        if value:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(", ".join(_lines(value)))


def _properties(document: Doc, data: dict[str, Any], made: datetime) -> None:
    core = document.core_properties
    core.title = f"Bürgergutachten: {data['question']}"[:255]
    core.author = core.last_modified_by = data["imprint"]["publisher"][:255]
    core.subject = data["title"][:255]
    core.language = "de-DE"
    core.comments = ""
    core.created = core.modified = made
    core.revision = 1


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _members(number: int) -> str:
    return "1 Mitglied" if number == 1 else f"{number} Mitgliedern"


def _ratio(votes: dict[str, Any] | None) -> str:
    return f"{votes['yes']} : {votes['no']}" if votes else "–"
