"""Information to a person (Art. 15 DSGVO): everything held about them, as one tagged PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from buergerrat import audit
from buergerrat.accounts import log_words, roles
from buergerrat.accounts.models import Role
from buergerrat.assemblies import holdings, retention
from buergerrat.assemblies.holdings import Holding
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db
from buergerrat.formats import datetime, longdate, number
from buergerrat.privacy import agreements, deadlines, requests
from buergerrat.privacy.facts import notice
from buergerrat.sortition.models import Invitee, Member
from buergerrat.typesetting import typeset

LOOKING = ("look", "export")
LISTS = ("list", "all", "search")
# Art. 15 (1) g: where the data come from, by the way somebody came in; the paper is German.
_REGISTER = (
    "Name, Anschrift, Ortsteil, Geschlecht, Altersgruppe und die Gruppe der Staatsangehörigkeit "
    "kommen aus dem Melderegister."
)
_ORIGIN = {
    "forwarded": "Ihren Brief hat das Einwohnermeldeamt selbst verschickt. Aus dem Melderegister "
    "haben wir nichts über Sie bekommen.",
    "municipality": "Ihre Gemeinde hat uns geschickt, was aus ihrem Melderegister kommt (Name, "
    "Anschrift, Geschlecht, Altersgruppe, Gruppe der Staatsangehörigkeit) und was Sie ihr "
    "geantwortet haben.",
}
# Sections of the notice that belong to an answer as well; its questions are its headings.
FROM_NOTICE = (
    "Wer ist verantwortlich?",
    "Wen können Sie zum Datenschutz fragen?",
    "Wofür nutzen wir die Daten?",
    "Warum dürfen wir das?",
    "Wer bekommt die Daten?",
    "Welche Rechte haben Sie?",
    "Wo können Sie sich beschweren?",
)


@dataclass(frozen=True)
class Look:
    """One entry of the log about one person: when, in which role, what was done."""

    at: str
    who: str
    what: str


@dataclass(frozen=True)
class Information:
    """Everything that is told. until: the day on which this person's data are deleted."""

    holdings: list[Holding]
    looks: list[Look]
    lists: int
    until: str


def information(assembly: Assembly, invitee: Invitee) -> Information:
    return Information(
        holdings=holdings.about(assembly, invitee),
        looks=_looks(assembly, invitee),
        lists=_lists(assembly, invitee),
        until=_until(assembly, invitee),
    )


def pdf(assembly: Assembly, invitee: Invitee, user_id: int | None = None) -> bytes:
    """The PDF, in German. Making it is an export in the log and answers the request."""
    with force_locale("de"):
        told = information(assembly, invitee)
        content = _content(assembly, told, _ORIGIN.get(invitee.recruitment_path, _REGISTER))
    audit.log("export", "invitee", invitee.uid, kind="information")
    requests.fulfil(assembly, "information", user_id)
    return typeset("auskunft", content, deadlines.today())


def _content(assembly: Assembly, told: Information, origin: str) -> dict[str, Any]:
    town = assembly.municipality
    known = dict(notice(assembly))
    return {
        "colours": {"town": town.town_colour, "data": town.data_colour},
        "town": town.name,
        "title": assembly.title,
        "today": longdate(deadlines.today()),
        "sender": f"{town.name}, {town.office}, {town.street}, {town.postcode} {town.place}",
        "sections": [
            {"title": one.title, "rows": [list(row) for row in one.rows]} for one in told.holdings
        ],
        "looks": [[one.at, one.who, one.what] for one in told.looks],
        "lists": _list_sentence(told.lists),
        "until": told.until,
        "origin": origin,
        "periods": [
            [str(one.who), one.when, str(one.why)] for one in retention.periods(assembly)
        ],
        "recipients": [
            [row.name, row.task, row.data or "–"] for row in agreements.of(assembly)
        ],
        "notice": [[title, known[title]] for title in FROM_NOTICE if title in known],
    }  # fmt: skip


def _list_sentence(count: int) -> str:
    if not count:
        return ""
    return str(
        _(
            "Dazu kommen %(count)s Blicke auf Listen und Suchergebnisse, in denen auch Sie stehen "
            "konnten. Wer auf einer solchen Seite stand, ist nicht festgehalten.",
            count=number(count),
        )
    )


def _looks(assembly: Assembly, invitee: Invitee) -> list[Look]:
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.assembly_id == assembly.id, _concerns(assembly, invitee))
        .order_by(AuditEntry.id)
    )
    return [
        Look(datetime(row.at), _role(row.actor_role), log_words.action(row.action)) for row in rows
    ]


def _concerns(assembly: Assembly, invitee: Invitee) -> ColumnElement[bool]:
    """Entries that name the person: by pseudonym, or by Losnummer since they have one."""
    numbers = {invitee.reply.losnummer} if invitee.reply and invitee.reply.losnummer else set()
    seat = select(Member.losnummer).where(
        Member.assembly_id == assembly.id, Member.invitee_id == invitee.id
    )
    numbers |= set(db.session.scalars(seat))
    by_number = and_(
        AuditEntry.object_type.in_(("member", "reply", "own_chance")),
        AuditEntry.object_id.in_(numbers),
    )
    return or_(AuditEntry.object_id == invitee.uid, by_number)


def _lists(assembly: Assembly, invitee: Invitee) -> int:
    rows = select(func.count()).where(
        AuditEntry.assembly_id == assembly.id,
        AuditEntry.action.in_(LOOKING),
        AuditEntry.object_type.in_(("invitee", "member", "letter_batch")),
        or_(AuditEntry.object_id.in_(LISTS), AuditEntry.object_type == "letter_batch"),
        AuditEntry.at >= invitee.created_at,
    )
    return db.session.scalar(rows) or 0


def _role(key: str) -> str:
    if key == "":
        return str(_("Sie selbst, mit Ihrem Code"))
    if key == "system":
        return str(_("das Programm"))
    return str(roles.LABELS[Role(key)])


def _until(assembly: Assembly, invitee: Invitee) -> str:
    """The day of the person's group."""
    for group in deadlines.groups(assembly):
        ids = deadlines.people(assembly, group.period.key)
        if db.session.scalar(ids.where(Invitee.id == invitee.id)) is not None:
            return longdate(group.due or group.expected)
    return longdate(assembly.retention_until)
