"""Members leave, alone or several at once: preview, effect, record, reserve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition.models import Invitee, Member, PanelDraw
from buergerrat.sortition.services import drawing, hall, lottery, member_change, members, quotas
from buergerrat.sortition.verify import verify
from buergerrat.web import Conflict
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
BASE = "/elbtal/buergerraete/ortsmitte-2035/mitglieder"
REASON, OTHER = "nicht erreichbar", "weggezogen"


@pytest.fixture
def picked(assembly: Assembly, fill_pool: Fill) -> PanelDraw:
    fill_pool(assembly, 40)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))
        draw = lottery.freeze(assembly, None, panels=100)
        drawing.build(draw, None)
    db.session.expire_all()
    with writing():
        for digit in "42":
            hall.draw_digit(draw, digit, None)
    return draw


def checked(draw: PanelDraw, tmp_path: Path) -> None:
    (tmp_path / "record.zip").write_bytes(draw.public_record or b"")
    report = verify(tmp_path / "record.zip", None)
    assert report.ok, report.lines


def seated(assembly: Assembly) -> list[str]:
    return [m.losnummer for m in members.of(assembly, members.SEATED)]


def form(clerk: BrowserLike, first: str, *more: str) -> dict[str, str]:
    return {"reason": REASON, "replace": "1", **{f"reason.{one}": OTHER for one in more}}


def test_the_preview_shows_what_then_happens_and_changes_nothing(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    before = seated(assembly)
    a, b, c = before[:3]
    page = clerk.submit(f"{BASE}/{a}/vorschau", form(clerk, a, b, c))
    assert page.status_code == 200
    assert "Eingetragen ist noch nichts" in page.text
    db.session.expire_all()
    assert seated(assembly) == before
    leaving = [(members.by_number(assembly, one), REASON) for one in (a, b, c)]
    change = member_change.preview(assembly, leaving)
    assert f'value="{change.expected}"' in page.text
    sent = {**form(clerk, a, b, c), "expected": change.expected}
    assert clerk.submit(f"{BASE}/{a}/ausscheiden", sent).status_code == 303
    db.session.expire_all()
    came = change.expected.split(" ")
    assert len(set(came)) == 3
    assert set(seated(assembly)) == set(before) - {a, b, c} | set(came)
    rows = lottery.replacements_of(picked)
    assert [(row.left, row.came) for row in rows] == list(zip((a, b, c), came, strict=True))
    after = {line.quota.name: line.after for _f, lines in change.groups for line in lines}
    people = {e.number: e for e in lottery.entrants_of(picked)}
    for quota in lottery.quotas_of(picked):
        having = [people[n].features.get(quota.feature) == quota.value for n in seated(assembly)]
        assert after[quota.name] == sum(having)
    checked(picked, tmp_path)
    shown = clerk.get(BASE).text
    assert "Zugleich gehen 2 weitere Personen." in shown
    assert f"Losnummer {came[0]} ist nachgerückt" in shown


def test_the_same_person_twice_is_one_effect(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw
) -> None:
    a = seated(assembly)[0]
    url = f"{BASE}/{a}/ausscheiden"
    assert clerk.submit(url, form(clerk, a)).status_code == 303
    again = clerk.submit(url, form(clerk, a))
    assert again.status_code == 409
    assert "schon als „abgesagt“ eingetragen" in again.text
    assert "schon als „abgesagt“" in clerk.get(url).text
    db.session.expire_all()
    assert len(lottery.replacements_of(picked)) == 1
    member = members.by_number(assembly, seated(assembly)[0])
    with writing(), pytest.raises(Conflict):
        members.leave_together(assembly, [(member, REASON), (member, REASON)], None)
    db.session.expire_all()
    assert len(lottery.replacements_of(picked)) == 1


def test_what_was_shown_no_longer_holds_when_somebody_else_was_faster(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw
) -> None:
    a, b = seated(assembly)[:2]
    shown = member_change.preview(assembly, [(members.by_number(assembly, a), REASON)]).expected
    with writing():
        # Whoever was shown for a is now asked for b's seat.
        members.leave(assembly, members.by_number(assembly, b), REASON, None)
        row = lottery.replacements_of(picked)[0]
    stale = {**form(clerk, a), "expected": shown if row.came == shown else "999"}
    answer = clerk.submit(f"{BASE}/{a}/ausscheiden", stale)
    assert answer.status_code == 303
    assert answer.location.endswith(f"{a}/ausscheiden")
    db.session.expire_all()
    assert a in seated(assembly)
    assert len(lottery.replacements_of(picked)) == 1


def test_everybody_who_declined_is_passed_over(
    assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    """The one who moved up declines too, again and again: nobody is asked twice."""
    leaving, asked = seated(assembly)[0], set(seated(assembly))
    for _turn in range(6):
        with writing():
            row = members.leave(assembly, members.by_number(assembly, leaving), REASON, None)
        assert row.came not in asked
        leaving = str(row.came)
        asked.add(leaving)
    checked(picked, tmp_path)


def test_when_nobody_keeps_the_quotas_page_log_and_record_say_so(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    """Everybody with a rare feature leaves, until the pool has nobody like them any more."""
    people = {e.number: e.features for e in lottery.entrants_of(picked)}
    pooled = zip(lottery.quotas_of(picked), picked.frozen["pool_counts"], strict=True)
    rare, _count = min(((q, n) for q, n in pooled if q.min), key=lambda pair: pair[1])
    broken = None
    while broken is None:
        having = [n for n in seated(assembly) if people[n].get(rare.feature) == rare.value]
        first = (having or seated(assembly))[0]
        sent = form(clerk, first)
        preview = clerk.submit(f"{BASE}/{first}/vorschau", sent).text
        clerk.submit(f"{BASE}/{first}/ausscheiden", sent)
        db.session.expire_all()
        row = lottery.replacements_of(picked)[-1]
        if row.came is None:
            pytest.fail("the pool ran out before a quota broke")
        if row.broken:
            broken = row
            assert "Nicht alle Vorgaben halten" in preview
    page = clerk.get(BASE).text
    assert "Nicht einzuhalten war: " + ", ".join(broken.broken) in page
    entry = db.session.query(AuditEntry).filter_by(action="replacement").all()[-1]
    assert entry.detail["broken"] == broken.broken
    checked(picked, tmp_path)


def test_several_leave_and_their_seats_stay_free(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    a, b = seated(assembly)[:2]
    sent = form(clerk, a, b)
    del sent["replace"]
    assert "2 Plätze bleiben frei" in clerk.submit(f"{BASE}/{a}/vorschau", sent).text
    clerk.submit(f"{BASE}/{a}/ausscheiden", sent)
    db.session.expire_all()
    assert len(seated(assembly)) == assembly.seats - 2
    assert [row.came for row in lottery.replacements_of(picked)] == [None, None]
    checked(picked, tmp_path)


def test_a_wrong_reason_is_asked_again(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw
) -> None:
    a, b = seated(assembly)[:2]
    for sent in ({"reason": "krank"}, {"reason": REASON, f"reason.{b}": "krank"}, {}):
        for step in ("vorschau", "ausscheiden"):
            assert clerk.submit(f"{BASE}/{a}/{step}", sent).status_code == 422
    assert db.session.query(Member).filter_by(state="declined").count() == 0


def test_the_page_shows_the_reserve_for_the_chosen_rate(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw
) -> None:
    page = clerk.get(f"{BASE}?ausfall=10").text
    assert "Gerechnet mit 10\u00a0% Ausfall" in page
    assert "Personen in Reserve" in page
    assert "Gerechnet mit 20\u00a0% Ausfall" in clerk.get(f"{BASE}?ausfall=77").text
