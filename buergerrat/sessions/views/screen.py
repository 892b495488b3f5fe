"""The hall's screen: cards large, by list or by theme, without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.assemblies.models import Assembly
from buergerrat.sessions.models import AssemblySession
from buergerrat.sessions.services.board import Board, Card, Filter, board, card, notes_of, version
from buergerrat.sessions.services.themes import themes_of
from buergerrat.sessions.views.common import ONE, TEAM, the_session
from buergerrat.sessions.words import BY_LETTER

bp = Blueprint("screen", __name__)


@dataclass(frozen=True)
class Group:
    """A heading with its cards; `key` is the part of the address that shows only this one."""

    key: str
    name: Any
    cards: list[Card]


@bp.get(f"{ONE}/grossbild")
@access(*TEAM)
def show(assembly: Assembly, number: int) -> Response:
    """?nach=themen groups by theme; ?nur=L or ?nur=3 shows one group only."""
    session = the_session(number)
    by_theme, only = request.args.get("nach") == "themen", request.args.get("nur", "")
    groups = _by_theme(session) if by_theme else _by_list(board(session, Filter()))
    shown = [g for g in groups if g.key == only] or [g for g in groups if g.cards] or groups
    page = render_template(
        "sessions/screen.html",
        session=session,
        groups=shown,
        all_groups=groups,
        by_theme=by_theme,
        only=only,
    )
    response = make_response(page)
    response.set_etag(version(session, Filter()) + f"{by_theme:d}{only[:8]}")
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _by_list(shown: Board) -> list[Group]:
    return [
        Group(column.entry.letter, column.entry.name, [c for c in column.cards if not c.struck])
        for column in shown.columns
    ]


def _by_theme(session: AssemblySession) -> list[Group]:
    alive = [note for note in notes_of(session) if note.struck_at is None]
    order = list(BY_LETTER)
    alive.sort(key=lambda note: (order.index(card(note).letter), note.number))
    groups = [
        Group(str(t.number), t.name, [card(n) for n in alive if t in n.themes])
        for t in themes_of(session.assembly_id)
    ]
    loose = [card(note) for note in alive if not note.themes]
    return [*groups, Group("ohne", _("Ohne Thema"), loose)]
