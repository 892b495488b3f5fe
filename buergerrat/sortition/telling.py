"""What stage one holds about a person, told to them: register data, ticket, letters."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from buergerrat.assemblies.holdings import Rows, held_about
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import longdate, number, percent
from buergerrat.sortition.features import SEX, feature_list, sex_value
from buergerrat.sortition.letter_kinds import KINDS
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch

NATIONALITIES = {
    "german": _l("deutsch"),
    "other": _l("nicht deutsch"),
    "unknown": _l("keine Angabe"),
}
PATHS = {
    "letter": _l("durch das Los, mit einem Brief"),
    "forwarded": _l("durch einen Brief, den das Einwohnermeldeamt selbst verschickt hat"),
    "visit": _l("durch einen Besuch an der Haustür"),
    "municipality": _l("durch die Losung in Ihrer Gemeinde"),
}
STATES = {
    "invited": _l("angeschrieben"),
    "undeliverable": _l("Brief kam zurück"),
    "objected": _l("hat widersprochen, wird nicht mehr angeschrieben"),
}


@held_about("invitees", _l("Aus dem Melderegister"))
def tell_register(assembly: Assembly, person: Invitee) -> Rows:
    ages = feature_list(assembly.age_bounds, ())[0]
    return (
        (_("Titel"), person.title),
        (_("Vorname"), person.first_name),
        (_("Familienname"), person.last_name),
        (_("Straße und Hausnummer"), person.street),
        (_("Postleitzahl"), person.postcode),
        (_("Ort"), person.place),
        (_("Ortsteil"), person.district or ""),
        (_("Geschlecht"), SEX.value_label(sex_value(person.sex)) if person.sex else ""),
        (_("Altersgruppe"), ages.value_label(person.age_band) if person.age_band else ""),
        (_("Unter 18 Jahre am Stichtag"), _("ja") if person.minor else ""),
        (
            _("Staatsangehörigkeit"),
            NATIONALITIES.get(person.nationality_group or "", person.nationality_group or ""),
        ),
        (
            _("Haushalt"),
            _(
                "Ein Abdruck Ihrer Anschrift mit Schlüssel (%(mark)s), damit nicht zwei Menschen "
                "aus einem Haushalt gelost werden.",
                mark=person.household,
            )
            if person.household
            else "",
        ),
    )


@held_about("draw", _l("Wie Sie ausgelost wurden"))
def tell_draw(assembly: Assembly, person: Invitee) -> Rows:
    draw = db.session.get(InvitationDraw, person.draw_id) if person.draw_id else None
    rows = [
        (_("Sie kamen dazu"), PATHS[person.recruitment_path]),
        (_("Stand"), STATES.get(person.state, "")),
    ]
    if draw is None:
        return rows
    rows += [
        (_("Ausgelost am"), longdate(draw.drawn_at)),
        (_("Runde"), str(person.wave)),
        (_("Gruppe"), _stratum(person)),
        (_("Chance auf einen Brief"), _chance(draw, person)),
        (_("Ihre Losnummer bei den Einladungen"), person.ticket),
        (_("Kennung Ihrer Zeile im Losprotokoll"), person.row_id),
    ]
    return rows


def _stratum(person: Invitee) -> str:
    parts = (SEX.value_label(sex_value(person.sex)), person.age_band, person.district)
    return ", ".join(part for part in parts if part)


def _chance(draw: InvitationDraw, person: Invitee) -> str:
    """Letters to people in the person's stratum, as the plan says; empty for a changed person."""
    mine = {"sex": person.sex, "age_band": person.age_band, "district": person.district}
    for row in draw.letters:
        if all(row.get(key) == value for key, value in mine.items()) and row.get("people"):
            text: str = _(
                "%(chance)s: In Ihrer Gruppe sind %(people)s Menschen, %(letters)s bekamen einen "
                "Brief.",
                chance=percent(row["letters"] / row["people"]),
                people=number(row["people"]),
                letters=number(row["letters"]),
            )
            return text
    return ""


@held_about("letters", _l("Briefe an Sie"))
def tell_letters(assembly: Assembly, person: Invitee) -> Rows:
    """The code, and the batches of letters that were made for the person's draw."""
    rows = [(_("Code Ihres Briefs"), person.code)]
    rows.append((_("Der Brief kam zurück am"), longdate(person.returned_at)))
    batches = db.session.scalars(
        select(LetterBatch)
        .where(
            LetterBatch.assembly_id == assembly.id,
            or_(LetterBatch.draw_id == person.draw_id, LetterBatch.draw_id.is_(None)),
            or_(LetterBatch.wave == person.wave, LetterBatch.wave.is_(None)),
        )
        .order_by(LetterBatch.number)
    )
    return [*rows, *((_kind(batch), _posted(batch)) for batch in batches)]


def _kind(batch: LetterBatch) -> str:
    return _(KINDS[batch.kind].label) if batch.kind in KINDS else batch.kind


def _posted(batch: LetterBatch) -> str:
    if batch.posted_on is None:
        return str(_("erstellt am %(day)s", day=longdate(batch.created_at)))
    return str(_("verschickt am %(day)s", day=longdate(batch.posted_on)))
