"""How the draw went, for everybody: the way from the register to the seats, and what was fixed when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from buergerrat import charts
from buergerrat.charts import CompositionRow, FunnelPicture, FunnelStep
from buergerrat.formats import language, number, percent
from buergerrat.public.services.checking import Published, published
from buergerrat.public.services.facts import PUBLISHED, Facts
from buergerrat.public.texts import gettext as _
from buergerrat.sortition.commitment import Commitment, SeedKind
from buergerrat.sortition.models import InvitationDraw, PanelDraw
from buergerrat.sortition.services.lottery import panels_of


@dataclass(frozen=True)
class Fixed:
    """Something whose Prüfsumme was published: what, when, and the file that it belongs to."""

    what: str
    at: dt.datetime | None
    checksum: str
    file: str = ""


@dataclass(frozen=True)
class FeaturePicture:
    feature: str
    picture: Markup


def funnel(facts: Facts) -> list[FunnelPicture]:
    """As far as it has come: register, letters, replies, pool, seats."""
    town = facts.assembly.municipality.short_name
    steps = []
    if facts.invitation is not None:
        people = _("Menschen ab %(age)s Jahren", age=facts.assembly.min_age)
        note = _("stehen im Melderegister von %(town)s", town=town)
        steps.append(FunnelStep(facts.invitation.extract.eligible, people, note))
        note = _("gingen an ausgeloste Menschen")
        if facts.replies:
            note += ", " + _("%(count)s haben geantwortet", count=number(facts.replies))
        steps.append(FunnelStep(facts.letters, _("Briefe"), note))
    if facts.listed is not None:
        pool = len(facts.listed.result["counts"])
        note = _("haben mit Ja geantwortet")
        if facts.visited:
            note += ", " + _("%(count)s über Hausbesuch", count=number(facts.visited))
        steps.append(FunnelStep(pool, _("Menschen im Lostopf"), note))
    if facts.picked is not None:
        note = _("wurden daraus gelost")
        steps.append(FunnelStep(facts.assembly.seats, _("Mitglieder"), note))
    return charts.funnel(steps)


def compositions(facts: Facts) -> list[FeaturePicture]:
    """One picture per feature: seats against the exact share of the population."""
    seats = facts.assembly.seats
    made = []
    for feature, group in groupby(facts.composition, key=lambda row: row.feature):
        # A value that nobody has and whose share is unknown says nothing.
        rows = [
            CompositionRow(_(row.value), row.seats, row.population * seats / 100)
            for row in group
            if row.seats or row.population
        ]
        made.append(
            FeaturePicture(_(feature), charts.composition(_(feature), rows, seats, language()))
        )
    return made


def composition_table(facts: Facts) -> list[object]:
    """Rows for `ui.table`: value, town, pool, seats."""
    pool = {feature: 0 for feature, _group in groupby(facts.composition, lambda r: r.feature)}
    for row in facts.composition:
        pool[row.feature] += row.pool
    rows: list[object] = []
    for feature, group in groupby(facts.composition, key=lambda row: row.feature):
        rows.append({"group": _(feature)})
        for row in group:
            in_pool = percent(row.pool / pool[feature], 0) if pool[feature] else "–"
            town = percent(row.population / 100) if row.population else "–"
            rows.append([_(row.value), town, in_pool, number(row.seats)])
    return rows


def fixed(facts: Facts) -> list[Fixed]:
    """Everything that was fixed, in the order of time; earlier draws stay visible."""
    written = published(facts.assembly) if facts.picked else {}
    made = [_invitation(draw, len(facts.invitations)) for draw in facts.invitations]
    for draw in facts.lotteries:
        made += _lottery(draw, len(facts.lotteries), written)
    return sorted(made, key=lambda item: item.at.timestamp() if item.at else 0.0)


def _invitation(draw: InvitationDraw, draws: int) -> Fixed:
    what = _("Einladungslosung: Register, Briefe je Gruppe, Regeln")
    if draws > 1:
        what = _("Einladungslosung %(n)s: Register, Briefe je Gruppe, Regeln", n=draw.number)
    if draw.state != "drawn":
        what += f" ({_('noch nicht gelost')})"
    return Fixed(
        what, draw.committed_at, draw.commitment_hash or "", f"festschreibung-{draw.number}.json"
    )


def _lottery(draw: PanelDraw, draws: int, written: Mapping[str, Published]) -> list[Fixed]:
    which = "" if draws == 1 else f" {draw.number}"
    gone = f" ({_('verworfen')})" if draw.state == "discarded" else ""
    made = [Fixed(_("Lostopf und Quoten") + which + gone, draw.frozen_at, draw.frozen_hash)]
    if draw.state in PUBLISHED:
        lists = _("%(count)s Listen mit versiegelten Plätzen", count=number(panels_of(draw)))
        made.append(Fixed(lists + which, draw.published_at, draw.panels_hash))
    if draw.state == "picked":
        made.append(Fixed(_("Gezogen: Liste %(n)s", n=draw.digits) + which, draw.picked_at, ""))
        # The record is written anew when somebody moves up; its checksum is of that moment.
        newest = written.get(draw.record_hash)
        at = newest.at if newest else draw.picked_at
        made.append(Fixed(_("Losprotokoll") + which, at, draw.record_hash, "losprotokoll.zip"))
    return made


def seed_sentence(draw: InvitationDraw) -> str:
    """Where the chance came from."""
    kinds = {
        SeedKind.DICE: _("öffentlich geworfene Würfel"),
        SeedKind.LOTTO: _("Lottozahlen"),
        SeedKind.DRAND: _("die öffentliche Zufallsquelle drand"),
    }
    used = SeedKind(draw.seed_kind)
    announced = Commitment.from_json(str(draw.commitment).encode()).seed
    if draw.seed_value and used is not announced.kind:
        return _(
            "Angekündigt war: %(source)s. Benutzt wurde eine Ersatzquelle: %(used)s. Der Wert "
            "war: %(value)s.",
            source=announced.event,
            used=kinds.get(used, used.value),
            value=draw.seed_value,
        )
    source = draw.seed_source or kinds.get(used, used.value)
    return _("%(source)s. Der Wert war: %(value)s.", source=source, value=draw.seed_value)
