"""Answers to the invitation: by code on a phone, by card or by telephone.

The reply is saved at every step and counts once it is submitted; it can be corrected
until the deadline. What the register does not know is kept sealed, with its consent.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import AssemblyKey, derived_key
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, longdate
from buergerrat.sortition import codes
from buergerrat.sortition.features import CONSENT_VERSION, NOT_SAID, REPLY_FEATURES
from buergerrat.sortition.models import Invitee, PanelDraw, Reply, ReplyFeature
from buergerrat.web import Conflict

SUPPORT_NEEDS = (
    ("childcare", "Kinderbetreuung"),
    ("care", "Betreuung von Angehörigen"),
    ("transport", "Fahrdienst"),
    ("step_free", "Zugang ohne Stufen"),
    ("sign_language", "Gebärdensprache"),
    ("hearing", "Höranlage"),
    ("translation", "Übersetzung"),
    ("easy_language", "Leichte Sprache"),
    ("assistance", "Begleitung durch eine Assistenz"),
)


@dataclass(frozen=True)
class Answer:
    """What somebody answered. `features`: feature key → answer key, only with consent."""

    answer: str  # yes | no
    features: Mapping[str, str]
    support: Sequence[str] = ()
    support_text: str = ""
    phone: str = ""
    email: str = ""


def find_by_code(typed: str) -> Invitee | None:
    """The invitee with this code, over all assemblies. Throttle before calling."""
    code = codes.normalise(typed)
    if code is None:
        return None
    readable = select(AssemblyKey.assembly_id).where(AssemblyKey.wrapped.is_not(None))
    for assembly_id in db.session.scalars(readable):
        digest = code_digest(assembly_id, code)
        found = db.session.scalar(
            select(Invitee).where(
                Invitee.assembly_id == assembly_id,
                Invitee.code_hash == digest,
                Invitee.state == "invited",
            )
        )
        if found is not None:
            return found
    return None


def code_digest(assembly_id: int, code: str) -> str:
    return codes.code_digest(code, derived_key(assembly_id, "codes"))


def is_open(assembly: Assembly, now: dt.datetime | None = None) -> bool:
    """Whether answers are taken: until the end of the deadline's day, and before the lottery."""
    today = (now or utcnow()).astimezone(BERLIN).date()
    return today <= assembly.reply_deadline and not pool_is_frozen(assembly)


def pool_is_frozen(assembly: Assembly) -> bool:
    drawn = select(PanelDraw.id).where(
        PanelDraw.assembly_id == assembly.id,
        PanelDraw.rehearsal.is_(False),
        PanelDraw.state.in_(("frozen", "building", "built", "picked")),
    )
    return db.session.scalar(drawn.limit(1)) is not None


def require_open(assembly: Assembly) -> None:
    if not is_open(assembly):
        raise Conflict(
            _(
                "Die Frist für Antworten endete am %(day)s. Ihre Antwort ist so gespeichert, wie "
                "Sie sie zuletzt gegeben haben.",
                day=longdate(assembly.reply_deadline),
            )
        )


def save(
    assembly: Assembly,
    invitee: Invitee,
    answer: Answer,
    *,
    source: str = "online",
    user_id: int | None = None,
    submit: bool = True,
    at: dt.datetime | None = None,
) -> Reply:
    """Create or correct the reply. The clerk may enter cards after the deadline, until the draw."""
    if source == "online":
        require_open(assembly)
    elif pool_is_frozen(assembly):
        raise Conflict(_("Der Lostopf ist festgeschrieben. Antworten ändern sich nicht mehr."))
    now = at or utcnow()
    reply = invitee.reply
    if reply is None:
        reply = Reply(assembly_id=assembly.id, invitee=invitee, answer=answer.answer)
        db.session.add(reply)
    elif reply.submitted_at is not None:
        reply.changed_at = now
        reply.revision += 1
    reply.answer, reply.source, reply.entered_by = answer.answer, source, user_id
    if submit and reply.submitted_at is None:
        reply.submitted_at = now
    _set_details(reply, answer)
    _set_features(reply, answer if answer.answer == "yes" else None, now)
    db.session.flush()
    if submit:
        audit.log(
            "reply",
            "invitee",
            invitee.uid,
            assembly_id=assembly.id,
            municipality_id=assembly.municipality_id,
            source=source,
            revision=reply.revision,
        )
    return reply


def _set_details(reply: Reply, answer: Answer) -> None:
    said_yes = answer.answer == "yes"
    needs = {"needs": list(answer.support), "text": answer.support_text}
    wanted = said_yes and (answer.support or answer.support_text)
    reply.support = json.dumps(needs, ensure_ascii=False) if wanted else ""
    reply.phone = answer.phone if said_yes else ""
    reply.email = answer.email if said_yes else ""


def _set_features(reply: Reply, answer: Answer | None, now: dt.datetime) -> None:
    """Keep what was told with consent; delete what was withdrawn."""
    told = dict(answer.features) if answer else {}
    existing = {row.feature: row for row in reply.features}
    for feature in REPLY_FEATURES:
        value = told.get(feature.key, "")
        row = existing.get(feature.key)
        if not value or value == NOT_SAID:
            if row is not None:
                reply.features.remove(row)
            continue
        if row is None:
            row = ReplyFeature(assembly_id=reply.assembly_id, feature=feature.key)
            reply.features.append(row)
        if row.value != value or row.consent_at is None:
            row.value, row.consent_at, row.consent_version = value, now, CONSENT_VERSION


def support_of(reply: Reply) -> tuple[list[str], str]:
    """The needs (keys) and the free text."""
    if not reply.support:
        return [], ""
    stored = json.loads(reply.support)
    return list(stored["needs"]), str(stored["text"])


@dataclass(frozen=True)
class Response:
    """How the invitation went: letters posted, answers, by source and by day."""

    letters: int
    undeliverable: int
    yes: int
    no: int
    sources: dict[str, int]
    by_day: list[tuple[dt.date, int]]  # day, cumulative answers

    @property
    def answers(self) -> int:
        return self.yes + self.no

    @property
    def rate(self) -> float:
        return self.answers / self.letters if self.letters else 0.0


def response(assembly: Assembly) -> Response:
    """Counted in four queries, whatever the size."""
    states = _grouped(
        select(Invitee.state, func.count())
        .where(Invitee.assembly_id == assembly.id)
        .group_by(Invitee.state)
    )
    submitted = (Reply.assembly_id == assembly.id) & Reply.submitted_at.is_not(None)
    answers = _grouped(select(Reply.answer, func.count()).where(submitted).group_by(Reply.answer))
    sources = _grouped(select(Reply.source, func.count()).where(submitted).group_by(Reply.source))
    moments = db.session.scalars(select(Reply.submitted_at).where(submitted)).all()
    days: dict[dt.date, int] = {}
    for moment in moments:
        if moment is not None:
            day = moment.astimezone(BERLIN).date()
            days[day] = days.get(day, 0) + 1
    by_day, total = [], 0
    for day in sorted(days):
        total += days[day]
        by_day.append((day, total))
    return Response(
        letters=sum(states.values()),
        undeliverable=states.get("undeliverable", 0),
        yes=answers.get("yes", 0),
        no=answers.get("no", 0),
        sources=sources,
        by_day=by_day,
    )


def _grouped(statement: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


def mark_undeliverable(invitee: Invitee) -> None:
    """The letter came back. A person who answered all the same stays invited."""
    if invitee.reply is not None and invitee.reply.submitted_at is not None:
        raise Conflict(_("Diese Person hat schon geantwortet. Der Brief kam also an."))
    invitee.state = "undeliverable"
    audit.log("undeliverable", "invitee", invitee.uid, assembly_id=invitee.assembly_id)
