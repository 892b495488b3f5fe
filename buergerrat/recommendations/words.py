"""German words for what is stored: states, decisions, stages of the work, kinds of cards."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

STATES: dict[str, Any] = {
    "draft": _l("Entwurf"),
    "put_to_vote": _l("zur Abstimmung gestellt"),
    "adopted": _l("angenommen"),
    "not_adopted": _l("nicht angenommen"),
    "withdrawn": _l("zurückgezogen"),
}

DECISIONS: dict[str, Any] = {
    "adopted": _l("Angenommen"),
    "adopted_in_part": _l("Teilweise angenommen"),
    "referred": _l("Verwiesen"),
    "noted": _l("Zur Kenntnis genommen"),
    "rejected": _l("Abgelehnt"),
}
DECISION_HINTS: dict[str, Any] = {
    "adopted": _l("Die Empfehlung wird so umgesetzt."),
    "adopted_in_part": _l("Ein Teil wird umgesetzt oder anders umgesetzt."),
    "referred": _l("Ein Ausschuss berät weiter. Die Empfehlung bleibt offen."),
    "noted": _l("Gelesen, aber nichts beschlossen."),
    "rejected": _l("Die Empfehlung wird nicht umgesetzt."),
}
GLYPHS = {
    "adopted": "yes",
    "adopted_in_part": "part",
    "referred": "ref",
    "noted": "note",
    "rejected": "no",
}

WORK: dict[str, Any] = {
    "not_started": _l("Wird geprüft"),
    "planned": _l("Geplant"),
    "in_progress": _l("In Arbeit"),
    "done": _l("Umgesetzt"),
    "stopped": _l("Eingestellt"),
}
# Bars of the picture, 0 to 4; without bars the word stands alone.
WORK_LEVELS = {"not_started": 1, "planned": 2, "in_progress": 3, "done": 4, "stopped": 0}

LISTS: dict[str, Any] = {
    "challenge": _l("Herausforderung"),
    "solution": _l("Lösung"),
    "concern": _l("Bedenken"),
    "information": _l("Information"),
}
LIST_LETTERS = {"challenge": "H", "solution": "L", "concern": "B", "information": "I"}

STANCES: dict[str, Any] = {
    "supports": _l("spricht dafür"),
    "opposes": _l("spricht dagegen"),
    "contextualises": _l("zum Hintergrund"),
}

FORMATS = {
    "pdf": ("PDF", "application/pdf"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "json": ("JSON", "application/json"),
}


def card_label(df_list: str, number: int) -> str:
    """ "L 12": the letter of the list and the card's number in it."""
    return f"{LIST_LETTERS[df_list]}\u00a0{number}"


def glyph(decision: str | None) -> str:
    """Shape of the council's answer; "open" while there is none."""
    return GLYPHS[decision] if decision else "open"


def decision_word(decision: str | None) -> str:
    return str(DECISIONS[decision]) if decision else str(_l("Offen"))
