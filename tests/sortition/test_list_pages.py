"""Building the lists, stopping it, a worker that dies; the lists as a table; rehearsals."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from buergerrat import charts, jobs
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import panels as pure_panels
from buergerrat.sortition.models import Invitee, Member, PanelDraw
from buergerrat.sortition.services import drawing, list_page, lottery, quotas
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
BASE = "/elbtal/buergerraete/ortsmitte-2035"


@pytest.fixture
def saved(assembly: Assembly, fill_pool: Fill) -> list[Invitee]:
    people = fill_pool(assembly, 40)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))
    return people


@pytest.fixture
def sleeping(app: Flask) -> Iterator[Callable[[str], None]]:
    """No worker runs; the real one is handed out."""
    run = app.extensions["run_job"]
    app.extensions["run_job"] = lambda uid: None
    yield run
    app.extensions["run_job"] = run


def only_draw() -> PanelDraw:
    db.session.expire_all()
    return db.session.query(PanelDraw).one()


def job_of(draw: PanelDraw) -> jobs.Job:
    return db.session.get_one(jobs.Job, draw.job_id)


def frozen(clerk: BrowserLike, panels: str = "100") -> PanelDraw:
    answer = clerk.submit(f"{BASE}/quoten/festschreiben", {"panels": panels})
    assert answer.status_code == 303
    return only_draw()


def built(clerk: BrowserLike) -> PanelDraw:
    frozen(clerk)
    clerk.submit(f"{BASE}/losung/1/bilden")
    draw = only_draw()
    assert draw.state == "built"
    return draw


def test_the_number_of_lists_is_in_the_commitment_and_on_every_page(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    draw = built(clerk)
    assert lottery.commitment_of(draw).panels == len(lottery.panel_lines(draw)) == 100
    assert lottery.places(100) == 2
    page = clerk.get(f"{BASE}/losung").text
    assert "100 gleich wahrscheinliche Listen" in page
    assert "nummeriert von 00 bis 99" in page
    assert "nacheinander zwei Ziffern" in page
    assert "1.000 Listen" not in page


def test_stopping_keeps_what_is_frozen_and_the_next_start_gives_the_same_lists(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee], sleeping: Callable[[str], None]
) -> None:
    checksum, seed = frozen(clerk).frozen_hash, only_draw().seed
    clerk.submit(f"{BASE}/losung/1/bilden")
    page = clerk.get(f"{BASE}/losung").text
    assert "Abbrechen" in page
    assert clerk.submit(f"{BASE}/losung/1/abbrechen").status_code == 303
    draw = only_draw()
    assert (draw.state, job_of(draw).state) == ("frozen", "cancelled")
    jobs.run(job_of(draw).uid)  # a worker that only now hears of it
    assert only_draw().state == "frozen"
    page = clerk.get(f"{BASE}/losung").text
    assert "ist abgebrochen" in page
    assert checksum in page
    assert clerk.submit(f"{BASE}/losung/1/abbrechen").status_code == 409
    assert clerk.submit(f"{BASE}/quoten/festschreiben").status_code == 409
    clerk.submit(f"{BASE}/losung/1/bilden")
    jobs.run(job_of(only_draw()).uid)
    draw = only_draw()
    assert (draw.state, draw.frozen_hash, draw.seed) == ("built", checksum, seed)
    people = [one.person() for one in lottery.entrants_of(draw)]
    again = pure_panels.build(
        people, lottery.quotas_of(draw), assembly.seats, bytes.fromhex(seed), 100
    )
    assert lottery.load(draw).panels == again.panels


def test_a_job_that_is_stopped_while_it_runs_writes_nothing(
    clerk: BrowserLike,
    assembly: Assembly,
    saved: list[Invitee],
    sleeping: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen(clerk)
    clerk.submit(f"{BASE}/losung/1/bilden")
    real = pure_panels.build

    def stopped_in_between(*args: object, **kwargs: object) -> pure_panels.Lottery:
        with writing():
            drawing.cancel(only_draw())
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(drawing, "build_lists", stopped_in_between)
    jobs.run(job_of(only_draw()).uid)
    draw = only_draw()
    assert (draw.state, draw.panels, draw.result) == ("frozen", "", {})
    assert job_of(draw).state == "cancelled"


def test_a_worker_that_died_is_replaced_by_the_next(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee], sleeping: Callable[[str], None]
) -> None:
    frozen(clerk)
    clerk.submit(f"{BASE}/losung/1/bilden")
    job = job_of(only_draw())
    with writing():
        job.state, job.fence, job.attempts, job.done, job.total = "running", 1, 1, 40, 100
        job.lease_until = utcnow() - dt.timedelta(seconds=1)
    assert "40 / 100" in clerk.get(f"{BASE}/losung").text
    assert jobs.waiting() == [job.uid]
    jobs.run(job.uid)
    assert only_draw().state == "built"


def test_a_failure_says_what_happened_and_what_to_do(
    clerk: BrowserLike,
    assembly: Assembly,
    saved: list[Invitee],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(*_args: object, **_kwargs: object) -> pure_panels.Lottery:
        raise pure_panels.NoPanel("Mit diesen Quoten gibt es keine gültige Liste.")

    frozen(clerk)
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "build_lists", none)
        clerk.submit(f"{BASE}/losung/1/bilden")
    page = clerk.get(f"{BASE}/losung").text
    assert "Die Listen konnten nicht gebildet werden" in page
    assert "Mit diesen Quoten gibt es keine gültige Liste." in page
    assert job_of(only_draw()).uid in page
    assert clerk.submit(f"{BASE}/quoten/festschreiben").status_code == 409
    clerk.submit(f"{BASE}/losung/1/bilden")
    assert only_draw().state == "built"


def test_a_list_is_opened_by_its_number_and_counted_against_the_quotas(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    draw = built(clerk)
    found = clerk.get(f"{BASE}/losung/1/listen?liste=7")
    assert found.status_code == 303
    assert found.location.endswith("/losung/1/listen/07")
    page = clerk.get(f"{BASE}/losung/1/listen/07").text
    losnummern = lottery.panel_lines(draw)[7].split(" ")
    assert all(f"losnummer={one}" in page for one in losnummern)
    for missing in ("7", "007", "100", "x"):
        assert clerk.get(f"{BASE}/losung/1/listen/{missing}").status_code == 404
    assert "Diese Liste gibt es nicht." in clerk.get(f"{BASE}/losung/1/listen?liste=100").text
    people = {one.number: one.features for one in lottery.entrants_of(draw)}
    shown = list_page.one_list(draw, "07")
    for feature, lines in shown.features:
        counted = Counter(people[one][feature] for one in losnummern)
        assert {line.value: line.seats for line in lines if line.seats} == dict(counted)
        assert all(line.kept for line in lines)
    assert (shown.before, shown.after) == ("06", "08")


def test_ten_thousand_lists_come_page_by_page(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    draw = built(clerk)
    with writing():
        draw.panels = "\n".join([draw.panels] * 100)
        commitment = json.loads(draw.frozen["commitment"]) | {"panels": 10_000}
        draw.frozen = {**draw.frozen, "commitment": json.dumps(commitment)}
        draw.result = {
            **draw.result,
            "counts": {one: 100 * count for one, count in draw.result["counts"].items()},
        }
    page = clerk.get(f"{BASE}/losung/1/listen?seite=200").text
    shown = re.findall(r"/losung/1/listen/(\d+)", page)
    assert shown == [f"{number:04d}" for number in range(9950, 10_000)]
    count = draw.result["counts"]["001"]
    found = clerk.get(f"{BASE}/losung/1/listen?losnummer=1").text
    assert f"{count:,} von 10.000 Listen".replace(",", ".") in found
    assert len(re.findall(r"<mark>001</mark>", found)) == 50


def test_what_whole_lists_cannot_reach_and_who_is_left_out_is_said(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    draw = built(clerk)
    page = clerk.get(f"{BASE}/losung").text
    assert "Keine Losung mit diesen Quoten könnte die kleinste Chance über" in page
    assert "nicht erreichbar" not in page
    with writing():
        one = next(iter(draw.result["counts"]))
        draw.result = {**draw.result, "attained": False, "excluded": [one], "deviation": "1/200"}
        draw.frozen = {**draw.frozen, "excluded_accepted": True}
    page = clerk.get(f"{BASE}/losung").text
    assert "Die Obergrenze ist mit ganzen Listen nicht erreichbar" in page
    assert "Eine Person hat keine Chance" in page
    assert f"Losnummer {one}" in page
    assert "ausdrücklich bestätigt" in page
    assert "0,50\u00a0% vom Bestmöglichen" in page


def test_a_rehearsal_is_marked_on_every_page_and_touches_nobody(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    for panels in ("100", "200"):
        assert clerk.submit(f"{BASE}/losung/probe", {"panels": panels}).status_code == 303
    for path in ("losung/1", "losung/1/listen", "losung/1/listen/00", "losung/1/saal"):
        page = clerk.get(f"{BASE}/{path}").text
        assert "Probe" in page.split("<title>")[1].split("</title>")[0], path
        assert "Probe" in page.split("<main")[1], path
    name = clerk.get(f"{BASE}/losung/1/losprotokoll.zip").headers["Content-Disposition"]
    assert "probe" in name
    assert db.session.query(Member).count() == 0
    assert lottery.current(assembly) is None
    compared = clerk.get(f"{BASE}/losung/2").text
    assert "Mit anderen Proben vergleichen" in compared
    first, second = db.session.query(PanelDraw).order_by(PanelDraw.number)
    assert first.record_hash != second.record_hash
    assert (lottery.panels_of(first), lottery.panels_of(second)) == (100, 200)


def test_pictures_speak_the_language_they_are_given() -> None:
    def other(text: str, **values: object) -> str:
        return "·" + (text % values if values else text)

    words = charts.Words(
        other, lambda one, many, num, **v: other(one if num == 1 else many, num=num, **v), "en"
    )
    stairs = charts.chance_staircase([0.25] * 30 + [0.5] * 20, 0.25, words=words)
    mark = charts.QuotaMark("Ort", 2.5, 3.0, 2, 4, (1, 5), seats=3)
    pictures = [
        stairs.wide,
        stairs.narrow,
        charts.chance_row("Ort", 0.1, 0.2, 0.3, words),
        charts.quota_row(mark, 12, words),
        charts.chance_axis(words),
    ]
    for picture in pictures:
        for said in re.findall(r"<(?:text|title|desc)[^>]*>([^<]*)", picture):
            assert said.startswith("·") or not re.search(r"[A-Za-z]{2}", said), said
    assert "25.0" in stairs.desc
