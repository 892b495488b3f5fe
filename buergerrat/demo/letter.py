"""The letter of the town of Elbtal: crest, signature and what fills the placeholders."""

from dataclasses import replace
from pathlib import Path

from buergerrat.sortition.letter_layout import Drawing, Shape
from buergerrat.sortition.letter_texts import standard_sheet
from buergerrat.sortition.letters import LetterSheet

_TOWN = (0.0, 0.188, 0.255)
_WHITE = (1.0, 1.0, 1.0)
_INK = (0.043, 0.165, 0.42)

CREST = Drawing(
    40,
    48,
    (
        Shape("M2 2h36v24c0 10-8 16.5-18 20C10 42.5 2 36 2 26z", _TOWN),
        Shape(
            "M9 26V13h4v3h4v-5h6v5h4v-3h4v13h-8v-4c0-1.657-1.343-3-3-3c-1.657 0-3 1.343-3 3v4z",
            _WHITE,
        ),
        Shape(
            "M6 31c3.5-2.6 6-2.6 9.3 0s6 2.6 9.4 0 6-2.6 9.3 0"
            "M9.5 37.5c2.6-1.9 4.6-1.9 7 0s4.6 1.9 7 0 4.5-1.9 7 0",
            _WHITE,
            2.4,
        ),
    ),
)
SIGNATURE = Drawing(
    184,
    52,
    (
        Shape(
            "M8 10c-1 11-3 22-6 34M30 8C22 17 13 24 6 27c9 2 14 9 19 16 3 3 6-3 8-7 2-5 7-7 8-3 1 3"
            "-5 8-8 5-2-3 3-8 7-7-1 4 0 8 3 7 4-1 6-8 9-14 1-3 3-6 4-9-3 8-6 17-5 22 2 3 6-2 8-6"
            "M44 24c6-1 12-2 18-2M62 36c2-3 4-5 6-5-2 4-3 8-1 8 3 0 4-7 8-8 3 0 0 7 3 7 2 0 4-3 6-5",
            _INK,
            2.1,
        ),
        Shape(
            "M104 9c-2 11-5 23-8 33M95 13c8-7 21-7 22 0 0 6-9 10-16 11 8-1 17 2 16 9-1 8-14 12-24 8"
            "M121 35c2-3 4-5 6-4-1 3-3 8-1 8 4-1 6-8 9-8 2 0-3 8 1 7 3-1 4-7 8-7 2 1-2 7 1 7 4 0 6-5"
            " 9-12 2-6 5-12 6-17-3 10-6 21-5 28 2 4 6-3 8-7 2-3 5-3 5 0 1 5 5 6 12 2",
            _INK,
            2.1,
        ),
    ),
)

VALUES: dict[str, str] = {
    "stadt": "Stadt Elbtal",
    "ort": "Elbtal",
    "anschrift": "Markt 1, 39999 Elbtal",
    "strasse": "Markt 1",
    "plz_ort": "39999 Elbtal",
    "absender": "Stadt Elbtal, Hauptamt",
    "amt": "Die Bürgermeisterin",
    "buergerrat": "Bürgerrat Elbtal 2026",
    "datum": "19.01.2026",
    "zeichen": "10-BR/2026",
    "auskunft": "Lena Ostermann",
    "telefon": "040 66969-120",
    "sprechzeit": "Montag bis Freitag, 9 bis 16 Uhr",
    "email": "buergerrat@elbtal.example",
    "betreff": "Sie sind ausgelost: Reden Sie mit über unser Stadtzentrum",
    "plaetze": "24",
    "fragestellung": "Wie soll unser Stadtzentrum in zehn Jahren leben?",
    "termine": "an drei Samstagen: am 18. April, 9. Mai und 30. Mai 2026, immer von 10 bis "
    "16.30 Uhr im Haus am Markt",
    "entschaedigung": "Sie bekommen 60 Euro für jeden Tag.",
    "antwort_bis": "31. Dezember 2026",
    "beschluss": "Beschluss 2025/087",
    "beschluss_datum": "18. September 2025",
    "rechtsgrundlage": "§§ 34 und 37 des Bundesmeldegesetzes",
    "frist": "15. Februar 2026",
    "losung": "am 26. Februar 2026 um 18 Uhr im Ratssaal",
    "website": "mitreden.elbtal.example",
    "unterschrift": "Katharina Brandes",
    "unterschrift_amt": "Bürgermeisterin",
    "datenschutz": "Die Datenschutzbeauftragte der Stadt: Dr. Ines Falk, gleiche Adresse, "
    "datenschutz@elbtal.example",
    "stand": "2. Januar 2026",
    "briefe": "1.200",
    "mindestalter": "16",
    "startzahl": "am 12. Januar 2026 öffentlich gewürfelt",
    "loeschen_nein": "26. März 2026",
    "loeschen_lostopf": "27. Juni 2026",
    "loeschen_mitglieder": "31. Dezember 2027",
}


def demo_sheet(fonts: Path) -> LetterSheet:
    """Elbtal's letter; `fonts` is the folder with the two TrueType files."""
    return replace(standard_sheet(fonts, VALUES), crest=CREST, signature=SIGNATURE)
