"""The texts that an invitation starts from. What differs from town to town is a placeholder."""

from collections.abc import Mapping
from pathlib import Path

from buergerrat.sortition.letters import LetterSheet, Question

VALUES: dict[str, str] = {
    "stadt": "Name der Stadt mit Rechtsform, zum Beispiel Stadt Elbtal",
    "ort": "Ort",
    "anschrift": "Anschrift in einer Zeile",
    "strasse": "Straße der Stadtverwaltung",
    "plz_ort": "Postleitzahl und Ort",
    "absender": "Stadt und Amt",
    "amt": "Wer einlädt",
    "buergerrat": "Name des Bürgerrats",
    "datum": "Datum des Briefs",
    "zeichen": "Aktenzeichen",
    "auskunft": "Ansprechperson",
    "telefon": "Telefon",
    "sprechzeit": "Sprechzeit",
    "email": "E-Mail",
    "betreff": "Betreff",
    "plaetze": "Plätze",
    "fragestellung": "Fragestellung",
    "termine": "Termine und Ort, hinter „trifft sich“",
    "entschaedigung": "Satz zur Aufwandsentschädigung",
    "antwort_bis": "Wann der Stadtrat antwortet",
    "beschluss": "Nummer des Beschlusses",
    "beschluss_datum": "Datum des Beschlusses",
    "rechtsgrundlage": "Rechtsgrundlage im Melderecht",
    "frist": "Antwortfrist",
    "losung": "Wann und wo die Plätze ausgelost werden",
    "website": "Adresse der Antwortseite",
    "unterschrift": "Wer unterschreibt",
    "unterschrift_amt": "Amt der Person, die unterschreibt",
    "datenschutz": "Datenschutzbeauftragte Person mit Anschrift",
    "stand": "Stand des Melderegisters",
    "briefe": "Zahl der Briefe",
    "mindestalter": "Mindestalter",
    "startzahl": "Wie die Startzahl entstand, hinter „wurde“",
    "loeschen_nein": "Löschfrist bei Nein oder ohne Antwort",
    "loeschen_lostopf": "Löschfrist im Lostopf",
    "loeschen_mitglieder": "Löschfrist für Mitglieder",
}
"""Placeholder → what to enter for it."""

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


def standard_sheet(fonts: Path, values: Mapping[str, str]) -> LetterSheet:
    """The invitation with the texts that every town can start from.

    `fonts` is the folder with the two TrueType files; `values` needs every key of `VALUES`.
    """
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
            ("Post", "Antwortbogen auf Seite 3, das Porto zahlen wir"),
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
    )
