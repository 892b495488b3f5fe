"""Quotas, lottery, hall, record and members, as the clerk clicks them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from buergerrat import audit
from buergerrat.accounts.models import User
from buergerrat.accounts.services import towns
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.services import lottery, members, quotas, records
from buergerrat.sortition.verify import verify
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
BASE = "/elbtal/buergerraete/ortsmitte-2035"


@pytest.fixture
def pool(assembly: Assembly, fill_pool: Fill) -> list[Invitee]:
    return fill_pool(assembly, 40)


def save_quotas(assembly: Assembly, width: int = 2) -> None:
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=width))


def form_of(assembly: Assembly, **changes: int) -> dict[str, int]:
    rows = quotas.stored(assembly)
    form = {f"{r.feature}.{r.value}.min": r.min for r in rows}
    form |= {f"{r.feature}.{r.value}.max": r.max for r in rows}
    return form | {key.replace("__", "."): value for key, value in changes.items()}


@pytest.fixture
def built(clerk: BrowserLike, assembly: Assembly, pool: list[Invitee]) -> PanelDraw:
    save_quotas(assembly)
    assert clerk.submit(f"{BASE}/quoten/festschreiben").status_code == 303
    assert clerk.submit(f"{BASE}/losung/1/bilden").status_code == 303
    db.session.expire_all()
    draw = lottery.current(assembly)
    assert draw is not None
    assert draw.state == "built"
    return draw


@pytest.fixture
def picked(clerk: BrowserLike, built: PanelDraw) -> PanelDraw:
    for place, digit in enumerate("352", start=1):
        clerk.submit(f"{BASE}/losung/1/ziffer", {"digit": digit, "place": place})
    db.session.expire_all()
    assert built.state == "picked"
    return built


def test_the_first_proposal_comes_from_the_population(
    clerk: BrowserLike, pool: list[Invitee]
) -> None:
    page = clerk.get(f"{BASE}/quoten").text
    assert "Altersgruppe" in page
    assert "noch nicht gespeichert" in page
    assert re.search(r'name="sex.female.min"[^>]*value="8"', page)


def test_while_nobody_has_answered_the_pages_say_so(
    clerk: BrowserLike, assembly: Assembly, fill_pool: Fill
) -> None:
    fill_pool(assembly, 0)
    save_quotas(assembly)
    assert "Der Lostopf ist noch leer" in clerk.get(f"{BASE}/quoten").text
    assert clerk.submit(f"{BASE}/quoten/pruefung", form_of(assembly)).status_code == 200
    assert clerk.submit(f"{BASE}/quoten/vorschlag", form_of(assembly)).status_code == 303
    for action in ("quoten/festschreiben", "losung/probe"):
        refused = clerk.submit(f"{BASE}/{action}")
        assert refused.status_code == 409
        assert "Im Lostopf ist noch niemand." in refused.text
    assert db.session.query(PanelDraw).count() == 0


def test_contradicting_quotas_are_named_with_the_smallest_change(
    clerk: BrowserLike, assembly: Assembly, pool: list[Invitee]
) -> None:
    save_quotas(assembly)
    form = form_of(assembly) | {"sex.female.min": 16, "sex.female.max": 16}
    form |= {"sex.male.min": 3}
    page = clerk.submit(f"{BASE}/quoten/pruefung", form).text
    assert "So geht es nicht auf" in page
    assert "weiblich" in page.split("br-konfliktliste")[1].split("</ul>")[0]
    assert "Vorschlag übernehmen" in page
    assert quotas.stored(assembly)[4].min != 16
    clerk.submit(f"{BASE}/quoten/vorschlag", form)
    assert "Die Quoten gehen auf" in clerk.get(f"{BASE}/quoten").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("zwei", "zwei ganze Zahlen"), ("-1", "zwei ganze Zahlen"), ("15", "größer als")],
)
def test_what_is_no_quota_is_said_and_not_saved(
    clerk: BrowserLike, assembly: Assembly, pool: list[Invitee], typed: str, said: str
) -> None:
    save_quotas(assembly)
    before = [(q.min, q.max) for q in quotas.stored(assembly)]
    answer = clerk.submit(f"{BASE}/quoten", form_of(assembly) | {"sex.female.min": typed})
    assert answer.status_code == 422
    assert said in answer.text
    db.session.expire_all()
    assert [(q.min, q.max) for q in quotas.stored(assembly)] == before


def test_a_wider_proposal_is_shown_and_stored_only_by_saving(
    clerk: BrowserLike, assembly: Assembly, pool: list[Invitee]
) -> None:
    save_quotas(assembly)
    before = [(q.min, q.max) for q in quotas.stored(assembly)]
    sums = []
    for width in ("0", "1", "3"):
        answer = clerk.submit(f"{BASE}/quoten/spannen", form_of(assembly) | {"width": width})
        assert "noch nicht gespeichert" in answer.text
        cells = re.findall(r'name="sex\.(?:female|male)\.(min|max)"[^>]*value="(\d+)"', answer.text)
        sums.append(sum(int(n) * (1 if end == "max" else -1) for end, n in cells))
    assert sums[0] < sums[1] < sums[2]
    db.session.expire_all()
    assert [(q.min, q.max) for q in quotas.stored(assembly)] == before
    assert "Melderegister, Stichtag" in clerk.get(f"{BASE}/quoten").text


def test_impossible_quotas_cannot_be_frozen(
    clerk: BrowserLike, assembly: Assembly, pool: list[Invitee]
) -> None:
    save_quotas(assembly)
    with writing():
        row = next(q for q in quotas.stored(assembly) if q.value == "female")
        row.min = row.max = 16
        other = next(q for q in quotas.stored(assembly) if q.value == "male")
        other.min = 3
    assert clerk.submit(f"{BASE}/quoten/festschreiben").status_code == 409
    assert lottery.current(assembly) is None


def test_after_freezing_neither_quotas_nor_answers_change(
    clerk: BrowserLike, assembly: Assembly, built: PanelDraw
) -> None:
    assert clerk.submit(f"{BASE}/quoten", form_of(assembly)).status_code == 409
    assert clerk.submit(f"{BASE}/quoten/festschreiben").status_code == 409
    assert db.session.query(PanelDraw).count() == 1


def test_the_lists_meet_the_quotas_and_the_record_verifies(
    clerk: BrowserLike, assembly: Assembly, built: PanelDraw, tmp_path: Path
) -> None:
    made = lottery.load(built)
    assert len(made.panels) == 1000
    people = {e.number: e for e in lottery.entrants_of(built)}
    for panel in set(made.panels):
        for quota in lottery.quotas_of(built):
            having = sum(people[one].features[quota.feature] == quota.value for one in panel)
            assert quota.min <= having <= quota.max
    page = clerk.get(f"{BASE}/losung").text
    assert "1.000 gleich wahrscheinliche Listen" in page
    assert built.frozen_hash in page
    record = tmp_path / "record.zip"
    record.write_bytes(clerk.get(f"{BASE}/losung/1/losprotokoll.zip").data)
    report = verify(record, None)
    assert report.ok, report.lines


def test_three_digits_seat_the_panel_once(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    expected = lottery.panel_lines(picked)[352].split(" ")
    assert [m.losnummer for m in members.of(assembly)] == expected
    assert "352" in clerk.get(f"{BASE}/losung/1/saal").text
    assert clerk.submit(f"{BASE}/losung/1/ziffer", {"digit": "1"}).status_code == 409
    content = clerk.get(f"{BASE}/losung/1/losprotokoll-voll.zip").data
    (tmp_path / "full.zip").write_bytes(content)
    assert verify(tmp_path / "full.zip", None).ok
    names = set(zipfile.ZipFile(io.BytesIO(picked.public_record or b"")).namelist())
    assert "features.csv" not in names
    assert b"Nachname" not in (picked.public_record or b"")
    assert clerk.get(f"{BASE}/losung/1/losprotokoll.pdf").data.startswith(b"%PDF")


def test_the_record_takes_the_town_s_colours(picked: PanelDraw, assembly: Assembly) -> None:
    with writing():
        towns.change(assembly.municipality, {"town_colour": "#5A0F2E", "data_colour": "#7A2A4C"})
    summary = records.summary(picked, "")
    assert (summary.town_colour, summary.data_colour) == ("#5A0F2E", "#7A2A4C")


def test_a_changed_byte_in_the_record_is_found(picked: PanelDraw, tmp_path: Path) -> None:
    source = zipfile.ZipFile(io.BytesIO(picked.public_record or b""))
    for name in source.namelist():
        folder = tmp_path / name
        folder.mkdir()
        source.extractall(folder)
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)
        assert not verify(folder, None).ok, name


@pytest.mark.parametrize("digit", ["", "12", "x", "²"])
def test_only_digits_are_drawn(clerk: BrowserLike, built: PanelDraw, digit: str) -> None:
    assert clerk.submit(f"{BASE}/losung/1/ziffer", {"digit": digit}).status_code == 409
    db.session.expire_all()
    assert built.digits == ""


def test_the_same_digit_sent_twice_counts_once(clerk: BrowserLike, built: PanelDraw) -> None:
    for _ in range(2):
        clerk.submit(f"{BASE}/losung/1/ziffer", {"digit": "3", "place": 1})
    db.session.expire_all()
    assert built.digits == "3"


def test_a_free_seat_goes_to_the_next_by_the_rule(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    leaving = members.of(assembly)[0].losnummer
    url = f"{BASE}/mitglieder/{leaving}/ausscheiden"
    assert clerk.submit(url, {"reason": "krank", "replace": "1"}).status_code == 422
    (expected,) = members.who_comes(picked, assembly, 1)
    assert expected is None  # nothing is free yet
    assert clerk.submit(url, {"reason": "nicht erreichbar", "replace": "1"}).status_code == 303
    db.session.expire_all()
    (row,) = lottery.replacements_of(picked)
    came = members.by_number(assembly, str(row.came))
    assert (row.left, came.state, came.origin) == (leaving, "asked", "replacement")
    assert members.by_number(assembly, leaving).state == "declined"
    assert clerk.submit(url, {"reason": "nicht erreichbar", "replace": "1"}).status_code == 409
    content = picked.public_record or b""
    (tmp_path / "public.zip").write_bytes(content)
    report = verify(tmp_path / "public.zip", None)
    assert report.ok, report.lines
    page = clerk.get(f"{BASE}/mitglieder").text
    assert f"Losnummer {row.came} ist nachgerückt" in page
    assert audit.verify() == []


def test_a_seat_that_stays_free_is_in_the_record_too(
    clerk: BrowserLike, assembly: Assembly, picked: PanelDraw, tmp_path: Path
) -> None:
    first, second = (m.losnummer for m in members.of(assembly)[:2])
    clerk.submit(f"{BASE}/mitglieder/{first}/ausscheiden", {"reason": "weggezogen"})
    clerk.submit(
        f"{BASE}/mitglieder/{second}/ausscheiden", {"reason": "nicht erreichbar", "replace": "1"}
    )
    db.session.expire_all()
    free, filled = lottery.replacements_of(picked)
    assert (free.came, free.wanted) == (None, False)
    assert filled.came is not None
    stored = clerk.get(f"{BASE}/losung/1/losprotokoll-voll.zip").data
    (tmp_path / "full.zip").write_bytes(stored)
    report = verify(tmp_path / "full.zip", None)
    assert report.ok, report.lines
    assert "Der Platz bleibt frei." in clerk.get(f"{BASE}/mitglieder").text


def test_accepting_twice_is_told(clerk: BrowserLike, assembly: Assembly, picked: PanelDraw) -> None:
    one = members.of(assembly)[0].losnummer
    assert clerk.submit(f"{BASE}/mitglieder/{one}/zusage").status_code == 303
    assert clerk.submit(f"{BASE}/mitglieder/{one}/zusage").status_code == 409


def test_when_nobody_is_left_the_seat_stays_free(
    clerk: BrowserLike, factory: object, assembly: Assembly, fill_pool: Fill
) -> None:
    with writing():
        assembly.seats = 8
    fill_pool(assembly, 8)
    with writing():
        rows = [quotas.QuotaInput(r.feature, r.value, 0, 8) for r in quotas.proposal(assembly)]
        quotas.save(assembly, rows)
    clerk.submit(f"{BASE}/quoten/festschreiben")
    clerk.submit(f"{BASE}/losung/1/bilden")
    for digit in "000":
        clerk.submit(f"{BASE}/losung/1/ziffer", {"digit": digit})
    one = members.of(assembly)[0].losnummer
    clerk.submit(
        f"{BASE}/mitglieder/{one}/ausscheiden", {"reason": "nicht erreichbar", "replace": "1"}
    )
    db.session.expire_all()
    draw = lottery.current(assembly)
    assert draw is not None
    assert lottery.replacements_of(draw)[0].came is None


def test_a_rehearsal_changes_nothing(
    clerk: BrowserLike, assembly: Assembly, pool: list[Invitee]
) -> None:
    save_quotas(assembly)
    clerk.submit(f"{BASE}/losung/probe")
    for digit in "111":
        clerk.submit(f"{BASE}/losung/1/ziffer", {"digit": digit})
    db.session.expire_all()
    draw = db.session.query(PanelDraw).one()
    assert draw.rehearsal
    assert draw.state == "picked"
    assert db.session.query(Member).count() == 0
    assert db.session.query(Reply).filter(Reply.losnummer.is_not(None)).count() == 0
    assert "Probe" in clerk.get(f"{BASE}/losung/1").text
    assert lottery.current(assembly) is None


def test_a_rehearsal_opens_nothing_of_the_real_lottery(
    assembly: Assembly, pool: list[Invitee]
) -> None:
    """The same people and lists with the same numbers: no salt and no commitment is the same."""
    save_quotas(assembly)
    with writing():
        drawn = [lottery.freeze(assembly, None, rehearsal=one) for one in (True, True, False)]
    seen = [
        (entrant.person_id, sealed)
        for draw in drawn
        for entrant in lottery.entrants_of(draw)
        for sealed in (entrant.salt, entrant.commitment)
    ]
    assert len({person for person, _sealed in seen}) == len(pool)
    assert len(set(seen)) == len({sealed for _person, sealed in seen}) == 6 * len(pool)


def test_an_observer_sees_the_lottery_and_may_not_draw(
    app: Flask, clerk: BrowserLike, built: PanelDraw, people: dict[str, User]
) -> None:
    observer = app.test_client()
    assert isinstance(observer, BrowserLike)
    observer.sign_in(people["observer"])
    assert observer.get(f"{BASE}/losung").status_code == 200
    assert "Ziffer eintragen" not in observer.get(f"{BASE}/losung/1/saal").text
    assert observer.submit(f"{BASE}/losung/1/ziffer", {"digit": "3"}).status_code == 403
    assert observer.get(f"{BASE}/mitglieder").status_code == 403


def test_the_lists_can_be_searched_by_losnummer(clerk: BrowserLike, built: PanelDraw) -> None:
    page = clerk.get(f"{BASE}/losung/1/listen?losnummer=001").text
    count = lottery.load(built).counts["001"]
    assert f"auf {count} von 1.000 Listen" in page
    assert (
        "gibt es in diesem Lostopf nicht" in clerk.get(f"{BASE}/losung/1/listen?losnummer=999").text
    )
