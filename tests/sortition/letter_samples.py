"""A whole letter of the town of Elbtal: crest, signature, texts and what fills the placeholders."""

from collections.abc import Mapping
from pathlib import Path

from buergerrat.sortition.letter_layout import Drawing, Shape
from buergerrat.sortition.letters import LetterSheet, Question

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
"""Placeholder → what stands there."""

_PRIVACY = (
    ("Wer ist verantwortlich?",
     "{absender}, {anschrift}. Telefon {telefon}, {email}."),
    ("Wen können Sie zum Datenschutz fragen?",
     "{datenschutz}."),
    ("Welche Daten haben wir über Sie?",
     "Vorname, Name, Adresse, Ortsteil, Geschlecht, Altersgruppe und ob Sie die deutsche "
     "Staatsangehörigkeit haben. Ihr Geburtsdatum haben wir nicht gespeichert. Die Daten kommen "
     "aus dem Melderegister der {stadt}, Stand {stand}."),
    ("Wofür nutzen wir die Daten?",
     "Um Ihnen diesen Brief zu schicken und den Bürgerrat auszulosen. Für nichts anderes."),
    ("Warum dürfen wir das?",
     "Der Stadtrat hat den Bürgerrat am {beschluss_datum} beschlossen ({beschluss}). Das ist eine "
     "öffentliche Aufgabe: Artikel 6 Absatz 1 Buchstabe e und Absatz 3 DSGVO, {rechtsgrundlage}."),
    ("Wie wurden Sie ausgelost?",
     "Ein Computer hat aus allen Menschen ab {mindestalter} Jahren {briefe} Personen ausgelost. "
     "Die Startzahl dafür wurde {startzahl}. Jeder kann die Losung "
     "nachrechnen: {website}."),
    ("Was ist freiwillig?",
     "Ihre Antwort und alle Angaben darin. Für Schulabschluss und Einwanderungsgeschichte brauchen "
     "wir Ihre Zustimmung (Artikel 6 Absatz 1 Buchstabe a und Artikel 9 Absatz 2 Buchstabe a "
     "DSGVO). Sie können die Zustimmung jederzeit zurücknehmen. Das gilt dann ab diesem Tag."),
    ("Wer bekommt die Daten?",
     "Die Druckerei, die diesen Brief gedruckt hat, und der Betreiber unserer Server. Beide dürfen "
     "die Daten nur für uns nutzen. Alle Daten bleiben in Deutschland. Ihr Name wird nicht "
     "veröffentlicht."),
    ("Wie lange speichern wir die Daten?",
     "Keine Antwort oder Nein: bis zum {loeschen_nein}. Ja, aber kein Platz: bis zum "
     "{loeschen_lostopf}. Mitglieder: bis der Stadtrat geantwortet hat, spätestens bis zum "
     "{loeschen_mitglieder}."),
    ("Welche Rechte haben Sie?",
     "Sie können fragen, welche Daten wir haben. Sie können sie ändern oder löschen lassen. Sie "
     "können widersprechen: Dann schreiben wir Ihnen zu diesem Bürgerrat nicht mehr. Ein Anruf "
     "genügt."),
    ("Wo können Sie sich beschweren?",
     "Bei der oder dem Landesbeauftragten für den Datenschutz. Die Adresse nennen wir Ihnen gern."),
)  # fmt: skip


def _consent(number: int) -> str:
    return (
        f"Ja, die {{stadt}} darf meine Antwort auf Frage {number} für die Losung nutzen. Ohne "
        "dieses Kreuz speichern wir die Antwort nicht."
    )


_QUESTIONS = (
    Question(
        "Möchten Sie mitmachen?",
        ("Ja", "Ja, aber ich brauche Unterstützung", "Nein, dieses Mal nicht"),
        voluntary=False,
    ),
    Question(
        "Welchen höchsten Schulabschluss haben Sie?",
        (
            "Ich gehe noch zur Schule",
            "kein Abschluss",
            "Hauptschule, Volksschule",
            "Realschule, POS",
            "Abitur, Fachabitur",
            "anderer Abschluss",
        ),
        consent=_consent(2),
    ),
    Question(
        "Sind Sie oder ein Elternteil nach Deutschland eingewandert?",
        ("Ja", "Nein", "Das möchte ich nicht sagen"),
        consent=_consent(3),
    ),
    Question(
        "Wie können wir Sie erreichen? Was brauchen Sie?",
        lines=("Telefon oder E-Mail", "Unterstützung, zum Beispiel Kinderbetreuung"),
    ),
)


def sample_sheet(fonts: Path, values: Mapping[str, str] = VALUES) -> LetterSheet:
    """`fonts` is the folder with the two TrueType files; `values` needs every key of `VALUES`."""
    return LetterSheet(
        fonts=fonts,
        town="{stadt}",
        office="{amt}",
        assembly="{buergerrat}",
        sender_line="{stadt}, {anschrift}",
        info=(
            ("Datum", "{datum}"),
            ("Zeichen", "{zeichen}"),
            ("", ""),
            ("Auskunft", "{auskunft}"),
            ("Telefon", "{telefon}"),
            ("E-Mail", "{email}"),
        ),
        subject="{betreff}",
        before_question=(
            "das Los hat Sie ausgewählt. Ich lade Sie in den Bürgerrat ein. {plaetze} Menschen aus "
            "{ort} beraten dort über eine Frage:",
        ),
        question="{fragestellung}",
        after_question=(
            "Sie müssen dafür nichts Besonderes können. Ihre Erfahrung zählt. Der Bürgerrat trifft "
            "sich {termine}. {entschaedigung} Brauchen Sie Kinderbetreuung, einen Fahrdienst oder "
            "eine Übersetzung? Wir kümmern uns darum.",
            "Am Ende schreibt der Bürgerrat Empfehlungen. Der Stadtrat beantwortet jede einzelne "
            "bis zum {antwort_bis}. Das hat er am {beschluss_datum} beschlossen ({beschluss}).",
        ),
        reply_heading="Bitte antworten Sie bis zum {frist}",
        website="{website}",
        ways=(
            ("Telefon", "{telefon}, {sprechzeit}"),
            ("Post", "Antwortkarte auf Seite 3, das Porto zahlen wir"),
        ),
        after_reply=(
            "Auch ein Nein hilft uns. Einen Grund brauchen Sie nicht. Sagen mehr als {plaetze} "
            "Menschen Ja, losen wir noch einmal: {losung}. Sie können zusehen.",
        ),
        closing="Mit freundlichen Grüßen",
        signatory=("{unterschrift}", "{unterschrift_amt}"),
        languages=(
            "Leichte Sprache",
            ", English, Türkçe, Polski, Українська: {website}/sprachen",
        ),
        foot="{stadt}, {anschrift}, Telefon {telefon}, {email}",
        privacy_heading="Was mit Ihren Daten geschieht",
        privacy_intro="Wir haben Ihre Adresse aus dem Melderegister. Hier lesen Sie, wofür wir Ihre "
        "Daten nutzen und welche Rechte Sie haben (Artikel 13 und 14 der "
        "Datenschutz-Grundverordnung, kurz DSGVO).",
        privacy=_PRIVACY,
        card_heading="Ihre Antwort bis zum {frist}",
        card_intro="Bitte kreuzen Sie an und schicken Sie den Bogen im Umschlag zurück. Das Porto "
        "zahlen wir. Ihr Name ist nicht nötig, der Code genügt.",
        card_address=("{stadt}", "Geschäftsstelle Bürgerrat", "{strasse}", "{plz_ort}"),
        questions=_QUESTIONS,
        card_end=("Datum", "Unterschrift, wenn Sie bei 2 oder 3 zugestimmt haben"),
        values=values,
        crest=CREST,
        signature=SIGNATURE,
    )
