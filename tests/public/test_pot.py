"""“War ich im Lostopf?” with the code of the letter."""

from __future__ import annotations

import pytest

from buergerrat.accounts.models import Municipality
from buergerrat.db import db
from buergerrat.sortition.services import lottery
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
