"""“War ich im Lostopf?” with the code of the letter."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from buergerrat.accounts.models import Municipality
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.public.services import pot
from buergerrat.sortition.commitment import canonical_json
from buergerrat.sortition.forgetting_lottery import delete_pool
from buergerrat.sortition.services import lottery
from buergerrat.sortition.verify import verify
from tests.public.course import POOL, SILENT, Course, code_of
from tests.support import BrowserLike, Factory

POT = "/elbtal/ortsmitte-2035/lostopf"
UNKNOWN = "Diesen Code kennen wir hier nicht"


def ask(client: BrowserLike, code: str, status: int = 200, url: str = POT) -> str:
    response = client.submit(url, {"code": code})
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    text = response.get_data(as_text=True)
    assert code not in text
    assert "Vorname" not in text
    return text


def test_chance_lists_and_result_are_those_of_the_record(
    client: BrowserLike, course: Course
) -> None:
    draw = course.seated()
    somebody = course.somebody_in_the_pool()
    assert somebody.reply is not None
    number = str(somebody.reply.losnummer)
    on = sum(number in line.split(" ") for line in lottery.panel_lines(draw))
    code = somebody.code
    text = ask(client, code)
    assert f"<dd>{number}<small>" in text
    assert f"{on} von 1.000" in text
    assert "kein Platz" in text
    assert "Auf Liste 352 stehen Sie nicht." in text
    seated = draw.result["panel"][0]
    member = next(
        m for m in db.session.query(type(somebody)) if m.reply and m.reply.losnummer == seated
    )
    assert "ein Platz" in ask(client, f"{member.code[:5]}-{member.code[5:]}".lower())
    assert "Platz" in ask(client, member.code + " ")


def test_before_the_pick_the_result_is_open(client: BrowserLike, course: Course) -> None:
    course.built()
    text = ask(client, course.somebody_in_the_pool().code)
    assert "noch offen" in text
    assert "gezogene Liste:" not in text


def test_who_is_not_in_the_pot_learns_why(client: BrowserLike, course: Course) -> None:
    course.replied()
    assert "Ihre Zusage ist da" in ask(client, code_of(0))
    assert "wartet auf Antwort" in ask(client, code_of(POOL))
    assert "mit Nein geantwortet" in ask(client, code_of(POOL + SILENT))


def test_frozen_pool_names_the_losnummer(client: BrowserLike, course: Course) -> None:
    course.frozen()
    text = ask(client, course.somebody_in_the_pool().code)
    assert "Der Lostopf steht fest" in text
    assert "Ihre Losnummer" in text


@pytest.mark.parametrize("code", ["ABCDEFGHJK", "kein Code", "", "'; DROP TABLE", "A" * 5000])
def test_every_wrong_code_gets_the_same_answer(
    client: BrowserLike, course: Course, code: str
) -> None:
    course.replied()
    response = client.submit(POT, {"code": code})
    assert response.status_code == 422
    assert UNKNOWN in response.get_data(as_text=True)


def test_a_code_of_another_assembly_is_unknown_here(
    client: BrowserLike, course: Course, factory: Factory, town: Municipality
) -> None:
    course.replied()
    factory.assembly(town, "wald", title="Wald")
    assert UNKNOWN in ask(client, code_of(0), 422, "/elbtal/wald/lostopf")


def test_guessing_ends_soon(client: BrowserLike, course: Course) -> None:
    course.replied()
    answers = [client.submit(POT, {"code": "ABCDEFGHJK"}).status_code for _ in range(25)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert client.submit(POT, {"code": code_of(0)}).status_code == 429


def test_a_code_in_the_address_does_nothing(client: BrowserLike, course: Course) -> None:
    course.replied()
    text = client.get(f"{POT}?code={code_of(0)}").get_data(as_text=True)
    assert "Ihre Zusage" not in text


OWN = f"{POT}/meine-zeile"


def test_why_this_chance_is_told_in_numbers_of_people(client: BrowserLike, course: Course) -> None:
    draw = course.built()
    somebody = course.somebody_in_the_pool()
    assert somebody.reply is not None
    mine = str(somebody.reply.losnummer)
    answer = pot.ask(course.assembly, somebody.code)
    assert answer is not None
    assert answer.chance is not None
    others = answer.chance.others
    assert others is not None
    counts = draw.result["counts"]
    assert 1 + others.alike + others.smaller + others.same + others.larger == len(counts)
    assert others.smaller <= sum(count < counts[mine] for count in counts.values())
    assert others.larger <= sum(count > counts[mine] for count in counts.values())
    assert others.alike_lists[0] <= counts[mine] <= others.alike_lists[1]
    assert others.alike_lists[1] - others.alike_lists[0] <= 1
    text = ask(client, somebody.code)
    assert "haben eine kleinere Chance" in text
    assert ", ".join(answer.chance.numbers) in text


def test_the_features_shown_and_saved_are_those_committed(
    client: BrowserLike, course: Course, tmp_path: Path
) -> None:
    draw = course.seated()
    somebody = course.somebody_in_the_pool()
    assert somebody.reply is not None
    number = str(somebody.reply.losnummer)
    (committed,) = (one for one in lottery.entrants_of(draw) if one.number == number)
    text = ask(client, somebody.code)
    for name, value in committed.features.items():
        assert f"<dt>{name}</dt><dd>{value}</dd>" in text
    assert committed.salt not in text
    response = client.submit(OWN, {"code": somebody.code})
    assert response.headers["Cache-Control"] == "no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    row = json.loads(response.data)
    assert set(row) == {"losnummer", "salt", "features", "household"}
    opened = {key: row[key] for key in ("features", "household", "salt")}
    assert hashlib.sha256(canonical_json(opened)).hexdigest() == committed.commitment
    (tmp_path / "record.zip").write_bytes(draw.public_record or b"")
    (tmp_path / "own.json").write_bytes(response.data)
    report = verify(tmp_path / "record.zip", None, tmp_path / "own.json")
    assert report.ok, report.lines
    on = sum(number in line.split(" ") for line in lottery.panel_lines(draw))
    assert any(f"Sie stehen auf {on} von 1000" in line for line in report.lines)
    assert any("Gezogen wurden Sie nicht" in line for line in report.lines)


def test_a_look_and_a_saved_row_are_in_the_log_without_code_and_name(
    client: BrowserLike, course: Course
) -> None:
    course.built()
    somebody = course.somebody_in_the_pool()
    assert somebody.reply is not None
    ask(client, somebody.code)
    client.submit(OWN, {"code": somebody.code})
    entries = db.session.query(AuditEntry).filter_by(object_type="own_chance").all()
    assert [entry.action for entry in entries] == ["look", "own_row_saved"]
    for entry in entries:
        assert entry.object_id == somebody.reply.losnummer
        assert somebody.code not in entry.content()
        assert "Vorname" not in entry.content()


@pytest.mark.parametrize("code", ["ABCDEFGHJK", "", code_of(POOL)])
def test_there_is_no_row_for_who_is_not_in_the_pot(
    client: BrowserLike, course: Course, code: str
) -> None:
    course.built()
    response = client.submit(OWN, {"code": code})
    assert response.status_code == 422
    assert UNKNOWN in response.get_data(as_text=True)


def test_the_row_is_throttled_like_the_page(client: BrowserLike, course: Course) -> None:
    course.built()
    code = course.somebody_in_the_pool().code
    for _ in range(25):
        client.submit(POT, {"code": "ABCDEFGHJK"})
    assert client.submit(OWN, {"code": code}).status_code == 429


def test_after_the_pool_is_deleted_lists_and_chance_remain(
    client: BrowserLike, course: Course
) -> None:
    draw = course.seated()
    code = course.somebody_in_the_pool().code
    with writing():
        delete_pool(draw)
    text = ask(client, code)
    assert "Ihre Listen und Ihre Chance bleiben" in text
    assert "Meine Zeile herunterladen" not in text
    assert "dieselben Merkmale wie Sie" not in text
    assert client.submit(OWN, {"code": code}).status_code == 422
    assert "Der Lostopf ist gelöscht" in client.get(POT).get_data(as_text=True)
