"""One card: its text, table, themes, versions; crossing out; two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, g, get_template_attribute, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from buergerrat.accounts.access import access
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.choices import choices
from buergerrat.db import db
from buergerrat.sessions.differing import differing
from buergerrat.sessions.forms import NoteForm
from buergerrat.sessions.models import AssemblySession, Note
from buergerrat.sessions.services import notes
from buergerrat.sessions.services.board import Card, card, label, tables_of
from buergerrat.sessions.services.notes import TextClash
from buergerrat.sessions.services.themes import themes_of
from buergerrat.sessions.views.common import ONE, TEAM, the_session, whole
from buergerrat.sessions.words import BY_LETTER
from buergerrat.web import back_to

bp = Blueprint("cards", __name__)
CARD = f"{ONE}/tafel/<letter>/<int:card_number>"


def draw(session: AssemblySession, one: Card) -> Markup:
    """A card's HTML, the same on the page and in what a device fetches."""
    macro = get_template_attribute("sessions/_card.html", "card")
    return Markup(macro(session.number, one))  # noqa: S704


def the_note(number: int, letter: str, card_number: int) -> Note:
    if letter not in BY_LETTER:
        abort(404)
    return scope.child(
        Note,
        session_id=the_session(number).id,
        df_list=BY_LETTER[letter].key,
        number=card_number,
    )


def _form(note: Note) -> NoteForm:
    form = NoteForm(request.form or None, obj=None if request.form else note)
    session = db.session.get_one(AssemblySession, note.session_id)
    tables = sorted({*tables_of(session), *([note.table_number] if note.table_number else [])})
    form.table.choices = choices([("", _("kein Tisch")), *((str(n), str(n)) for n in tables)])
    form.themes.choices = choices((str(t.number), t.name) for t in themes_of(note.assembly_id))
    form.refers_to.choices = choices(
        [
            ("", _("keine")),
            *((str(n.number), f"{label(n)} {n.text[:70]}") for n in _solutions(note)),
        ]
    )
    if not request.form:
        form.table.data = str(note.table_number or "")
        form.refers_to.data = str(note.refers_to.number) if note.refers_to else ""
        form.themes.data = [str(t.number) for t in note.themes]
        form.themes_before.data = ",".join(form.themes.data)
    return form


def _solutions(note: Note) -> Sequence[Note]:
    if note.df_list != "concern":
        return []
    return db.session.scalars(
        select(Note)
        .filter_by(assembly_id=note.assembly_id, df_list="solution")
        .order_by(Note.number)
    ).all()


@bp.get(CARD)
@access(*TEAM)
def edit(assembly: Assembly, number: int, letter: str, card_number: int) -> str:
    note = the_note(number, letter, card_number)
    return _page(note, _form(note))


def _page(note: Note, form: NoteForm) -> str:
    session = db.session.get_one(AssemblySession, note.session_id)
    return render_template(
        "sessions/card.html",
        session=session,
        card=card(note),
        form=form,
        revisions=notes.revisions(note),
        item=next((i for i in session.items if i.id == note.agenda_item_id), None),
        writable=session.state in ("planned", "running"),
    )


@bp.post(CARD)
@access(*TEAM)
def change(assembly: Assembly, number: int, letter: str, card_number: int) -> ResponseReturnValue:
    note = the_note(number, letter, card_number)
    form = _form(note)
    if not form.validate():
        return _page(note, form), 422
    try:
        notes.edit_note(note, form.text.data, form.revision.number(), user_id=g.actor_id)
    except TextClash as clash:
        return two_versions(note, clash, form), 409
    _sort(note, form)
    return back_to("board.show", number=number, _anchor=f"{letter}{card_number}")


def _sort(note: Note, form: NoteForm) -> None:
    by_number = {str(theme.number): theme for theme in themes_of(note.assembly_id)}
    before = (form.themes_before.data or "").split(",")
    solution = form.refers_to.data
    notes.sort_note(
        note,
        table=int(form.table.data) if form.table.data else None,
        themes=[by_number[n] for n in form.themes.data or []],
        themes_before=[by_number[n].id for n in before if n in by_number],
        refers_to=scope.child(Note, df_list="solution", number=int(solution)) if solution else None,
    )


def two_versions(note: Note, clash: TextClash, form: NoteForm | None = None) -> str:
    """Both texts side by side; the person chooses, nothing was overwritten."""
    session = db.session.get_one(AssemblySession, note.session_id)
    return render_template(
        "sessions/two_versions.html",
        session=session,
        card=card(note),
        clash=clash,
        form=form,
        parts_of_text=differing(clash.theirs, clash.ours),
    )


@bp.post(f"{CARD}/fassungen")
@access(*TEAM)
def choose(assembly: Assembly, number: int, letter: str, card_number: int) -> ResponseReturnValue:
    """A device asks to see two versions, or somebody has chosen one (`gewaehlt`)."""
    note = the_note(number, letter, card_number)
    text = request.form.get("text", "")
    try:
        notes.edit_note(
            note,
            text,
            whole(request.form.get("revision")) or 0,
            base=request.form.get("base"),
            user_id=g.actor_id,
        )
    except TextClash as clash:
        return two_versions(note, clash), 409
    return back_to("board.show", number=number, geklaert=note.uid, _anchor=f"{letter}{card_number}")


@bp.post(f"{CARD}/streichen")
@access(*TEAM)
def strike(assembly: Assembly, number: int, letter: str, card_number: int) -> ResponseReturnValue:
    notes.strike(the_note(number, letter, card_number))
    return back_to("board.show", number=number)


@bp.post(f"{CARD}/zurueckholen")
@access(*TEAM)
def restore(assembly: Assembly, number: int, letter: str, card_number: int) -> ResponseReturnValue:
    notes.restore(the_note(number, letter, card_number))
    return back_to("board.show", number=number, _anchor=f"{letter}{card_number}")
