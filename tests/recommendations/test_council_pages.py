"""The council's answers: everything is listed, reasons are a must, earlier answers stay."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from buergerrat.accounts.models import Municipality, User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.recommendations.models import CouncilAnswer, ProgressUpdate
from buergerrat.recommendations.services import council as service
from buergerrat.recommendations.services.council import Decision
from tests.conftest import BrowserLike, Factory
from tests.recommendations.conftest import Nouns

DESK = "/elbtal/rat/ortsmitte-2035/"
FOLLOW_UP = "/elbtal/buergerraete/ortsmitte-2035/umsetzung"
PART = {
    "decision": "adopted_in_part",
    "reason": "Zwölf Bänke, aber kein Brunnen.",
    "lead_department": "Bauamt",
    "due_on": "2028-06-30",
    "decided_on": "2027-03-16",
    "paper_reference": "2027/019",
    "seen": "0",
}
REFERRED = {"decision": "referred", "reason": "Der Ausschuss berät.", "seen": "0"}


@pytest.fixture
def member(client: BrowserLike, people: dict[str, User]) -> BrowserLike:
    return client.sign_in(people["council"])


def test_before_the_handover_there_is_nothing_to_answer(member: BrowserLike, nouns: Nouns) -> None:
    nouns.voted()
    assert "Noch kein Gutachten" in member.get("/elbtal/rat/").text
    assert "Noch nicht übergeben" in member.get(DESK).text
    assert member.get(f"{DESK}1").status_code == 409
    assert member.submit(f"{DESK}1", PART).status_code == 409
    assert service.public_list(nouns.assembly) == []


def test_nothing_is_left_out(member: BrowserLike, nouns: Nouns) -> None:
    made = nouns.handed_over(3, refused=1)
    page = member.get(DESK).text
    for item in made:
        assert f'href="/elbtal/rat/ortsmitte-2035/{item.number}"' in page
    assert "<strong>0</strong> von 3 beantwortet" in page
    assert "braucht keine Antwort" in page
    assert member.submit(f"{DESK}2", PART).status_code == 303
    assert member.submit(f"{DESK}3", REFERRED).status_code == 303
    page = member.get(DESK).text
    assert "<strong>1</strong> von 3 beantwortet" in page  # referred stays open
    open_part, answered_part = page.split("Beantwortet <span")
    assert '/ortsmitte-2035/1"' in open_part
    assert '/ortsmitte-2035/3"' in open_part
    assert '/ortsmitte-2035/2"' in answered_part
    assert "1 von 3" in member.get("/elbtal/rat/").text


def test_an_answer_is_shown_with_all_it_says(member: BrowserLike, nouns: Nouns) -> None:
    nouns.handed_over()
    assert "Gründe des Bürgerrats" in member.get(f"{DESK}1").text
    assert member.submit(f"{DESK}1", {**PART, "work": "planned"}).status_code == 303
    page = member.get(f"{DESK}1").text
    for words in ("Teilweise angenommen", "kein Brunnen", "Bauamt", "30. Juni 2028", "2027/019"):
        assert words in page
    assert "Geplant" in page
    assert db.session.query(ProgressUpdate).one().status == "planned"


@pytest.mark.parametrize("decision", ["adopted_in_part", "referred", "noted", "rejected"])
def test_a_reason_is_a_must_for_all_but_adopted(
    member: BrowserLike, nouns: Nouns, decision: str
) -> None:
    nouns.handed_over()
    answer = member.submit(f"{DESK}1", {**PART, "decision": decision, "reason": "  "})
    assert answer.status_code == 422
    assert "gehört ein Grund dazu" in answer.text
    assert "Bauamt" in answer.text  # what was typed stays
    assert db.session.query(CouncilAnswer).count() == 0


def test_adopted_needs_somebody_and_a_date_but_no_reason(member: BrowserLike, nouns: Nouns) -> None:
    nouns.handed_over()
    bare = {"decision": "adopted", "seen": "0"}
    answer = member.submit(f"{DESK}1", bare)
    assert answer.status_code == 422
    assert "Bis wann soll es fertig sein?" in answer.text
    assert "Wer kümmert sich darum?" in answer.text
    odd = member.submit(f"{DESK}1", {**PART, "due_on": "irgendwann"})
    assert odd.status_code == 422
    whole = {**bare, "lead_department": "Bauamt", "due_on": "2028-06-30"}
    assert member.submit(f"{DESK}1", whole).status_code == 303
    assert "Jede Empfehlung hat eine Antwort." in member.get(DESK).text


def test_a_new_answer_stands_beside_the_old_one(member: BrowserLike, nouns: Nouns) -> None:
    nouns.handed_over()
    assert member.submit(f"{DESK}1", REFERRED).status_code == 303
    late = member.submit(f"{DESK}1", PART)  # written without having seen the first one
    assert late.status_code == 409
    assert "Zwölf Bänke, aber kein Brunnen." in late.text
    assert member.submit(f"{DESK}1", {**PART, "seen": "1"}).status_code == 303
    page = member.get(f"{DESK}1").text
    assert "Frühere Antworten" in page
    assert "Der Ausschuss berät." in page
    answers = db.session.query(CouncilAnswer).order_by(CouncilAnswer.id)
    assert [a.decision for a in answers] == ["referred", "adopted_in_part"]


def test_an_answer_sent_twice_is_one_answer(member: BrowserLike, nouns: Nouns) -> None:
    nouns.handed_over()
    for _ in range(2):
        sent = member.submit(f"{DESK}1", {**PART, "work": "planned", "form_token": "einmal"})
        assert sent.status_code == 303
    assert db.session.query(CouncilAnswer).count() == 1
    assert db.session.query(ProgressUpdate).count() == 1


def test_what_the_assembly_refused_is_read_but_not_answered(
    member: BrowserLike, nouns: Nouns
) -> None:
    nouns.handed_over(1, refused=1)
    assert "braucht aber keine Antwort" in member.get(f"{DESK}2").text
    assert member.submit(f"{DESK}2", PART).status_code == 409
    assert member.get(f"{DESK}7").status_code == 404


def test_the_promise_runs_and_runs_out(
    member: BrowserLike, nouns: Nouns, assembly: Assembly
) -> None:
    nouns.handed_over()
    today = utcnow().date()
    for days, words in ((39, "noch 39 Tage."), (-3, "3 Tage überfällig.")):
        with writing():
            found = db.session.get_one(Assembly, assembly.id)
            found.answer_promised_by = today + dt.timedelta(days=days)
        assert words in member.get(DESK).text


def test_progress_is_kept_in_order_and_overdue_is_flagged(clerk: BrowserLike, nouns: Nouns) -> None:
    (item,) = nouns.handed_over()
    past = utcnow().date() - dt.timedelta(days=3)
    with writing():
        service.answer(item, Decision("adopted", lead_department="Bauamt", due_on=past))
    page = clerk.get(FOLLOW_UP).text
    assert "abgelaufen" in page
    assert "Die Frist ist abgelaufen" in clerk.get(f"{FOLLOW_UP}/1").text
    for status, text in (("in_progress", "Fünf Bänke stehen."), ("done", "Alle stehen.")):
        sent = clerk.submit(f"{FOLLOW_UP}/1", {"status": status, "text": text})
        assert sent.status_code == 303
    page = clerk.get(f"{FOLLOW_UP}/1").text
    assert page.index("Alle stehen.") < page.index("Fünf Bänke stehen.")
    assert "Die Frist ist abgelaufen" not in page
    assert "Keine Empfehlung in dieser Auswahl." in clerk.get(f"{FOLLOW_UP}?zeige=offen").text
    assert "Bauamt" in clerk.get(f"{FOLLOW_UP}?zeige=fertig").text


def test_stopping_needs_a_reason(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.handed_over()
    sent = clerk.submit(f"{FOLLOW_UP}/1", {"status": "stopped", "text": ""})
    assert sent.status_code == 422
    assert "Warum wird nicht weitergearbeitet?" in sent.text
    twice = {"status": "stopped", "text": "Kein Geld.", "form_token": "einmal"}
    for _ in range(2):
        assert clerk.submit(f"{FOLLOW_UP}/1", twice).status_code == 303
    assert db.session.query(ProgressUpdate).count() == 1
    assert "Kein Geld." in clerk.get(f"{FOLLOW_UP}/1").text


def test_the_public_list_tells_the_answer(nouns: Nouns, assembly: Assembly) -> None:
    made = nouns.handed_over(2)
    with writing():
        service.answer(made[0], Decision("rejected", "Zu teuer."))
        service.report_progress(made[0], "stopped", "Kein Geld.")
    found = service.public_list(assembly)
    assert [(i.number, i.kind, i.word, i.reason) for i in found] == [
        (1, "no", "Abgelehnt", "Zu teuer."),
        (2, "open", "Offen", ""),
    ]
    assert (found[0].work_level, found[0].work_word) == (0, "Eingestellt")
    assert found[0].votes is not None
    assert (found[0].votes.yes, found[0].votes.needed) == (12, 8)


def test_the_public_list_asks_as_often_for_five_as_for_one(
    nouns: Nouns, factory: Factory, town: Municipality
) -> None:
    many = Nouns(factory.assembly(town, "anderer-rat"))
    for one, count in ((nouns, 1), (many, 5)):
        for item in one.handed_over(count):
            with writing():
                service.answer(item, Decision("rejected", "Zu teuer."))
    assert statements_for(many.assembly) == statements_for(nouns.assembly)


def statements_for(assembly: Assembly) -> int:
    db.session.expire_all()
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert service.public_list(assembly)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_strangers_see_no_desk(client: BrowserLike, people: dict[str, User], nouns: Nouns) -> None:
    nouns.handed_over()
    for role in ("facilitator", "observer", "stranger", "nobody"):
        client.sign_in(people[role])
        assert client.get(DESK).status_code == 403
        assert client.submit(f"{DESK}1", PART).status_code == 403
