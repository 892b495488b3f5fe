"""How far register, invitation draw and letters are. Small queries: this runs on every page."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.way import Standing, step
from buergerrat.db import db
from buergerrat.formats import longdate, number, shortdate, weekday
from buergerrat.sortition.models import InvitationDraw, LetterBatch, RegisterExtract


def _until(day: dt.date) -> str:
    return str(_("bis %(weekday)s, %(day)s", weekday=weekday(day), day=longdate(day)))


@step("register")
def register(assembly: Assembly) -> Standing:
    newest = db.session.execute(
        select(RegisterExtract.state, RegisterExtract.created_at)
        .where(RegisterExtract.assembly_id == assembly.id, RegisterExtract.state != "discarded")
        .order_by(RegisterExtract.number.desc())
        .limit(1)
    ).first()
    state = newest.state if newest else ""
    texts = {
        "": _(
            "Bitten Sie das Meldeamt um einen Auszug und laden Sie ihn hoch. Daraus wird gelost."
        ),
        "reading": _("Der Auszug wird gerade gelesen. Sie können inzwischen anderes tun."),
        "failed": _("Der Auszug ließ sich nicht lesen. Sehen Sie nach, woran es lag."),
    }
    return Standing(
        done=state in ("ready", "drawn"),
        when=shortdate(newest.created_at) if newest and state in ("ready", "drawn") else "",
        endpoint="extract.show",
        title=_("Melderegister einlesen"),
        text=texts.get(state, ""),
        action=_("Zum Melderegister"),
        deadline=_until(assembly.letters_on),
    )


@step("invitation_draw")
def invitation_draw(assembly: Assembly) -> Standing:
    rows = db.session.execute(
        select(
            InvitationDraw.state,
            InvitationDraw.drawn_at,
            InvitationDraw.seed_source,
            InvitationDraw.seed_due,
        )
        .where(InvitationDraw.assembly_id == assembly.id, InvitationDraw.rehearsal.is_(False))
        .order_by(InvitationDraw.number.desc())
    ).all()
    drawn = next((row for row in rows if row.state == "drawn"), None)
    state = rows[0].state if rows else ""
    title, text, action = {
        "committed": (
            _("Startwert eingeben"),
            _("Der Plan ist veröffentlicht. Jetzt fehlt der öffentliche Startwert."),
            _("Startwert eingeben"),
        ),
        "seeded": (
            _("Einladungen losen"),
            _("Plan und Startwert stehen fest. Gelost wird genau einmal."),
            _("Zur Losung"),
        ),
    }.get(
        state,
        (
            _("Briefe planen und festschreiben"),
            _(
                "Legen Sie fest, wie viele Briefe jede Gruppe bekommt, und veröffentlichen Sie den "
                "Plan. Danach entsteht der Startwert in der Öffentlichkeit."
            ),
            _("Zum Plan"),
        ),
    )
    due = rows[0].seed_due if rows and state == "committed" else None
    return Standing(
        done=drawn is not None,
        when=shortdate(drawn.drawn_at) if drawn else "",
        endpoint="draw.show",
        title=title,
        text=text,
        action=action,
        deadline=_until(due or assembly.letters_on),
    )


@step("letters")
def letters(assembly: Assembly) -> Standing:
    newest = db.session.execute(
        select(LetterBatch.posted_on, LetterBatch.letters, LetterBatch.pdf_id)
        .where(LetterBatch.assembly_id == assembly.id, LetterBatch.draw_id.is_not(None))
        .order_by(LetterBatch.number.desc())
        .limit(1)
    ).first()
    posted = newest.posted_on if newest else None
    made = newest is not None and newest.pdf_id is not None
    return Standing(
        done=posted is not None,
        when=shortdate(posted or assembly.letters_on),
        endpoint="letters.show",
        title=_("Briefe in die Post geben") if made else _("Briefe erstellen"),
        text=_(
            "%(n)s Briefe sind fertig. Laden Sie sie herunter und vermerken Sie den Versand.",
            n=number(newest.letters),
        )
        if made and newest
        else _("Die Einladungen sind gelost. Erstellen Sie die Briefe für die Druckerei."),
        action=_("Zu den Briefen"),
        deadline=_until(assembly.letters_on),
    )
