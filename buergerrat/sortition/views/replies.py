"""The answers, for the administration: how many came, who said what, cards and calls typed in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.laender import visits_allowed
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition import register_answers
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.forms.replies import REGISTER, CardForm, SearchForm
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import (
    consents,
    replies,
    reply_history,
    reply_search,
    response_page,
)
from buergerrat.sortition.services.reply_history import ALL_SOURCES, name_of
from buergerrat.sortition.summary import consent_lines, summary_of
from buergerrat.sortition.views.people import invitee_of
from buergerrat.web import back_to, begin_log

bp = Blueprint("replies", __name__)
BASE = "/<town>/buergerraete/<assembly>/antworten"
PER_PAGE = 50
MOST_HITS = 50


@bp.get(BASE)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def index(assembly: Assembly) -> str:
    """Numbers only: nobody's name."""
    return render_template(
        "sortition/replies/index.html",
        **response_page.context(assembly),
        may_type=not replies.pool_is_frozen(assembly),
        role_may_type=g.actor_role == Role.ADMINISTRATION,
        form=SearchForm(),
    )


@bp.get(f"{BASE}/personen")
@access(Role.ADMINISTRATION, personal=True)
def people(assembly: Assembly) -> str:
    begin_log()
    state = request.args.get("stand", "")
    if state and state not in reply_search.STATES:
        abort(404)
    page = max(1, request.args.get("seite", 1, type=int))
    shown, total = reply_search.page_of(assembly, state, (page - 1) * PER_PAGE, PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    if page > pages:
        page = pages
        shown, total = reply_search.page_of(assembly, state, (page - 1) * PER_PAGE, PER_PAGE)
    audit.log("look", "invitee", "list", count=len(shown), page=page)
    return render_template(
        "sortition/replies/people.html",
        found=shown,
        total=total,
        state=state,
        page=page,
        pages=pages,
        form=SearchForm(),
    )


@bp.post(f"{BASE}/suche")
@access(Role.ADMINISTRATION, personal=True)
def search(assembly: Assembly) -> ResponseReturnValue:
    """By POST, so that no name and no code stands in an address."""
    form = SearchForm(request.form)
    if not form.validate():
        return render_template("sortition/replies/found.html", form=form, found=[], total=0), 422
    found = reply_search.search(assembly, form.text.data or "")
    audit.log("look", "invitee", "search", count=min(len(found), MOST_HITS))
    return render_template(
        "sortition/replies/found.html", form=form, found=found[:MOST_HITS], total=len(found)
    )


@bp.get(f"{BASE}/personen/<string(length=32):uid>")
@access(Role.ADMINISTRATION, personal=True)
def person(assembly: Assembly, uid: str) -> str:
    begin_log()
    invitee = invitee_of(uid)
    audit.log("look", "invitee", uid)
    reply = invitee.reply
    return render_template(
        "sortition/replies/person.html",
        invitee=invitee,
        reply=reply,
        rows=summary_of(reply) if reply is not None else [],
        sources=ALL_SOURCES,
        ways=reply_history.ways(invitee),
        consents=consent_lines(invitee, assembly.municipality.name),
        name=name_of(invitee),
        may_type=not replies.pool_is_frozen(assembly),
    )


@bp.post(f"{BASE}/personen/<string(length=32):uid>/zustellung")
@access(Role.ADMINISTRATION, personal=True)
def delivery(assembly: Assembly, uid: str) -> ResponseReturnValue:
    """The letter came back; or it did not after all."""
    invitee = invitee_of(uid)
    if request.form.get("unzustellbar") == "ja":
        replies.mark_undeliverable(invitee)
        flash(_("Der Brief ist als unzustellbar eingetragen."), "success")
    else:
        replies.mark_delivered(invitee)
        flash(_("Der Brief gilt wieder als zugestellt."), "success")
    return back_to("replies.person", uid=uid)


@bp.get(f"{BASE}/karte")
@access(Role.ADMINISTRATION, personal=True)
def card(assembly: Assembly) -> str:
    """Whose card it is: code, name or street, then Enter."""
    return render_template(
        "sortition/replies/card.html", form=SearchForm(), found=[], total=None, source=_source()
    )


@bp.post(f"{BASE}/karte")
@access(Role.ADMINISTRATION, personal=True)
def find_card(assembly: Assembly) -> ResponseReturnValue:
    form = SearchForm(request.form)
    if not form.validate():
        return _card_page(form, [], None), 422
    uid = reply_search.by_code(assembly, form.text.data or "")
    if uid is not None:
        return back_to("replies.type_in", uid=uid, quelle=_source())
    found = reply_search.search(assembly, form.text.data or "")
    audit.log("look", "invitee", "search", count=min(len(found), MOST_HITS))
    if len(found) == 1:
        return back_to("replies.type_in", uid=found[0].uid, quelle=_source())
    return _card_page(form, found[:MOST_HITS], len(found))


def _card_page(form: SearchForm, found: Any, total: int | None) -> str:
    return render_template(
        "sortition/replies/card.html", form=form, found=found, total=total, source=_source()
    )


@bp.get(f"{BASE}/karte/<string(length=32):uid>")
@access(Role.ADMINISTRATION, personal=True)
def type_in(assembly: Assembly, uid: str) -> str:
    begin_log()
    invitee = invitee_of(uid)
    audit.log("look", "invitee", uid)
    form = CardForm(None, invitee, _source(), _register(assembly, invitee))
    page = "sortition/replies/card_form.html"
    return render_template(page, invitee=invitee, name=name_of(invitee), form=form)


@bp.post(f"{BASE}/karte/<string(length=32):uid>")
@access(Role.ADMINISTRATION, personal=True)
def save_card(assembly: Assembly, uid: str) -> ResponseReturnValue:
    """Save and show the field for the next card. Somebody else's newer entry is not lost."""
    invitee = invitee_of(uid)
    form = CardForm(request.form, invitee, _source(), _register(assembly, invitee))
    page = "sortition/replies/card_form.html"
    if not form.validate():
        return render_template(page, invitee=invitee, name=name_of(invitee), form=form), 422
    revision = invitee.reply.revision if invitee.reply is not None else 0
    if form.stand.data != str(revision):
        form.stand.data = str(revision)
        theirs = summary_of(invitee.reply) if invitee.reply is not None else []
        values = {"invitee": invitee, "name": name_of(invitee), "form": form, "theirs": theirs}
        return render_template(page, **values), 409
    for field, value in form.register_data().items():
        register_answers.keep(invitee, field, value)
    replies.save(
        assembly, invitee, form.content(), source=form.source.data, user_id=current_user.id
    )
    if "guardian" in form:
        agree = consents.give if form.guardian.data and invitee.minor else _not_given
        agree(invitee, "guardian", form.source.data)
    flash(_("Gespeichert: %(name)s", name=name_of(invitee)), "success")
    dropped = form.without_consent()
    if dropped:
        flash(
            _("Ohne Zustimmung nicht gespeichert: %(topics)s", topics=", ".join(dropped)), "warning"
        )
    if form.source.data == "visit":
        return back_to("visits.show")
    return redirect(url_for("replies.card", quelle=form.source.data), 303)


def _not_given(invitee: Invitee, kind: str, source: str) -> None:
    consents.withdraw(invitee, kind, source=source)


def _register(assembly: Assembly, invitee: Invitee) -> dict[str, Any] | None:
    """What is asked of somebody the register did not name."""
    if invitee.recruitment_path != "forwarded":
        return None
    return {field: register_answers.options(assembly, field) for field in REGISTER}


@bp.post(f"{BASE}/personen/<string(length=32):uid>/zustimmung")
@access(Role.ADMINISTRATION, personal=True)
def take_back(assembly: Assembly, uid: str) -> ResponseReturnValue:
    """Somebody called and takes a consent back: at any time, also after the lottery."""
    invitee, kind = invitee_of(uid), request.form.get("kind", "")
    if kind not in KINDS:
        abort(404)
    if consents.withdraw(invitee, kind, source="phone"):
        flash(_("Die Zustimmung ist zurückgenommen."), "success")
    return back_to("replies.person", uid=uid)


def _source() -> str:
    """The last card's source is the next one's proposal."""
    if request.args.get("quelle") == "visit" and visits_allowed(g.assembly):
        return "visit"
    return "phone" if request.args.get("quelle") == "phone" else "card"
