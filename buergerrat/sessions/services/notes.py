"""Cards: written, merged when two write at once, crossed out, never lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db, new_uid, utcnow
from buergerrat.sessions.merging import Clash, merge
from buergerrat.sessions.models import AgendaItem, AssemblySession, Note, NoteRevision, Theme
from buergerrat.sessions.services.planning import must_be_open
from buergerrat.web import Conflict

LONGEST = 2000  # letters on a card


class TextClash(Conflict):
    """Two people changed the same words. Both texts are here, nothing is overwritten."""

    def __init__(self, note: Note, clash: Clash) -> None:
        super().__init__(_("Zwei Personen haben dieselben Worte geändert."))
        self.note, self.revision = note, note.revision
        self.ours, self.theirs, self.base = clash.ours, clash.theirs, clash.base


@dataclass(frozen=True)
class Saved:
    """A stored card; `outcome`: created | saved | same | merged."""

    note: Note
    outcome: str


@dataclass(frozen=True)
class NewCard:
    """Where a new card belongs."""

    df_list: str
    table: int | None = None
    item: AgendaItem | None = None
    themes: Sequence[Theme] = ()
    refers_to: Note | None = None


def find_note(session: AssemblySession, uid: str) -> Note | None:
    """The session's card of this uid. Raises Conflict when it belongs to another session."""
    note = db.session.scalars(select(Note).filter_by(uid=uid)).one_or_none()
    if note is not None and note.session_id != session.id:
        raise Conflict(_("Diese Karte gehört zu einer anderen Sitzung."))
    return note


def add_note(
    session: AssemblySession,
    text: str,
    place: NewCard,
    *,
    uid: str | None = None,
    user_id: int | None = None,
) -> Note:
    """A new card with the next number of its list. The same `uid` gives the card there is."""
    known = find_note(session, uid) if uid else None
    if known is not None:
        return known
    must_be_open(session)
    text = _checked(text)
    db.session.execute(
        select(Assembly.id).where(Assembly.id == session.assembly_id).with_for_update()
    )
    note = Note(
        uid=uid or new_uid(),
        assembly_id=session.assembly_id,
        session_id=session.id,
        agenda_item_id=place.item.id if place.item else None,
        df_list=place.df_list,
        number=next_number(Note, session.assembly_id, df_list=place.df_list),
        table_number=place.table,
        text=text,
        revision=1,
        refers_to_id=_solution(place.refers_to, place.df_list),
        changed_at=utcnow(),
        user_id=user_id,
        themes=list(place.themes),
    )
    db.session.add(note)
    db.session.flush()
    _keep_revision(note, user_id)
    audit.log("add", "note", note.id, assembly_id=note.assembly_id, list=note.df_list)
    return note


def edit_note(
    note: Note,
    text: str,
    revision: int,
    *,
    base: str | None = None,
    user_id: int | None = None,
) -> Saved:
    """Store a text that was written on top of `revision` (or of the text `base`).

    A stale one is merged word by word. Raises TextClash when the same words differ.
    """
    must_be_open(_session(note))
    if note.struck_at:
        raise Conflict(_("Diese Karte ist gestrichen. Holen Sie sie zuerst zurück."))
    text = _checked(text)
    outcome = "saved"
    if revision != note.revision:
        text, outcome = _merged(note, text, revision, base)
    if text == note.text:
        return Saved(note, "same")
    note.text = text
    note.revision += 1
    note.changed_at = utcnow()
    _keep_revision(note, user_id)
    return Saved(note, outcome)


def save_note(
    session: AssemblySession,
    uid: str,
    text: str,
    revision: int,
    place: NewCard,
    *,
    base: str | None = None,
    user_id: int | None = None,
) -> Saved:
    """What a device sends: a new card or a new text; sent twice, it happens once."""
    note = find_note(session, uid)
    if note is None:
        made = add_note(session, text, place, uid=uid, user_id=user_id)
        return Saved(made, "created")
    return edit_note(note, text, revision, base=base, user_id=user_id)


def sort_note(
    note: Note,
    *,
    table: int | None,
    themes: Collection[Theme],
    themes_before: Collection[int],
    refers_to: Note | None = None,
) -> None:
    """Table, themes and the solution a concern is about.

    Themes are set by difference to `themes_before` (ids shown in the form), so that two
    people who tag the same card both keep theirs.
    """
    must_be_open(_session(note))
    chosen = {theme.id for theme in themes}
    kept = [t for t in note.themes if t.id in chosen or t.id not in themes_before]
    added = [t for t in themes if t.id not in themes_before and t not in kept]
    after = (table, {t.id for t in [*kept, *added]}, _solution(refers_to, note.df_list))
    if after == (note.table_number, {t.id for t in note.themes}, note.refers_to_id):
        return
    note.table_number = table
    note.themes = [*kept, *added]
    note.refers_to_id = after[2]
    note.changed_at = utcnow()
    db.session.flush()
    audit.log("sort", "note", note.id, assembly_id=note.assembly_id, themes=len(note.themes))


def strike(note: Note) -> None:
    """Cross a card out. It stays readable and keeps its number."""
    must_be_open(_session(note))
    if note.struck_at is None:
        note.struck_at = note.changed_at = utcnow()
        db.session.flush()
        audit.log("strike", "note", note.id, assembly_id=note.assembly_id)


def restore(note: Note) -> None:
    must_be_open(_session(note))
    if note.struck_at is not None:
        note.struck_at = None
        note.changed_at = utcnow()
        db.session.flush()
        audit.log("restore", "note", note.id, assembly_id=note.assembly_id)


def revisions(note: Note) -> list[NoteRevision]:
    """Every text the card had, newest first."""
    return list(
        db.session.scalars(
            select(NoteRevision).filter_by(note_id=note.id).order_by(NoteRevision.revision.desc())
        )
    )


def _merged(note: Note, text: str, revision: int, base: str | None) -> tuple[str, str]:
    if base is None:
        base = db.session.scalar(
            select(NoteRevision.text).filter_by(note_id=note.id, revision=revision)
        )
    merged = merge(base or "", text, note.text)
    if isinstance(merged, Clash):
        raise TextClash(note, merged)
    return merged.text, "merged"


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Conflict(_("Eine Karte braucht einen Text."))
    if len(text) > LONGEST:
        raise Conflict(_("Eine Karte hat höchstens %(n)s Zeichen.", n=LONGEST))
    return text


def _solution(refers_to: Note | None, df_list: str) -> int | None:
    """Only a concern refers to a card, and only to a solution."""
    if refers_to is None or df_list != "concern":
        return None
    if refers_to.df_list != "solution":
        raise Conflict(_("Ein Bedenken bezieht sich auf eine Lösung."))
    return refers_to.id


def _keep_revision(note: Note, user_id: int | None) -> None:
    db.session.add(
        NoteRevision(
            assembly_id=note.assembly_id,
            note_id=note.id,
            revision=note.revision,
            text=note.text,
            user_id=user_id,
        )
    )
    db.session.flush()


def _session(note: Note) -> AssemblySession:
    return db.session.get_one(AssemblySession, note.session_id)
