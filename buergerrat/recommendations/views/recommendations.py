from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import child
from buergerrat.recommendations import presenting, words
from buergerrat.recommendations.forms import VersionForm, WordingForm
from buergerrat.recommendations.models import Recommendation, RecommendationVersion
from buergerrat.recommendations.services import ballots, cards, council, report, states
from buergerrat.recommendations.services import recommendations as service
from buergerrat.web import back_to

bp = Blueprint("recommendations", __name__)
BASE = "/<town>/buergerraete/<assembly>/empfehlungen"
WRITERS = (Role.ADMINISTRATION, Role.FACILITATOR)


@bp.get(BASE)
@access(*WRITERS)
def index(assembly: Assembly) -> str:
    return render_template(
        "recommendations/index.html",
        items=service.of_assembly(assembly),
        handed_over=states.handed_over(assembly.id),
        counting=ballots.counting,
        words=words,
    )


@bp.get(f"{BASE}/neu")
@access(*WRITERS)
def new(assembly: Assembly) -> str:
    return _new_page(assembly, WordingForm())


@bp.post(f"{BASE}/neu")
@access(*WRITERS)
def create(assembly: Assembly) -> ResponseReturnValue:
    form = WordingForm(request.form)
    if "thema" in request.form:  # a filter was chosen: nothing is saved, nothing typed is lost
        return _new_page(assembly, form)
    if not form.validate():
        return _new_page(assembly, form), 422
    notes = cards.by_ids(assembly, request.form.getlist("karte"))
    made = service.draft_recommendation(assembly, form.wording(), notes, current_user.id)
    return back_to("recommendations.show", number=made.number)


def _new_page(assembly: Assembly, form: WordingForm) -> str:
    return render_template("recommendations/new.html", form=form, **picker(assembly))


def picker(assembly: Assembly) -> dict[str, object]:
    """What the choice of cards needs: `thema` and `karte` come from the form or the address."""
    asked = request.values.get("thema", "")
    theme = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    picked = {n.id for n in cards.by_ids(assembly, request.values.getlist("karte"))}
    return {
        "notes": cards.pickable(assembly, theme, picked),
        "picked": picked,
        "themes": cards.themes(assembly),
        "theme": theme,
        "card": presenting.card,
    }


@bp.get(f"{BASE}/<int:number>")
@access(*WRITERS)
def show(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    stored = report.find(assembly)
    handed_over = states.handed_over(assembly.id)
    clerk = g.actor_role in (Role.ADMINISTRATION, Role.SYSTEM)
    numbers = [other.number for other in service.of_assembly(assembly)]
    older, newer = _chosen_versions(item)
    return render_template(
        "recommendations/show.html",
        item=item,
        numbers=numbers,
        evidence=sorted(item.evidence, key=lambda link: cards.board_order(link.note)),
        themes=sorted({t.name for e in item.evidence for t in e.note.themes}),
        older=older,
        newer=newer,
        parts=presenting.comparison(older, newer) if older is not newer else {},
        ballot=ballots.counting(item),
        run=presenting.run_of(item, assembly, stored),
        next_step=presenting.next_step(item, assembly, handed_over, clerk),
        editable=item.state == "draft" and not handed_over,
        handed_over=handed_over,
        reasons=council.lines(item.version.rationale),
        words=words,
        presenting=presenting,
    )


def _chosen_versions(
    item: Recommendation,
) -> tuple[RecommendationVersion, RecommendationVersion]:
    """The two versions to compare, from ?von=&bis=; the last two unless asked otherwise."""
    by_number = {version.number: version for version in item.versions}
    newest = item.current_version
    before = request.args.get("von", newest - 1, type=int)
    after = request.args.get("bis", newest, type=int)
    newer = by_number.get(after, item.version)
    return by_number.get(before, newer), newer


@bp.get(f"{BASE}/<int:number>/fassung")
@access(*WRITERS)
def edit(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    states.require_draft(item)
    form = VersionForm(obj=item.version, base=item.current_version)
    form.change_note.data = ""
    return _edit_page(item, form)


@bp.post(f"{BASE}/<int:number>/fassung")
@access(*WRITERS)
def revise(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    form = VersionForm(request.form)
    if not form.validate():
        return _edit_page(item, form), 422
    try:
        service.revise(
            item, form.base_number(), form.wording(), form.change_note.data, current_user.id
        )
    except service.Overtaken as conflict:
        form.base.data = str(conflict.current)
        return _edit_page(item, form, conflict), 409
    return back_to("recommendations.show", number=number)


def _edit_page(
    item: Recommendation, form: VersionForm, conflict: service.Overtaken | None = None
) -> str:
    typed = presenting.differences(item.version.text, form.text.data) if conflict else []
    reasons = presenting.differences(item.version.rationale, form.rationale.data)
    return render_template(
        "recommendations/edit.html",
        item=item,
        form=form,
        conflict=conflict,
        parts=typed,
        reason_parts=reasons if conflict else [],
    )


@bp.post(f"{BASE}/<int:number>/zurueckziehen")
@access(*WRITERS)
def withdraw(assembly: Assembly, number: int) -> ResponseReturnValue:
    service.withdraw(child(Recommendation, number=number))
    return back_to("recommendations.show", number=number)
