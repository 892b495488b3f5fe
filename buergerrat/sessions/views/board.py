"""The live board: four lists, a clock, and what devices send and ask."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.db import new_uid, utcnow
from buergerrat.sessions.forms import MOST_TABLES
from buergerrat.sessions.models import AgendaItem, AssemblySession, Theme
from buergerrat.sessions.services import notes
from buergerrat.sessions.services.board import WITHOUT, Filter, board, card, version
from buergerrat.sessions.services.clock import clock
from buergerrat.sessions.services.notes import NewCard, TextClash
from buergerrat.sessions.views.cards import draw
from buergerrat.sessions.views.common import ONE, TEAM, the_session, whole
from buergerrat.sessions.words import BY_KEY
from buergerrat.web import Conflict, back_to

bp = Blueprint("board", __name__)


def the_filter() -> Filter:
    """?tisch=2&thema=3 or thema=ohne; anything else shows all."""
    table, theme = request.args.get("tisch", ""), request.args.get("thema", "")
    return Filter(
        table=whole(table),
        theme=theme if whole(theme) or theme == WITHOUT else "",
    )


def filter_arguments(shown: Filter) -> dict[str, Any]:
    return {"tisch": shown.table, "thema": shown.theme or None}


@bp.get(f"{ONE}/tafel")
@access(*TEAM)
def show(assembly: Assembly, number: int) -> str:
    session, shown = the_session(number), the_filter()
    return render_template(
        "sessions/board.html",
        session=session,
        clock=clock(session, utcnow()),
        board=board(session, shown),
        version=version(session, shown),
        shown=shown,
        arguments=filter_arguments(shown),
        writable=session.state in ("planned", "running"),
        new_uid=new_uid,
    )


@bp.get(f"{ONE}/tafel/uhr")
@access(*TEAM)
def clock_part(assembly: Assembly, number: int) -> str:
    session = the_session(number)
    return render_template("sessions/_clock.html", session=session, clock=clock(session, utcnow()))


@bp.get(f"{ONE}/tafel/karten")
@access(*TEAM)
def cards(assembly: Assembly, number: int) -> Response:
    """All cards as JSON; 304 while nothing has changed."""
    session, shown = the_session(number), the_filter()
    tag = version(session, shown)
    response = Response(status=304) if tag in request.if_none_match else _cards(session, shown)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _cards(session: AssemblySession, shown: Filter) -> Response:
    columns = board(session, shown).columns
    return jsonify(
        lists={c.entry.key: [_sent(session, one) for one in c.cards] for c in columns},
        counts={c.entry.key: c.count for c in columns},
    )


def _sent(session: AssemblySession, one: Any) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "label": one.label,
        "revision": one.revision,
        "text": one.text,
        "html": draw(session, one),
    }


@bp.post(f"{ONE}/tafel/karten")
@access(*TEAM)
def create(assembly: Assembly, number: int) -> ResponseReturnValue:
    """The form of a list, for browsers without script."""
    session = the_session(number)
    place = _place(session, request.form)
    uid = _uid(request.form.get("uid", ""))
    note = notes.add_note(session, request.form.get("text", ""), place, uid=uid, user_id=g.actor_id)
    return back_to(
        "board.show",
        number=number,
        **filter_arguments(the_filter()),
        _anchor=f"{BY_KEY[note.df_list].letter}{note.number}",
    )


@bp.put(f"{ONE}/tafel/karten/<uid>")
@access(*TEAM)
def save(assembly: Assembly, number: int, uid: str) -> ResponseReturnValue:
    """A card from a device: JSON {list, text, base, table, theme, item}, If-Match: revision.

    200/201 {state, card}; 409 {state: "clash", theirs, revision} or {state: "refused", message}.
    """
    session = the_session(number)
    sent = request.get_json(silent=True)
    revision = whole(request.headers.get("If-Match", "").strip('"'))
    if not isinstance(sent, dict) or revision is None:
        return jsonify(state="refused", message=_("Diese Karte kam unvollständig an.")), 400
    try:
        saved = notes.save_note(
            session,
            _uid(uid),
            str(sent.get("text", "")),
            revision,
            _place(session, sent),
            base=sent["base"] if isinstance(sent.get("base"), str) else None,
            user_id=g.actor_id,
        )
    except TextClash as clash:
        theirs = {"theirs": clash.theirs, "revision": clash.revision}
        return jsonify(state="clash", message=str(clash), **theirs), 409
    except Conflict as refused:
        return jsonify(state="refused", message=str(refused)), 409
    stored = _sent(session, card(saved.note))
    return jsonify(state=saved.outcome, card=stored), 201 if saved.outcome == "created" else 200


def _uid(text: str) -> str:
    if len(text) != 32 or set(text) - set("0123456789abcdef"):
        raise Conflict(_("Diese Karte kam unvollständig an."))
    return text


def _place(session: AssemblySession, sent: Any) -> NewCard:
    """List, table, theme and item as a form or a device names them."""
    df_list = str(sent.get("list", ""))
    if df_list not in BY_KEY:
        raise Conflict(_("Diese Liste gibt es nicht."))
    table, theme, item = (whole(sent.get(name)) for name in ("table", "theme", "item"))
    return NewCard(
        df_list=df_list,
        table=table if table and table <= MOST_TABLES else None,
        themes=[scope.child(Theme, number=theme)] if theme else [],
        item=next((i for i in session.items if i.number == item), None) or _running(session),
    )


def _running(session: AssemblySession) -> AgendaItem | None:
    return clock(session, utcnow()).running
