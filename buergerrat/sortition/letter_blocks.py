"""Text blocks of a letter: their placeholders filled, cut into paragraphs and lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from buergerrat.sortition.letter_kinds import EASY, N_, STANDARD
from buergerrat.sortition.letter_layout import LetterError

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
ONLY_GREETING = ("anrede", "name")
"""What differs from letter to letter; the greeting is the one line that is set anew for each."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text that the town can word anew. `rows`: height of its field."""

    key: str
    label: str
    rows: int = 3
    required: bool = True


LETTER_BLOCKS = (
    Block("subject", N_("Betreff"), 1),
    Block("greeting", N_("Anrede"), 1),
    Block("opening", N_("Erster Absatz"), 4),
    Block("body", N_("Hauptteil"), 10),
    Block("after", N_("Letzter Absatz"), 4, required=False),
    Block("closing", N_("Gruß"), 1),
)
PAGE_BLOCKS = (Block("subject", N_("Überschrift"), 1), Block("body", N_("Text"), 22))

PLACEHOLDERS: Mapping[str, str] = {
    "titel": N_("Name des Bürgerrats"),
    "frage": N_("Fragestellung"),
    "stadt": N_("Name der Stadt"),
    "ort": N_("kurzer Name der Stadt"),
    "plaetze": N_("Zahl der Plätze"),
    "termine": N_("Sitzungstage und Ort"),
    "hinweis_termine": N_("Hinweis zu den Sitzungen"),
    "entschaedigung": N_("Satz zur Aufwandsentschädigung"),
    "antwortfrist": N_("letzter Tag zum Antworten"),
    "annahmefrist": N_("letzter Tag, einen Platz anzunehmen"),
    "losung": N_("Tag, Uhrzeit und Ort der Losung"),
    "rat": N_("Name des Rats"),
    "antwort_bis": N_("Tag, bis zu dem der Rat antwortet"),
    "beschluss": N_("Nummer des Beschlusses"),
    "beschluss_datum": N_("Tag des Beschlusses"),
    "loeschtag": N_("Tag, bis zu dem Ja-Sager ohne Platz gelöscht sind"),
    "telefon": N_("Telefonnummer"),
    "email": N_("E-Mail-Adresse"),
    "webseite": N_("Adresse im Internet"),
    "datenschutz": N_("Adresse der Seite zum Datenschutz"),
}
"""Placeholder → what stands there. Those of the greeting: `ONLY_GREETING`."""


def blocks_of(language: str) -> tuple[Block, ...]:
    return LETTER_BLOCKS if language == STANDARD else PAGE_BLOCKS


def allowed(block: str) -> tuple[str, ...]:
    """The placeholders that may stand in a block."""
    return ONLY_GREETING if block == "greeting" else tuple(PLACEHOLDERS)


def unknown(text: str, names: Collection[str]) -> list[str]:
    """The placeholders of a text that are not among `names`, each once, with their braces."""
    found = (match for match in _PLACEHOLDER.finditer(text) if match[1] not in names)
    return list(dict.fromkeys(match[0] for match in found))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled. Raises LetterError for one without a value."""
    for name in unknown(text, values):
        raise LetterError(
            f"Der Platzhalter {name} hat keinen Inhalt. Bitte ergänzen Sie die Angabe oder "
            "nehmen Sie den Platzhalter aus dem Text."
        )
    filled = _PLACEHOLDER.sub(lambda match: values[match[1]], text)
    return re.sub("  +", " ", filled)


def paragraphs(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Every line with something in it is a paragraph."""
    return tuple(line for part in text.splitlines() if (line := fill(part, values).strip()))


def stanzas(text: str, values: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Paragraphs, parted by blank lines, of lines that stay lines. A line that says nothing but
    an empty placeholder is left out."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip():
            found.append([])
        elif filled := fill(line, values).strip():
            found[-1].append(filled)
    return tuple(tuple(lines) for lines in found if lines)


def with_contacts(text: str, values: Mapping[str, str]) -> str:
    """Without the lines about what the town does not have, such as a telephone."""
    empty = {name for name, value in values.items() if not value}
    kept = (
        line
        for line in text.splitlines()
        if not any(match[1] in empty for match in _PLACEHOLDER.finditer(line))
    )
    return "\n".join(kept)


def is_heading(stanza: tuple[str, ...]) -> bool:
    """A single line with a question mark is set bold."""
    return len(stanza) == 1 and stanza[0].endswith("?")


def type_size(language: str) -> float:
    """In points: Leichte Sprache is set large."""
    return 13.5 if language == EASY else 10.6
