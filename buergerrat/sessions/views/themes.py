"""Themes: make them, name them, put cards under them."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from buergerrat.accounts.access import access
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sessions.forms import ThemeForm
from buergerrat.sessions.models import AssemblySession, Note, Theme
from buergerrat.sessions.services import themes
from buergerrat.sessions.services.board import card, notes_of
from buergerrat.sessions.services.planning import must_be_open
from buergerrat.sessions.views.common import ONE, TEAM, the_session, whole
from buergerrat.web import back_to

bp = Blueprint("themes", __name__)


@bp.get(f"{ONE}/themen")
@access(*TEAM)
def show(assembly: Assembly, number: int) -> str:
    return _page(the_session(number), ThemeForm())


def _page(session: AssemblySession, form: ThemeForm) -> str:
    alive = [note for note in notes_of(session) if note.struck_at is None]
    groups = [
        (theme, [card(note) for note in alive if theme in note.themes])
        for theme in themes.themes_of(session.assembly_id)
    ]
    return render_template(
        "sessions/themes.html",
        session=session,
        form=form,
        groups=groups,
        choices=[(theme.number, theme.name) for theme, _cards in groups],
        loose=[card(note) for note in alive if not note.themes],
        writable=session.state in ("planned", "running"),
    )


@bp.post(f"{ONE}/themen")
@access(*TEAM)
def create(assembly: Assembly, number: int) -> ResponseReturnValue:
    session = the_session(number)
    must_be_open(session)
    form = ThemeForm(request.form)
    if not form.validate():
        return _page(session, form), 422
    theme = themes.add_theme(assembly, form.name.data)
    return back_to("themes.show", number=number, _anchor=f"thema-{theme.number}")


@bp.post(f"{ONE}/themen/<int:theme>")
@access(*TEAM)
def rename(assembly: Assembly, number: int, theme: int) -> ResponseReturnValue:
    session = the_session(number)
    must_be_open(session)
    form = ThemeForm(request.form)
    if not form.validate():
        return _page(session, form), 422
    themes.rename_theme(scope.child(Theme, number=theme), form.name.data)
    return back_to("themes.show", number=number, _anchor=f"thema-{theme}")


@bp.post(f"{ONE}/themen/zuordnen")
@access(*TEAM)
def assign(assembly: Assembly, number: int) -> ResponseReturnValue:
    """Ticked cards (`karte` = uid) get the theme, or lose it (`weg`)."""
    session = the_session(number)
    must_be_open(session)
    chosen = request.form.get("weg") or request.form.get("theme", "")
    theme = scope.child(Theme, number=whole(chosen) or 0)
    picked = db.session.scalars(
        select(Note).where(
            Note.session_id == session.id, Note.uid.in_(request.form.getlist("karte"))
        )
    ).all()
    (themes.untag if request.form.get("weg") else themes.tag)(picked, theme)
    return back_to("themes.show", number=number, _anchor=f"thema-{theme.number}")
