"""The lists of the panel draw: built in a job that can be stopped and started again."""

from __future__ import annotations

from flask_babel import gettext as _

from buergerrat import jobs
from buergerrat.db import db, utcnow
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import NoPanel
from buergerrat.sortition.panels import build as build_lists
from buergerrat.sortition.quotas import Person, Quota
from buergerrat.sortition.services import records
from buergerrat.sortition.services.lottery import (
    commitment_of,
    entrants_of,
    move,
    panels_of,
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
    panels = panels_of(draw)
    try:
        lottery = build_lists(
            people,
            quotas,
            seats,
            seed,
            panels,
            progress=lambda done, total: run.progress(done, total, "Listen werden gebildet"),
        )
    except NoPanel as none:
        raise jobs.JobProblem(str(none)) from None
    with run.finish() as result:
        draw = db.session.get_one(PanelDraw, run.payload["panel_draw_id"])
        store(draw, lottery)
        move(draw, "built", panels_hash=draw.panels_hash)
        draw.published_at = utcnow()
        result["lowest"] = str(lottery.lowest)
        records.write(draw)


def cancel(draw: PanelDraw) -> None:
    """Stop building. Lostopf and quotas stay frozen under the same Prüfsumme.

    The same seed gives the same lists when it is started again. Raises Conflict when there is
    nothing to stop, for instance because the lists were finished in the meantime.
    """
    job = db.session.get(jobs.Job, draw.job_id) if draw.job_id else None
    if draw.state != "building" or job is None or not job.active:
        raise Conflict(_("Es gibt nichts abzubrechen: Die Listen werden gerade nicht gebildet."))
    jobs.cancel(job)
    move(draw, "frozen", "lottery_cancelled", percent=job.percent)


def reopen_after_failure(draw: PanelDraw) -> None:
    """When the last job for these lists failed or was cancelled, let another one start."""
    job = db.session.get(jobs.Job, draw.job_id) if draw.job_id else None
    if draw.state == "building" and (job is None or not job.active):
        move(draw, "failed")


def _inputs(draw: PanelDraw) -> tuple[list[Person], list[Quota], int, bytes]:
    people = [e.person() for e in entrants_of(draw)]
    return people, quotas_of(draw), commitment_of(draw).seats, bytes.fromhex(draw.seed)
