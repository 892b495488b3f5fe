"""Cards typed a second time, blind; what differs is shown side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.forms.answer import TOPICS
from buergerrat.sortition.forms.replies import PLAIN_ANSWERS, SearchForm, SecondForm, ShareForm
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import replies, reply_search, second_entry
from buergerrat.sortition.services.reply_history import name_of
from buergerrat.sortition.views.people import invitee_of
from buergerrat.sortition.views.replies import BASE
from buergerrat.web import back_to, begin_log

bp = Blueprint("second_entry", __name__)
QUEUE = f"{BASE}/zweiteingabe"
CARD = f"{QUEUE}/<string(length=32):uid>"


def typed_from_the_card(view: Callable[..., ResponseReturnValue]) -> Callable[..., Any]:
    """The view gets what was typed and the reply it is compared with, still as it was shown."""

    @wraps(view)
    def wrapped(assembly: Assembly, uid: str) -> ResponseReturnValue:
        invitee = invitee_of(uid)
        form = SecondForm(request.form, 0)
        if not form.validate():
            return _form_page(invitee, form), 422
        try:
            reply = second_entry.require_waiting(invitee.reply, str(form.stand.data))
        except second_entry.Changed:
            form.stand.data = str(invitee.reply.revision if invitee.reply else 0)
            return _form_page(invitee, form, changed=True), 409
        return view(assembly, invitee, form, reply)

    return wrapped


@bp.get(QUEUE)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    begin_log()
    return _queue(assembly, SearchForm(), ShareForm(share=assembly.check_share))


@bp.post(QUEUE)
@access(Role.ADMINISTRATION, personal=True)
def find(assembly: Assembly) -> ResponseReturnValue:
    """Whose card it is: code, name or street, then Enter."""
    form = SearchForm(request.form)
    share = ShareForm(share=assembly.check_share)
    if not form.validate():
        return _queue(assembly, form, share), 422
    found = reply_search.search(assembly, form.text.data or "")
    audit.log("look", "invitee", "search", count=len(found))
    if len(found) == 1:
        return back_to("second_entry.type_in", uid=found[0].uid)
    form.text.errors = [
        _("Mehrere passen. Geben Sie den Code ein.") if found else _("Weder Code noch Name passt.")
    ]
    return _queue(assembly, form, share), 422


@bp.post(f"{QUEUE}/anteil")
@access(Role.ADMINISTRATION, personal=True)
def share(assembly: Assembly) -> ResponseReturnValue:
    form = ShareForm(request.form)
    if not form.validate():
        return _queue(assembly, SearchForm(), form), 422
    second_entry.set_share(assembly, form.share.data or 0)
    flash(_("Der Anteil ist gespeichert."), "success")
    return back_to("second_entry.show")


@bp.get(CARD)
@access(Role.ADMINISTRATION, personal=True)
def type_in(assembly: Assembly, uid: str) -> ResponseReturnValue:
    begin_log()
    invitee = invitee_of(uid)
    audit.log("look", "invitee", uid)
    reply = invitee.reply
    revision = reply.revision if reply is not None else 0
    second_entry.require_waiting(reply, str(revision))
    return _form_page(invitee, SecondForm(None, revision))


@bp.post(CARD)
@access(Role.ADMINISTRATION, personal=True)
@typed_from_the_card
def compare(
    assembly: Assembly, invitee: Invitee, form: SecondForm, reply: Reply
) -> ResponseReturnValue:
    """The same: noted as checked. Different: both side by side, nothing is changed yet."""
    typed = form.typed()
    different = second_entry.differences(reply, typed)
    if different:
        page = "sortition/second_entry/choose.html"
        return render_template(
            page,
            invitee=invitee,
            name=name_of(invitee),
            form=form,
            typed=typed,
            different=different,
            words=_words(),
        )
    second_entry.confirm(assembly, invitee, typed, 0, current_user.id)
    flash(_("Beide Eingaben sind gleich: %(name)s", name=name_of(invitee)), "success")
    return back_to("second_entry.show")


@bp.post(f"{CARD}/entscheiden")
@access(Role.ADMINISTRATION, personal=True)
@typed_from_the_card
def choose(
    assembly: Assembly, invitee: Invitee, form: SecondForm, reply: Reply
) -> ResponseReturnValue:
    """Field by field the first or the second reading, as the card in the hand says."""
    typed, kept = form.typed(), second_entry.first_entry(reply)
    different = second_entry.differences(reply, typed)
    for difference in different:
        chosen = request.form.get(f"wahl-{difference.field}")
        if chosen not in ("first", "second"):
            abort(400)
        if chosen == "second" and difference.field == "answer":
            kept = dict(typed)
        elif chosen == "second":
            kept[difference.field] = difference.second
    second_entry.confirm(assembly, invitee, kept, len(different), current_user.id)
    flash(_("Geprüft und gespeichert: %(name)s", name=name_of(invitee)), "success")
    return back_to("second_entry.show")


def _queue(assembly: Assembly, form: SearchForm, share_form: ShareForm) -> str:
    found = second_entry.progress(assembly)
    cards = second_entry.next_cards(found)
    audit.log("look", "invitee", "list", count=len(cards))
    return render_template(
        "sortition/second_entry/show.html",
        progress=found,
        cards=[(card.uid, name_of(card), card.street) for card in cards],
        form=form,
        share=share_form,
        frozen=replies.pool_is_frozen(assembly),
    )


def _form_page(invitee: Invitee, form: SecondForm, *, changed: bool = False) -> str:
    reply = invitee.reply
    return render_template(
        "sortition/second_entry/form.html",
        invitee=invitee,
        name=name_of(invitee),
        form=form,
        changed=changed,
        mine=reply is not None and reply.entered_by == current_user.id,
    )


def _words() -> Mapping[str, Mapping[str, Any]]:
    """field → its name and the words for what can stand in it."""
    words: dict[str, dict[str, Any]] = {"answer": dict(PLAIN_ANSWERS)}
    for feature in REPLY_FEATURES:
        words[feature.key] = {key: _(label) for key, label, _value in feature.asked}
        words[feature.key][""] = _("nicht angegeben oder ohne Zustimmung")
    return words | {"labels": {"answer": _("Antwort"), **TOPICS}}
