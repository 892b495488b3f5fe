"""Drawing the panel: build the lists in a job, then three digits drawn in public."""

from __future__ import annotations

from flask_babel import gettext as _

from buergerrat import audit, jobs
from buergerrat.db import db, utcnow
from buergerrat.sortition.commitment import PanelCommitment
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import build as build_lists
from buergerrat.sortition.panels import composition
from buergerrat.sortition.quotas import Person, Quota
from buergerrat.sortition.services import members, records
from buergerrat.sortition.services.lottery import (
    PANELS,
    entrants_of,
    move,
    panel_lines,
    quotas_of,
    store,
)
from buergerrat.web import Conflict


def build(draw: PanelDraw, user_id: int | None) -> jobs.Job:
    """Start the job that builds the lists; the page shows its progress."""
    move(draw, "building")
    job = jobs.start(
        "build_panels", assembly_id=draw.assembly_id, user_id=user_id, panel_draw_id=draw.id
    )
    draw.job_id = job.id
    db.session.flush()
    return job


@jobs.job("build_panels")
def build_panels(run: jobs.Run) -> None:
    draw = db.session.get_one(PanelDraw, run.payload["panel_draw_id"])
    people, quotas, seats, seed = _inputs(draw)
    lottery = build_lists(
        people,
        quotas,
        seats,
        seed,
        PANELS,
        progress=lambda done, total: run.progress(done, total, "Listen werden gebildet"),
    )
    with run.finish() as result:
        draw = db.session.get_one(PanelDraw, run.payload["panel_draw_id"])
        store(draw, lottery)
        move(draw, "built", panels_hash=draw.panels_hash)
        draw.published_at = utcnow()
        result["lowest"] = str(lottery.lowest)
        records.write(draw)


def reopen_after_failure(draw: PanelDraw) -> None:
    """When the last job for these lists failed or was cancelled, let another one start."""
    job = db.session.get(jobs.Job, draw.job_id) if draw.job_id else None
    if draw.state == "building" and job is not None and not job.active:
        move(draw, "failed")


def _inputs(draw: PanelDraw) -> tuple[list[Person], list[Quota], int, bytes]:
    people = [e.person() for e in entrants_of(draw)]
    seats = PanelCommitment.from_json(draw.frozen["commitment"].encode()).seats
    return people, quotas_of(draw), seats, bytes.fromhex(draw.seed)


def draw_digit(draw: PanelDraw, digit: str, user_id: int | None) -> bool:
    """One publicly drawn digit. Returns True when it was the last and the panel is drawn."""
    if draw.state != "built":
        raise Conflict(_("Gezogen wird erst, wenn die Listen veröffentlicht sind, und nur einmal."))
    if len(digit) != 1 or digit not in "0123456789":
        raise Conflict(_("Bitte geben Sie genau eine Ziffer von 0 bis 9 ein."))
    draw.digits += digit
    audit.log(
        "digit_drawn",
        "panel_draw",
        draw.number,
        assembly_id=draw.assembly_id,
        place=len(draw.digits),
        digit=digit,
    )
    if len(draw.digits) < 3:
        db.session.flush()
        return False
    pick(draw, user_id)
    return True


def pick(draw: PanelDraw, user_id: int | None) -> None:
    draw.picked_at, draw.picked_by = utcnow(), user_id
    panel = panel_lines(draw)[int(draw.digits)].split(" ")
    quotas, population = quotas_of(draw), draw.frozen["population"]
    people = [e.person() for e in entrants_of(draw)]
    seats = composition(people, quotas, panel)
    rows = [
        {"feature": q.feature, "value": q.value, "population": share, "pool": in_pool, "seats": s}
        for q, share, in_pool, s in zip(
            quotas, population, draw.frozen["pool_counts"], seats, strict=True
        )
    ]
    draw.result = {**draw.result, "composition": rows, "panel": panel}
    move(draw, "picked", digits=draw.digits)
    db.session.flush()
    if not draw.rehearsal:
        members.offer_seats(draw, panel)
    records.write(draw)
