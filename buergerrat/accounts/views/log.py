"""The log of one Bürgerrat: who did what when, and whether the chain is whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from buergerrat import audit
from buergerrat.accounts import log_words
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role, User
from buergerrat.audit import AuditEntry
from buergerrat.db import db

bp = Blueprint("log", __name__)
PER_PAGE = 50


@bp.get("/<town>/buergerraete/<assembly>/protokoll")
@access(Role.ADMINISTRATION, Role.OBSERVER, personal=True)
def show(assembly: Any) -> ResponseReturnValue:
    """Newest first. `?aktion=` filters, `?seite=` turns pages, `?pruefen=1` checks the chain."""
    action = request.args.get("aktion", "")
    of_assembly = select(AuditEntry).where(AuditEntry.assembly_id == assembly.id)
    chosen = of_assembly.where(AuditEntry.action == action) if action else of_assembly
    count = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-count // PER_PAGE))
    page = min(max(1, request.args.get("seite", 1, type=int)), pages)
    entries = db.session.scalars(
        chosen.order_by(AuditEntry.id.desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    ).all()
    return render_template(
        "accounts/log.html",
        entries=[
            (entry, log_words.action(entry.action), log_words.detail(entry)) for entry in entries
        ],
        actors=_names([entry.actor_id for entry in entries if entry.actor_id]),
        count=count,
        page=page,
        pages=pages,
        page_urls=[
            url_for("log.show", seite=n, aktion=action or None) for n in range(1, pages + 1)
        ],
        action=action,
        actions=_actions(assembly.id),
        head=audit.head_hash(),
        problems=audit.verify() if "pruefen" in request.args else None,
    )


def _actions(assembly_id: int) -> list[tuple[str, str]]:
    query = select(AuditEntry.action).where(AuditEntry.assembly_id == assembly_id).distinct()
    found = [(name, log_words.action(name)) for name in db.session.scalars(query)]
    return sorted(found, key=lambda pair: pair[1].casefold())


def _names(user_ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
