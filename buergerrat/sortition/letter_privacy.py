"""What the letters say about data: the notice of Articles 13 and 14 DSGVO, which nobody can edit."""

from __future__ import annotations

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.german import count, long_date
from buergerrat.sortition.models import InvitationDraw

SEEDS = {"dice": "öffentlich gewürfelt", "lotto": "von den Lottozahlen bestimmt"}
INTRO = (
    "Wir haben Ihre Adresse aus dem Melderegister. Hier lesen Sie, wofür wir Ihre Daten nutzen und "
    "welche Rechte Sie haben (Artikel 13 und 14 der Datenschutz-Grundverordnung, DSGVO)."
)
FORWARDED_INTRO = (
    "Das Meldeamt hat Ihnen diesen Brief geschickt. Wir kennen weder Ihren Namen noch Ihre "
    "Adresse. Hier lesen Sie, was geschieht, wenn Sie antworten, und welche Rechte Sie haben "
    "(Artikel 13 der Datenschutz-Grundverordnung, DSGVO)."
)
Sections = tuple[tuple[str, str], ...]


def sections(
    assembly: Assembly, draw: InvitationDraw | None, website: str, forwarded: bool = False
) -> Sections:
    """Heading and text. `forwarded`: to people whose address never came here."""
    known = _forwarded(assembly) if forwarded else _known(assembly, draw, website)
    return (*_who(assembly), *known, *_what_then(assembly, forwarded))


def notice(assembly: Assembly, datenschutz: str) -> str:
    """For letters that follow on an invitation: the basis, and where the rest is to be read."""
    return (
        f"Rechtsgrundlage: {assembly.legal_basis.rstrip('.')}; Beschluss "
        f"{assembly.resolution_number} vom {long_date(assembly.resolution_date)}. Was mit Ihren "
        "Daten geschieht und welche Rechte Sie haben, steht in der Einladung und unter "
        f"{datenschutz}."
    )


def _who(assembly: Assembly) -> Sections:
    town = assembly.municipality
    office = f"{town.name}, {town.office}, {town.street}, {town.postcode} {town.place}"
    reach = ", ".join(part for part in (town.phone and f"Telefon {town.phone}", town.email) if part)
    officer = town.privacy_officer or "Die Datenschutzbeauftragte der Stadt, gleiche Adresse"
    return (
        ("Wer ist verantwortlich?", f"{office}. {reach}."),
        ("Wen können Sie zum Datenschutz fragen?", f"{officer.rstrip('.')}."),
    )


def _known(assembly: Assembly, draw: InvitationDraw | None, website: str) -> Sections:
    return (
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
    )  # fmt: skip


def _forwarded(assembly: Assembly) -> Sections:
    return (
        ("Welche Daten haben wir über Sie?",
         "Keine, solange Sie nicht antworten. Ihr Name und Ihre Adresse bleiben im Meldeamt. Wir "
         "wissen nur, dass dieser Brief eine Nummer und einen Code hat."),
        ("Was geschieht, wenn Sie antworten?",
         "Dann speichern wir, was Sie uns sagen. Damit losen wir den Bürgerrat aus. Wir fragen "
         "auch nach Geschlecht, Altersgruppe und Ortsteil, weil wir sie von Ihnen nicht kennen. "
         "Für etwas anderes nutzen wir die Angaben nicht."),
        ("Warum dürfen wir das?",
         f"{assembly.legal_basis.rstrip('.')}. Beschluss {assembly.resolution_number} vom "
         f"{long_date(assembly.resolution_date)}."),
        ("Warum kommt der Brief vom Meldeamt?",
         "Ihre Adresse ist besonders geschützt. Deshalb gibt das Meldeamt sie nicht weiter, auch "
         "nicht an uns. Mitmachen können Sie trotzdem."),
    )  # fmt: skip


def _what_then(assembly: Assembly, forwarded: bool) -> Sections:
    promise = retention.promise(assembly)
    printed = (
        "Der Betreiber unserer Server. Er darf die Daten nur für uns nutzen."
        if forwarded
        else "Die Druckerei, die diesen Brief gedruckt hat, und der Betreiber unserer Server. "
        "Beide dürfen die Daten nur für uns nutzen."
    )
    return (
        ("Was ist freiwillig?",
         "Ihre Antwort und alle Angaben darin. Für Schulabschluss und Einwanderungsgeschichte "
         "brauchen wir Ihre Zustimmung (Artikel 6 Absatz 1 Buchstabe a und Artikel 9 Absatz 2 "
         "Buchstabe a DSGVO). Sie können die Zustimmung jederzeit zurücknehmen. Das gilt dann ab "
         "diesem Tag."),
        ("Wer bekommt die Daten?", f"{printed} Ihr Name wird nicht veröffentlicht."),
        ("Wie lange speichern wir die Daten?",
         f"Keine Antwort oder Nein: bis zum {long_date(promise.silent)}. Ja, aber kein Platz: bis zum "
         f"{long_date(promise.pool)}. Mitglieder: bis zum "
         f"{long_date(promise.members)}."),
        ("Welche Rechte haben Sie?",
         "Sie können fragen, welche Daten wir haben. Sie können sie ändern oder löschen lassen. "
         "Sie können widersprechen: Dann schreiben wir Ihnen nicht mehr, auch nicht bei einem "
         "späteren Bürgerrat. Ein Anruf genügt."),
        ("Wo können Sie sich beschweren?",
         "Bei der oder dem Landesbeauftragten für den Datenschutz. Die Adresse nennen wir Ihnen "
         "gern."),
    )  # fmt: skip


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
