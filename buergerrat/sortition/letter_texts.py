"""The letter of an assembly: its texts, composed from the mandate and the town."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from buergerrat.assemblies.models import Assembly
from buergerrat.config import FILES
from buergerrat.formats import date, local, time
from buergerrat.german import NBSP, count, long_date
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.letters import Letter, LetterSheet, Question
from buergerrat.sortition.models import InvitationDraw, Invitee

FONTS = FILES / "static" / "vendor" / "fonts"
SALUTATIONS = {"female": "Frau", "male": "Herr"}
SEEDS = {"dice": "öffentlich gewürfelt", "lotto": "von den Lottozahlen bestimmt"}


def reply_url(base_url: str, code: str) -> str:
    """The code stands behind `#`, which no browser sends, so it reaches no log."""
    return f"{base_url}/antwort#{code}"


def letter_to(invitee: Invitee, base_url: str) -> Letter:
    return Letter(
        salutation=SALUTATIONS.get(invitee.sex or "", ""),
        title=invitee.title,
        first_name=invitee.first_name,
        last_name=invitee.last_name,
        street=invitee.street,
        postcode=invitee.postcode,
        place=invitee.place,
        code=invitee.code,
        url=reply_url(base_url, invitee.code),
    )


def sample_letter(assembly: Assembly, base_url: str) -> Letter:
    """To somebody who does not exist, with a code that opens nothing."""
    town = assembly.municipality
    code = "FGHJKMNPQR"
    return Letter(
        "Frau", "Dr.", "Maxi", "Muster", "Beispielweg 12a", town.postcode, town.place, code,
        reply_url(base_url, code),
    )  # fmt: skip


def sheet(assembly: Assembly, draw: InvitationDraw | None, base_url: str) -> LetterSheet:
    """The three pages. `draw` is the draw that the letters belong to, None in a preview."""
    town = assembly.municipality
    address = f"{town.street}, {town.postcode} {town.place}"
    website = urlsplit(base_url).netloc
    contact = tuple(pair for pair in (("Telefon", town.phone), ("E-Mail", town.email)) if pair[1])
    return LetterSheet(
        fonts=FONTS,
        town=town.name,
        office=town.mayor_title,
        assembly=f"Bürgerrat „{assembly.title}“",
        sender_line=f"{town.name}, {address}",
        info=(("Datum", date(assembly.letters_on)), ("Beschluss", assembly.resolution_number),
              ("", ""), ("Auskunft", town.office), *contact),
        subject="Sie sind ausgelost: Reden Sie mit",
        before_question=(
            f"das Los hat Sie ausgewählt. Ich lade Sie in den Bürgerrat „{assembly.title}“ ein. "
            f"{assembly.seats} Menschen aus {town.short_name} beraten dort über eine Frage:",
        ),
        question=assembly.guiding_question,
        after_question=(_meeting(assembly), _promise(assembly)),
        reply_heading=f"Bitte antworten Sie bis zum {long_date(assembly.reply_deadline)}",
        website=f"{website}/antwort",
        ways=(*((("Telefon", town.phone),) if town.phone else ()),
              ("Post", "Antwortkarte auf Seite 3")),
        after_reply=(
            "Auch ein Nein hilft uns. Einen Grund brauchen Sie nicht. Sagen mehr als "
            f"{assembly.seats} Menschen Ja, losen wir noch einmal: {_lottery(assembly)}. "
            "Sie können zusehen.",
        ),
        closing="Mit freundlichen Grüßen",
        signatory=tuple(part for part in (town.mayor, town.mayor_title) if part),
        languages=("English:", f" {website}/antwort?sprache=en"),
        foot=", ".join(part for part in (town.name, address, *(v for _, v in contact)) if part),
        privacy_heading="Was mit Ihren Daten geschieht",
        privacy_intro="Wir haben Ihre Adresse aus dem Melderegister. Hier lesen Sie, wofür wir Ihre "
        "Daten nutzen und welche Rechte Sie haben (Artikel 13 und 14 der "
        "Datenschutz-Grundverordnung, DSGVO).",
        privacy=_privacy(assembly, draw, website),
        card_heading="Antwortkarte",
        card_intro="Kreuzen Sie an und schicken Sie diese Seite zurück. Schneller geht es im "
        f"Internet: {website}/antwort",
        card_address=(town.name, town.office, town.street, f"{town.postcode} {town.place}"),
        questions=_questions(town.name),
        card_end=("Datum", "Unterschrift"),
        colour=_ink(town.town_colour),
    )  # fmt: skip


def _ink(colour: str) -> tuple[float, float, float]:
    """`#003041` as shares of red, green and blue."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _meeting(assembly: Assembly) -> str:
    first, last = assembly.first_session_on, assembly.last_session_on
    days = f"am {long_date(first)}"
    if (last - first).days == 1:
        days = f"am {first.day}. und {long_date(last)}"
        if first.month != last.month:
            days = f"am {long_date(first)} und am {long_date(last)}"
    elif last != first:
        days = f"vom {long_date(first)} bis zum {long_date(last)}"
    place = f" ({assembly.session_place})" if assembly.session_place else ""
    note = f" {assembly.session_note.rstrip('.')}." if assembly.session_note else ""
    money = f" Sie bekommen {assembly.allowance.rstrip('.')}." if assembly.allowance else ""
    return (
        "Sie müssen dafür nichts Besonderes können. Ihre Erfahrung zählt. Der Bürgerrat trifft "
        f"sich {days}{place}.{note}{money} Brauchen Sie Kinderbetreuung, einen Fahrdienst oder "
        "eine Übersetzung? Wir kümmern uns darum."
    )


def _promise(assembly: Assembly) -> str:
    council = assembly.municipality.council_name
    return (
        f"Am Ende schreibt der Bürgerrat Empfehlungen. Der {council} beantwortet jede einzelne bis "
        f"zum {long_date(assembly.answer_promised_by)}. Das hat er am "
        f"{long_date(assembly.resolution_date)} beschlossen "
        f"(Beschluss{NBSP}{assembly.resolution_number})."
    )


def _lottery(assembly: Assembly) -> str:
    at = local(assembly.lottery_at)
    place = f", {assembly.lottery_place}" if assembly.lottery_place else ""
    return f"am {long_date(at.date())} um {time(assembly.lottery_at)}{place}"


def _how_drawn(assembly: Assembly, draw: InvitationDraw | None, website: str) -> str:
    text = f"Ein Computer hat aus allen Menschen ab {assembly.min_age} Jahren "
    if draw is None:
        return text + f"ausgelost. Jeder kann die Losung nachrechnen: {website}."
    how = SEEDS.get(draw.seed_kind, "von einem öffentlichen Zufallsdienst bestimmt")
    day = long_date(draw.seed_on) if draw.seed_on else ""
    drawn = sum(row.get("drawn", row["letters"]) for row in draw.letters)
    return (
        f"{text}{count(drawn)} Personen ausgelost. Der Startwert dafür wurde am {day} {how}. Jeder "
        f"kann die Losung nachrechnen: {website}."
    )


def _privacy(
    assembly: Assembly, draw: InvitationDraw | None, website: str
) -> tuple[tuple[str, str], ...]:
    town = assembly.municipality
    office = f"{town.name}, {town.office}, {town.street}, {town.postcode} {town.place}"
    reach = ", ".join(part for part in (town.phone and f"Telefon {town.phone}", town.email) if part)
    officer = town.privacy_officer or "Die Datenschutzbeauftragte der Stadt, gleiche Adresse"
    soon = assembly.lottery_at.date() + dt.timedelta(weeks=4)
    after = assembly.last_session_on + dt.timedelta(weeks=4)
    return (
        ("Wer ist verantwortlich?", f"{office}. {reach}."),
        ("Wen können Sie zum Datenschutz fragen?", f"{officer.rstrip('.')}."),
        ("Welche Daten haben wir über Sie?",
         "Vorname, Name, Adresse, Ortsteil, Geschlecht, Altersgruppe und ob Sie die deutsche "
         "Staatsangehörigkeit haben. Ihr Geburtsdatum haben wir nicht gespeichert. Die Daten "
         "kommen aus dem Melderegister. Für Alter und Wohnsitz zählt der "
         f"{long_date(assembly.reference_date)}."),
        ("Wofür nutzen wir die Daten?",
         "Um Ihnen diesen Brief zu schicken und den Bürgerrat auszulosen. Für nichts anderes."),
        ("Warum dürfen wir das?",
         f"{assembly.legal_basis.rstrip('.')}. Beschluss {assembly.resolution_number} vom "
         f"{long_date(assembly.resolution_date)}."),
        ("Wie wurden Sie ausgelost?", _how_drawn(assembly, draw, website)),
        ("Was ist freiwillig?",
         "Ihre Antwort und alle Angaben darin. Für Schulabschluss und Einwanderungsgeschichte "
         "brauchen wir Ihre Zustimmung (Artikel 6 Absatz 1 Buchstabe a und Artikel 9 Absatz 2 "
         "Buchstabe a DSGVO). Sie können die Zustimmung jederzeit zurücknehmen. Das gilt dann ab "
         "diesem Tag."),
        ("Wer bekommt die Daten?",
         "Die Druckerei, die diesen Brief gedruckt hat, und der Betreiber unserer Server. Beide "
         "dürfen die Daten nur für uns nutzen. Ihr Name wird nicht veröffentlicht."),
        ("Wie lange speichern wir die Daten?",
         f"Keine Antwort oder Nein: bis zum {long_date(soon)}. Ja, aber kein Platz: bis zum "
         f"{long_date(after)}. Mitglieder: bis zum {long_date(assembly.retention_until)}."),
        ("Welche Rechte haben Sie?",
         "Sie können fragen, welche Daten wir haben. Sie können sie ändern oder löschen lassen. "
         "Sie können widersprechen: Dann schreiben wir Ihnen zu diesem Bürgerrat nicht mehr. Ein "
         "Anruf genügt."),
        ("Wo können Sie sich beschweren?",
         "Bei der oder dem Landesbeauftragten für den Datenschutz. Die Adresse nennen wir Ihnen "
         "gern."),
    )  # fmt: skip


def _questions(town: str) -> tuple[Question, ...]:
    def consent(number: int) -> str:
        return (
            f"Ja, die {town} darf meine Antwort auf Frage {number} für die Losung nutzen. Ohne "
            "dieses Kreuz speichern wir die Antwort nicht."
        )

    return (
        Question(
            "Möchten Sie mitmachen?",
            ("Ja", "Ja, aber ich brauche Unterstützung", "Nein, dieses Mal nicht"),
            voluntary=False,
        ),
        *(
            Question(
                feature.question,
                tuple(label for _, label, _ in feature.asked),
                consent=consent(number),
            )
            for number, feature in enumerate(REPLY_FEATURES, start=2)
        ),
        Question(
            "Wie können wir Sie erreichen? Was brauchen Sie?",
            lines=("Telefon oder E-Mail", "Unterstützung, zum Beispiel Kinderbetreuung"),
        ),
    )  # fmt: skip
