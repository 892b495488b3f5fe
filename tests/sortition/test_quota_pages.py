"""Frozen and not frozen, advice row by row, people on no list, as the clerk meets them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given, settings
from lottery_cases import all_panels, small_pools, town_pool

from buergerrat import audit
from buergerrat.assemblies import locks
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import feasibility
from buergerrat.sortition.models import Invitee, PanelDraw
from buergerrat.sortition.pool import Person, Quota, make_pool
from buergerrat.sortition.quotas import check
from buergerrat.sortition.services import lottery, quotas, replies
from buergerrat.web import Conflict
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
Case = tuple[list[Person], list[Quota], int]
BASE = "/elbtal/buergerraete/ortsmitte-2035"
modest = settings(deadline=None, max_examples=60)


@pytest.fixture
def saved(assembly: Assembly, fill_pool: Fill) -> list[Invitee]:
    people = fill_pool(assembly, 40)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))
    return people


def typed(assembly: Assembly, **changes: int) -> dict[str, str | int]:
    form: dict[str, str | int] = {}
    for row in quotas.stored(assembly):
        form |= {
            f"{row.feature}.{row.value}.min": row.min,
            f"{row.feature}.{row.value}.max": row.max,
        }
    return form | {key.replace("__", "."): value for key, value in changes.items()}


def shut_out(assembly: Assembly) -> int:
    """No seat for one education; how many people that keeps off every list."""
    with writing():
        for row in quotas.stored(assembly):
            if row.feature == "education":
                row.max = 0 if row.value == "low" else assembly.seats
    return sum(quotas.value_keys(one)["education"] == "low" for one in quotas.pool(assembly))


def test_a_lottery_that_failed_is_frozen_all_the_same(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    form = typed(assembly)
    with writing():
        draw = lottery.freeze(assembly, None)
        draw.state = "failed"
    assert replies.pool_is_frozen(assembly)
    assert not replies.is_open(assembly, utcnow())
    assert clerk.submit(f"{BASE}/quoten", form).status_code == 409
    assert clerk.submit(f"{BASE}/quoten/vorschlag", form).status_code == 409
    assert clerk.submit(f"{BASE}/quoten/festschreiben").status_code == 409
    with pytest.raises(Conflict, match="festgeschrieben"), writing():
        replies.save(assembly, saved[0], replies.Answer("no", {}), source="card")
    assert "seats" in locks.locked(assembly)
    with writing():
        draw.state = "discarded"
    assert not replies.pool_is_frozen(assembly)


def test_the_advice_stands_in_each_row_and_is_taken_row_by_row(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    form = typed(assembly, sex__female__min=15, sex__female__max=16, sex__male__min=6)
    form |= {"district.Weinberg.min": 10, "district.Weinberg.max": 12}
    page = clerk.submit(f"{BASE}/quoten/pruefung", form).text
    offered = re.findall(r'name="zeile" value="([^"]+)"', page)
    assert len(offered) >= 2
    assert "statt" in page.split('id="zeile-' + offered[0])[1].split("</tr>")[0]
    before = {f"{r.feature}.{r.value}": (r.min, r.max) for r in quotas.stored(assembly)}
    clerk.submit(f"{BASE}/quoten/vorschlag", form | {"zeile": offered[0]})
    db.session.expire_all()
    now = {f"{r.feature}.{r.value}": (r.min, r.max) for r in quotas.stored(assembly)}
    asked = {key: (form[f"{key}.min"], form[f"{key}.max"]) for key in now}
    assert {key for key in now if now[key] != asked[key]} == {offered[0]}
    assert before != now
    clerk.submit(f"{BASE}/quoten/vorschlag", form)
    assert "Die Quoten gehen auf" in clerk.get(f"{BASE}/quoten").text


def test_the_quick_answer_says_whether_it_goes_and_the_next_one_why_not(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    form = typed(assembly, sex__female__min=16, sex__female__max=16, sex__male__min=3)
    quick = clerk.submit(f"{BASE}/quoten/pruefung", form | {"kurz": "1"}).text
    assert "So geht es nicht auf" in quick
    assert "Gesucht wird, woran es liegt" in quick
    assert "Vorschlag übernehmen" not in quick
    assert "es gibt 16 Plätze" in quick
    live = clerk.submit(f"{BASE}/quoten/pruefung", form | {"live": "1"}).text
    assert "Abmelden" not in live
    for part in ("pruefung-feld", "festschreiben-feld", "pruefung-leiste", "zeile-sex.female"):
        assert f'id="{part}"' in live


def test_people_on_no_list_are_accepted_knowingly_or_nothing_is_frozen(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    count = shut_out(assembly)
    page = clerk.get(f"{BASE}/quoten").text
    assert f"{count} Personen können auf keine Liste kommen" in page
    assert 'name="accept_excluded"' in page
    refused = clerk.submit(f"{BASE}/quoten/festschreiben")
    assert refused.status_code == 409
    assert f"stehen {count} Personen auf keiner Liste" in refused.text
    assert lottery.current(assembly) is None
    accepted = clerk.submit(f"{BASE}/quoten/festschreiben", {"accept_excluded": "1"})
    assert accepted.status_code == 303
    draw = lottery.current(assembly)
    assert draw is not None
    assert draw.frozen["excluded_accepted"] is True
    assert len(draw.frozen["excluded"]) == count
    (entry,) = db.session.query(AuditEntry).filter_by(action="lottery_frozen").all()
    assert entry.detail["excluded"] == count
    assert audit.verify() == []
    assert f"Losnummern {draw.frozen['excluded'][0]}" not in page


def test_where_everybody_has_a_chance_nobody_is_asked_to_accept_anything(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee]
) -> None:
    assert 'name="accept_excluded"' not in clerk.get(f"{BASE}/quoten").text
    clerk.submit(f"{BASE}/quoten/festschreiben", {"accept_excluded": "1"})
    draw = lottery.current(assembly)
    assert draw is not None
    assert (draw.frozen["excluded"], draw.frozen["excluded_accepted"]) == ([], False)


@pytest.mark.parametrize("panels", ["99", "10001", "viele", "-1", "²"])
def test_the_number_of_lists_has_its_limits(
    clerk: BrowserLike, assembly: Assembly, saved: list[Invitee], panels: str
) -> None:
    for action in ("quoten/festschreiben", "losung/probe"):
        refused = clerk.submit(f"{BASE}/{action}", {"panels": panels})
        assert refused.status_code == 409
        assert "zwischen 100 und 10.000" in refused.text
    assert db.session.query(PanelDraw).count() == 0


def test_a_large_pool_is_asked_about_in_two_steps(
    app: Flask, clerk: BrowserLike, assembly: Assembly, saved: list[Invitee],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert "data-twice" not in clerk.get(f"{BASE}/quoten").text
    monkeypatch.setattr("buergerrat.sortition.services.quota_page.AT_ONCE", 500)
    assert "data-twice" in clerk.get(f"{BASE}/quoten").text


@modest
@given(small_pools())
def test_the_quotas_named_keep_people_off_and_each_of_them_is_needed(case: Case) -> None:
    people, quota_rows, seats = case
    for group in check(people, quota_rows, seats).excluded:
        pool = make_pool(people, quota_rows, seats)
        column = next(c for c, one in enumerate(pool.classes) if group.ids[0] in one.ids)
        sides = feasibility.shut_out_by(pool, column)

        def can_sit(kept: list[tuple[int, str]], one: str = group.ids[0]) -> bool:
            rows = [
                replace(
                    quota,
                    min=quota.min if (row, "min") in kept else 0,
                    max=quota.max if (row, "max") in kept else 99,
                )
                for row, quota in enumerate(quota_rows)
            ]
            return any(one in panel for panel in all_panels(people, rows, seats))

        assert not can_sit(sides)
        for side in sides:
            assert can_sit([other for other in sides if other != side])


def test_the_household_rule_is_named_where_it_is_part_of_the_contradiction() -> None:
    people = [
        Person(str(n), {"Ortsteil": "Weinberg" if n < 3 else "Kernstadt"}, f"h{max(n, 1)}")
        for n in range(12)
    ]
    rows = [Quota("Ortsteil", "Weinberg", 3, 4), Quota("Ortsteil", "Kernstadt", 1, 6)]
    found = check(people, rows, 5)
    assert found.conflict == ("Ortsteil: Weinberg mindestens 3",)
    assert found.household
    assert any("höchstens 2 gelost" in sentence for sentence in found.problems)
    assert found.suggestions == ("Weinberg: mindestens 2 statt 3",)
    assert found.after == 0
    alone = [replace(person, household=None) for person in people]
    assert check(alone, rows, 5).feasible


def test_the_quick_look_and_the_thorough_one_agree() -> None:
    people, rows = town_pool(60, 20, width=2)
    for changed in (rows, [replace(rows[0], min=20, max=20), *rows[1:]]):
        quick, thorough = check(people, changed, 20, thorough=False), check(people, changed, 20)
        assert quick.feasible == thorough.feasible
        assert [row.pool for row in quick.rows] == [row.pool for row in thorough.rows]
        assert not quick.thorough


def test_a_usual_pool_is_answered_while_somebody_types() -> None:
    people, rows = town_pool(139, 24, width=2)
    times = []
    for _ in range(5):
        start = time.process_time()
        check(people, rows, 24)
        times.append(time.process_time() - start)
    assert sorted(times)[2] < 0.3  # a third of it on a quiet machine
