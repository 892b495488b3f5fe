"""What a person told us, told back to them: the answer, consents, visits at the door."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from buergerrat.assemblies.holdings import Rows, held_about
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import datetime, longdate
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.models import Consent, Invitee, OutreachVisit
from buergerrat.sortition.outreach import OUTCOMES
from buergerrat.sortition.services import replies
from buergerrat.sortition.summary import needs_text

SOURCES = {
    "online": _l("im Internet mit Ihrem Code"),
    "card": _l("mit der Antwortkarte"),
    "phone": _l("am Telefon"),
    "visit": _l("beim Besuch an der Haustür"),
    "municipality": _l("bei Ihrer Gemeinde"),
}


@held_about("replies", _l("Ihre Antwort"))
def tell_reply(assembly: Assembly, person: Invitee) -> Rows:
    reply = person.reply
    if reply is None:
        return ()
    told = replies.answer_of(reply)
    sent = reply.submitted_at
    return (
        (_("Antwort"), _("Ja") if reply.answer == "yes" else _("Nein")),
        (_("Gegeben"), SOURCES.get(reply.source, reply.source)),
        (_("Am"), datetime(sent) if sent else _("begonnen, noch nicht abgeschickt")),
        (_("Zuletzt geändert"), datetime(reply.changed_at)),
        (_("Unterstützung"), needs_text(told)),
        (_("Telefon"), reply.phone),
        (_("E-Mail"), reply.email),
        (_("Losnummer im Lostopf"), reply.losnummer or ""),
    )


@held_about("features", _l("Was Sie mit Zustimmung gesagt haben"))
def tell_features(assembly: Assembly, person: Invitee) -> Rows:
    if person.reply is None:
        return ()
    told = {row.feature: row for row in person.reply.features}
    rows = []
    for feature in REPLY_FEATURES:
        row = told.get(feature.key)
        if row is None:
            continue
        words = {key: label for key, label, _value in feature.asked}
        said = _(words[row.value]) if row.value in words else row.value
        since = _(
            "zugestimmt am %(day)s, Fassung %(version)s",
            day=longdate(row.consent_at),
            version=row.consent_version,
        )
        rows.append((_(feature.label), f"{said} ({since})" if row.consent_at else said))
    return rows


@held_about("consents", _l("Ihre Zustimmungen"))
def tell_consents(assembly: Assembly, person: Invitee) -> Rows:
    given = db.session.scalars(
        select(Consent).where(Consent.invitee_id == person.id).order_by(Consent.given_at)
    )
    return [(_consent_word(row.kind), _since(row)) for row in given]


def _consent_word(kind: str) -> str:
    return _(KINDS[kind].label) if kind in KINDS else kind


def _since(row: Consent) -> str:
    text: str = _(
        "gegeben am %(day)s (%(how)s), Fassung %(version)s",
        day=longdate(row.given_at),
        how=SOURCES.get(row.source, row.source),
        version=row.version,
    )
    if row.withdrawn_at is not None:
        text += "; " + str(_("zurückgenommen am %(day)s", day=longdate(row.withdrawn_at)))
    return text


@held_about("visits", _l("Besuche an der Haustür"))
def tell_visits(assembly: Assembly, person: Invitee) -> Rows:
    visits = db.session.scalars(
        select(OutreachVisit)
        .where(OutreachVisit.invitee_id == person.id)
        .order_by(OutreachVisit.visited_on)
    )
    return [(longdate(visit.visited_on), _outcome(visit.outcome)) for visit in visits]


def _outcome(key: str) -> str:
    return _(OUTCOMES[key]) if key in OUTCOMES else key
