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
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import AssemblyKey, derived_key
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, longdate
from buergerrat.sortition import codes
from buergerrat.sortition.features import NOT_SAID, REPLY_FEATURES
from buergerrat.sortition.models import Invitee, PanelDraw, Reply, ReplyFeature
from buergerrat.sortition.services import consents
from buergerrat.web import Conflict

SUPPORT_NEEDS = (
    ("childcare", _l("Kinderbetreuung")),
    ("care", _l("Betreuung von Angehörigen")),
    ("transport", _l("Fahrdienst")),
    ("step_free", _l("Zugang ohne Stufen")),
    ("sign_language", _l("Gebärdensprache")),
    ("hearing", _l("Höranlage")),
    ("translation", _l("Übersetzung")),
    ("easy_language", _l("Leichte Sprache")),
    ("assistance", _l("Begleitung durch eine Assistenz")),
)
# Where an invitation can go. A letter that came back may have been found after all.
TRANSITIONS = {("invited", "undeliverable"), ("undeliverable", "invited")}
SHAPELESS = "0000000000"  # hashed in place of what cannot be a code: the same work, never found


@dataclass(frozen=True)
class Answer:
    """What somebody answered. `features`: feature key → answer key, only with consent.

    `wants_support`: chose „Ja, aber ich brauche Unterstützung“, whether or not needs are named yet.
    """

    answer: str  # yes | no
    features: Mapping[str, str]
    support: Sequence[str] = ()
    support_text: str = ""
    phone: str = ""
    email: str = ""
    wants_support: bool = False


def find_by_code(typed: str) -> Invitee | None:
    """The invitee with this code, over all assemblies. Throttle before calling.

    The same work whether the code fits, does not fit or cannot be one at all.
    """
    return _with_code(typed, _can_answer())


def opened_by(typed: str) -> Invitee | None:
    """Whose answer this code opens: while answers are taken, and later if there is one.

    After the deadline the code of somebody who has not answered is useless. It is the same work,
    statement by statement, for a right, a wrong and a late code.
    """
    late = [
        assembly.id for assembly in db.session.scalars(select(Assembly)) if not is_open(assembly)
    ]
    has_reply = select(Reply.id).where(Reply.invitee_id == Invitee.id).exists()
    return _with_code(typed, _can_answer(), or_(Invitee.assembly_id.not_in(late), has_reply))


def _with_code(typed: str, *conditions: ColumnElement[bool]) -> Invitee | None:
    code = codes.normalise(typed) or SHAPELESS
    readable = select(AssemblyKey.assembly_id).where(AssemblyKey.wrapped.is_not(None))
    fits = [
        and_(Invitee.assembly_id == number, Invitee.code_hash == code_digest(number, code))
        for number in db.session.scalars(readable).all()
    ]
    if not fits:
        return None
    return db.session.scalar(select(Invitee).where(or_(*fits), *conditions))


def by_uid(uid: str) -> Invitee | None:
    """The invitee whose code was entered in this browser; None when erased since."""
    return db.session.scalar(select(Invitee).where(Invitee.uid == uid, _can_answer()))


def _can_answer() -> ColumnElement[bool]:
    return Invitee.state.in_(("invited", "undeliverable"))


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
        PanelDraw.state != "discarded",  # also while the lists could not be built
    )
    return db.session.scalar(drawn.limit(1)) is not None


def closed_in_public() -> list[Assembly]:
    """Published assemblies that take no answers any more: what the lot gave stands on their pages."""
    published = select(Assembly).where(Assembly.published_at.is_not(None)).order_by(Assembly.title)
    return [assembly for assembly in db.session.scalars(published) if not is_open(assembly)]


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
    else:
        reply.revision += 1
    reply.answer, reply.source, reply.entered_by = answer.answer, source, user_id
    reply.changed_at = now
    reply.checked_at = reply.checked_by = None  # what was compared is not what stands there now
    if source == "visit" and answer.answer == "yes":
        invitee.recruitment_path = "visit"  # kept: not only the lot brought this person in
    if submit and reply.submitted_at is None:
        reply.submitted_at = now
    _set_details(reply, answer)
    db.session.flush()
    _set_features(reply, answer if answer.answer == "yes" else None, now)
    _set_consents(reply, now)
    db.session.flush()
    if reply.submitted_at is not None:
        _log("reply", invitee, source=source, revision=reply.revision)
    if invitee.state == "undeliverable":
        _move(invitee, "invited")
    return reply


def touch(assembly: Assembly, invitee: Invitee) -> None:
    """Something beside the reply was saved: a step of somebody the register did not name."""
    require_open(assembly)
    reply = invitee.reply
    if reply is not None:
        reply.revision += 1
        reply.changed_at = utcnow()
        db.session.flush()


def _log(action: str, invitee: Invitee, **detail: str | int) -> None:
    assembly = db.session.get_one(Assembly, invitee.assembly_id)
    audit.log(
        action,
        "invitee",
        invitee.uid,
        assembly_id=assembly.id,
        municipality_id=assembly.municipality_id,
        **detail,
    )


def _set_details(reply: Reply, answer: Answer) -> None:
    said_yes = answer.answer == "yes"
    needs = {
        "needs": list(answer.support),
        "text": answer.support_text,
        "wanted": answer.wants_support,
    }
    told = said_yes and any(needs.values())
    reply.support = json.dumps(needs, ensure_ascii=False) if told else ""
    reply.phone = answer.phone if said_yes else ""
    reply.email = answer.email if said_yes else ""


def _set_consents(reply: Reply, now: dt.datetime) -> None:
    """Naming needs or a telephone number is the consent to use it; emptying it takes it back."""
    needs, text = support_of(reply)
    for kind, told in (("support", needs or text), ("contact", reply.phone or reply.email)):
        if told:
            consents.give(reply.invitee, kind, reply.source, now)
        else:
            consents.withdraw(reply.invitee, kind, now, source=reply.source)


def _set_features(reply: Reply, answer: Answer | None, now: dt.datetime) -> None:
    """Keep what was told with consent; delete what was withdrawn. Both are in the log."""
    told = dict(answer.features) if answer else {}
    for feature in REPLY_FEATURES:
        value = told.get(feature.key, "")
        if not value or value == NOT_SAID:
            consents.withdraw(reply.invitee, feature.key, now, source=reply.source)
            continue
        given = consents.give(reply.invitee, feature.key, reply.source, now)
        row = consents.feature_row(reply, feature.key)
        if row is None:
            row = ReplyFeature(assembly_id=reply.assembly_id, feature=feature.key)
            reply.features.append(row)
        if row.value != value:
            row.value = value
        row.consent_at, row.consent_version = given.given_at, given.version


def support_of(reply: Reply) -> tuple[list[str], str]:
    """The needs (keys) and the free text."""
    if not reply.support:
        return [], ""
    stored = json.loads(reply.support)
    return list(stored["needs"]), str(stored["text"])


def answer_of(reply: Reply) -> Answer:
    """What is stored, to be changed with `dataclasses.replace` and saved again."""
    needs, text = support_of(reply)
    return Answer(
        answer=reply.answer,
        features={row.feature: row.value for row in reply.features},
        support=needs,
        support_text=text,
        phone=reply.phone,
        email=reply.email,
        wants_support=bool(reply.support and json.loads(reply.support).get("wanted")),
    )


@dataclass(frozen=True)
class Response:
    """How the invitation went: letters posted, answers by source, yeses by day."""

    letters: int
    undeliverable: int
    yes: int
    no: int
    sources: dict[str, int]
    by_day: list[tuple[dt.date, int]]  # day, cumulative yeses: what the plan counts

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
    agreed = submitted & (Reply.answer == "yes")
    moments = db.session.scalars(select(Reply.submitted_at).where(agreed)).all()
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
    _move(invitee, "undeliverable")


def mark_delivered(invitee: Invitee) -> None:
    """The mark was a mistake, or the letter was handed over after all."""
    _move(invitee, "invited")


def _move(invitee: Invitee, to: str) -> None:
    if (invitee.state, to) not in TRANSITIONS:
        raise Conflict(_("Das ist schon so eingetragen. Es wurde nichts verändert."))
    invitee.state = to
    invitee.returned_at = utcnow() if to == "undeliverable" else None
    db.session.flush()
    _log("undeliverable" if to == "undeliverable" else "delivered", invitee)
