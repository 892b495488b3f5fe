"""The pick in the hall: two to four digits, taken back, refused; or a public value."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.drand import PERIOD, round_time
from buergerrat.sortition.models import Invitee, Member, PanelDraw
from buergerrat.sortition.services import drawing, hall, lottery, quotas
from buergerrat.sortition.verify import verify
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
Built = Callable[..., PanelDraw]
BASE = "/elbtal/buergerraete/ortsmitte-2035/losung/1"
LOTTO = "3 11 23 34 40 49 / 7"


@pytest.fixture
def built(assembly: Assembly, fill_pool: Fill) -> Built:
    def make(panels: int = 100, kind: str = "digits") -> PanelDraw:
        fill_pool(assembly, 40)
        pick = SeedProcedure(SeedKind(kind), "Ziehung am Markt", "2026-10-27", "Nächste Ziehung")
        with writing():
            quotas.save(assembly, quotas.proposal(assembly, width=3))
            draw = lottery.freeze(assembly, None, panels=panels, pick=pick)
            drawing.build(draw, None)
        db.session.expire_all()
        assert draw.state == "built"
        return draw

    return make


def enter(clerk: BrowserLike, digits: str, start: int = 1) -> None:
    for place, digit in enumerate(digits, start=start):
        answer = clerk.submit(f"{BASE}/ziffer", {"digit": digit, "place": place})
        assert answer.status_code == 303
    db.session.expire_all()


def logged(action: str) -> list[AuditEntry]:
    return db.session.query(AuditEntry).filter_by(action=action).all()


@pytest.mark.parametrize(("panels", "places"), [(100, 2), (101, 3), (1000, 3), (1500, 4)])
def test_every_list_is_reached_by_exactly_one_sequence_of_digits(panels: int, places: int) -> None:
    """Whatever is refused is drawn anew, so each list has the same chance."""
    reached: Counter[int] = Counter()
    for number in range(10**places):
        digits = f"{number:0{places}d}"
        ranges = [hall.possible(digits[:end], panels) for end in range(places + 1)]
        assert list(ranges[0]) == list(range(panels))
        if all(ranges):
            reached[ranges[-1][0]] += 1
            assert len(ranges[-1]) == 1
        else:
            assert number >= panels
    assert reached == dict.fromkeys(range(panels), 1)


def test_a_hundred_lists_need_two_digits(clerk: BrowserLike, built: Built) -> None:
    draw = built(100)
    page = clerk.get(f"{BASE}/saal").text
    assert "zwischen 100 Listen: 00 bis 99" in page
    assert page.count("ist-offen") == 2
    enter(clerk, "07")
    assert (draw.state, draw.digits) == ("picked", "07")
    assert "07" in clerk.get(f"{BASE}/saal").text


def test_digits_that_name_no_list_are_drawn_anew_completely(
    clerk: BrowserLike, built: Built, tmp_path: Path
) -> None:
    draw = built(150)
    enter(clerk, "17")  # 150 to 179 do not exist
    assert (draw.state, draw.digits) == ("built", "")
    page = clerk.get(f"{BASE}/saal").text
    assert "Mit 17 beginnt keine Liste, die letzte ist 149. Alle Ziffern werden neu" in page
    assert "zwischen 150 Listen: 000 bis 149" in page
    assert [entry.detail["digits"] for entry in logged("digits_refused")] == ["17"]
    enter(clerk, "149")
    assert draw.digits == "149"
    (tmp_path / "r.zip").write_bytes(draw.public_record or b"")
    assert verify(tmp_path / "r.zip", None).ok


def test_a_digit_can_be_taken_back_with_a_reason_before_the_last(
    clerk: BrowserLike, built: Built
) -> None:
    draw = built(100)
    enter(clerk, "4")
    url = f"{BASE}/ziffer/zurueck"
    assert clerk.submit(url, {"place": "1", "reason": ""}).status_code == 409
    for _twice in range(2):
        taken = {"place": "1", "reason": "falsch eingetippt"}
        assert clerk.submit(url, taken).status_code == 303
    db.session.expire_all()
    assert draw.digits == ""
    (entry,) = logged("digit_taken_back")
    assert entry.detail["digit"] == "4"
    assert entry.detail["reason"] == "falsch eingetippt"
    assert "Ziffer 4 ist zurückgenommen: falsch eingetippt" in clerk.get(f"{BASE}/saal").text
    enter(clerk, "35")
    assert draw.digits == "35"
    assert clerk.submit(url, {"place": "2", "reason": "falsch eingetippt"}).status_code == 409
    assert draw.digits == "35"


def test_the_last_digit_is_entered_twice(clerk: BrowserLike, built: Built) -> None:
    draw = built(100)
    enter(clerk, "3")
    last = {"digit": "5", "place": "2", "again": "6"}
    assert clerk.submit(f"{BASE}/ziffer", last).status_code == 409
    db.session.expire_all()
    assert draw.digits == "3"
    clerk.submit(f"{BASE}/ziffer", {**last, "again": "5"})
    db.session.expire_all()
    assert draw.state == "picked"


def test_an_announced_source_names_the_list_and_the_record_says_so(
    clerk: BrowserLike, assembly: Assembly, built: Built, tmp_path: Path
) -> None:
    draw = built(150, "lotto")
    page = clerk.get(f"{BASE}/saal").text
    assert "Ziehung am Markt" in page
    shown = clerk.submit(f"{BASE}/quelle", {"kind": "lotto", "value": LOTTO})
    assert shown.status_code == 200
    assert "03-11-23-34-40-49/7" in shown.text
    db.session.expire_all()
    assert draw.state == "built"  # nothing is computed before the value is confirmed
    sure = {"kind": "lotto", "value": LOTTO, "confirmed": "03-11-23-34-40-49/7"}
    assert clerk.submit(f"{BASE}/quelle", sure).status_code == 303
    assert clerk.submit(f"{BASE}/quelle", sure).status_code == 409
    db.session.expire_all()
    assert draw.state == "picked"
    assert len(draw.digits) == 3
    assert db.session.query(Member).count() == assembly.seats
    steps = hall.number_steps(draw)
    assert steps is not None
    assert int(steps["large"], 16) % 150 == int(draw.digits)
    page = clerk.get(f"{BASE}/saal").text
    assert steps["large"] in page
    record = json.loads(zipfile.ZipFile(io.BytesIO(draw.public_record or b"")).read("record.json"))
    source = {"kind": "lotto", "value": "03-11-23-34-40-49/7"}
    assert record["panel"]["pick"]["source"] == source
    (tmp_path / "r.zip").write_bytes(draw.public_record or b"")
    report = verify(tmp_path / "r.zip", None)
    assert report.ok, report.lines


def test_a_value_that_is_none_is_told_and_nothing_is_drawn(
    clerk: BrowserLike, built: Built
) -> None:
    draw = built(100, "lotto")
    answer = clerk.submit(f"{BASE}/quelle", {"kind": "lotto", "value": "1 2 3"})
    assert answer.status_code == 422
    assert "Lottozahlen" in answer.text
    assert clerk.submit(f"{BASE}/quelle", {"kind": "local", "value": "1"}).status_code == 409
    enter(clerk, "1")
    sure = {"kind": "lotto", "value": LOTTO, "confirmed": "03-11-23-34-40-49/7"}
    assert clerk.submit(f"{BASE}/quelle", sure).status_code == 409  # digits are drawn already
    db.session.expire_all()
    assert (draw.state, draw.digits) == ("built", "1")


def test_a_rehearsal_says_so_on_the_screen(
    clerk: BrowserLike, assembly: Assembly, fill_pool: Fill
) -> None:
    fill_pool(assembly, 40)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=3))
        draw = lottery.freeze(assembly, None, rehearsal=True, panels=100)
        drawing.build(draw, None)
    assert "Diese Ziehung zählt nicht" in clerk.get(f"{BASE}/saal").text
    enter(clerk, "12")
    assert "Diese Ziehung zählt nicht" in clerk.get(f"{BASE}/saal").text
    assert db.session.query(Member).count() == 0


def test_a_drand_round_counts_only_when_it_appeared_after_the_lists(
    clerk: BrowserLike, built: Built
) -> None:
    """An older round is known: whoever may choose among many chooses the list."""
    draw = built(100, "drand")
    assert draw.published_at is not None
    with writing():
        draw.published_at -= dt.timedelta(minutes=1)
    last = (draw.published_at - round_time(1)) // PERIOD + 1  # the newest one before the lists
    far = last + 10_000_000

    def typed(number: int) -> int:
        value = f"{number}:{'ab' * 32}"
        sure = {"kind": "drand", "value": value, "confirmed": value}
        return clerk.submit(f"{BASE}/quelle", sure).status_code

    assert [typed(number) for number in (1, last, far, 10**11)] == [422] * 4
    db.session.expire_all()
    assert (draw.state, draw.digits) == ("built", "")
    assert typed(last + 1) == 303
    db.session.expire_all()
    assert draw.state == "picked"
