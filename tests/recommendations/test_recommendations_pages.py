"""Writing recommendations: cards, versions, two editors at once, the way of the states."""

from __future__ import annotations

from buergerrat.accounts.models import Municipality, User
from buergerrat.audit import AuditEntry
from buergerrat.db import db
from buergerrat.recommendations.models import EvidenceLink, Recommendation, RecommendationVersion
from tests.conftest import BrowserLike, Factory
from tests.recommendations.conftest import Nouns

BASE = "/elbtal/buergerraete/ortsmitte-2035/empfehlungen"
TYPED = {
    "title": "Bänke am Markt",
    "text": "Zwölf Bänke bis Sommer 2028.",
    "rationale": "Ältere brauchen Pausen.",
}


def actions(of: str) -> list[str]:
    entries = db.session.query(AuditEntry).filter_by(object_type=of).order_by(AuditEntry.id)
    return [entry.action for entry in entries]


def test_a_recommendation_is_written_from_cards(
    client: BrowserLike, people: dict[str, User], nouns: Nouns
) -> None:
    bench = nouns.note(1, "Alle 50 Meter eine Bank", theme="Aufenthalt")
    nouns.note(2, "Tempo 20", theme="Verkehr")
    client.sign_in(people["facilitator"])
    page = client.get(f"{BASE}/neu").text
    assert "Alle 50 Meter eine Bank" in page
    assert "Tempo 20" in page
    data = {**TYPED, "karte": [str(bench.id), "999", "x"]}
    answer = client.submit(f"{BASE}/neu", data)
    assert answer.status_code == 303
    assert answer.location.endswith("/empfehlungen/1")
    page = client.get(answer.location).text
    assert "1. Bänke am Markt" in page
    assert "Alle 50 Meter eine Bank" in page
    assert "Thema Aufenthalt" in page
    assert actions("recommendation") == ["recommendation_draft"]


def test_a_filter_keeps_what_was_typed_and_picked(clerk: BrowserLike, nouns: Nouns) -> None:
    picked = nouns.note(1, "Alle 50 Meter eine Bank", theme="Aufenthalt")
    nouns.note(2, "Tempo 20", theme="Verkehr")
    nouns.note(3, "Ampel am Rathaus")
    data = {"title": "Halb getippt", "karte": str(picked.id), "thema": "2"}
    answer = clerk.submit(f"{BASE}/neu", data)
    assert answer.status_code == 200
    assert "Halb getippt" in answer.text
    assert "Tempo 20" in answer.text
    assert "Alle 50 Meter eine Bank" in answer.text
    assert "Ampel am Rathaus" not in answer.text
    assert db.session.query(Recommendation).count() == 0


def test_a_missing_text_is_named_and_the_rest_stays(clerk: BrowserLike) -> None:
    answer = clerk.submit(f"{BASE}/neu", {**TYPED, "text": "  "})
    assert answer.status_code == 422
    assert "Bitte schreiben Sie, was der Bürgerrat empfiehlt." in answer.text
    assert "Bänke am Markt" in answer.text


def test_sending_the_same_form_twice_makes_one_recommendation(clerk: BrowserLike) -> None:
    data = {**TYPED, "form_token": "einmal"}
    first, second = clerk.submit(f"{BASE}/neu", data), clerk.submit(f"{BASE}/neu", data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert db.session.query(Recommendation).count() == 1


def test_versions_stay_and_any_two_can_be_compared(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    for number, amount in ((1, "zwölf"), (2, "zwanzig")):
        data = {**TYPED, "text": f"Wir empfehlen {amount} Bänke.", "change_note": "Andere Zahl"}
        answer = clerk.submit(f"{BASE}/1/fassung", {**data, "base": str(number)})
        assert answer.status_code == 303
    newest = clerk.get(f"{BASE}/1").text
    assert "<del>zwölf</del>" in newest
    assert "<ins>zwanzig</ins>" in newest
    first = clerk.get(f"{BASE}/1?von=1&bis=3").text
    assert "<ins>zwanzig</ins>" in first
    assert "<del>zwölf</del>" not in first
    assert db.session.query(RecommendationVersion).count() == 3
    assert actions("recommendation").count("recommendation_version") == 2


def test_two_editors_at_once_lose_nothing(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    mine = {**TYPED, "text": "Wir empfehlen zwölf Bänke.", "change_note": "meins", "base": "1"}
    theirs = {**TYPED, "text": "Wir empfehlen zwanzig Bänke.", "change_note": "ihres", "base": "1"}
    assert clerk.submit(f"{BASE}/1/fassung", theirs).status_code == 303
    answer = clerk.submit(f"{BASE}/1/fassung", mine)
    assert answer.status_code == 409
    assert "<del>zwanzig</del>" in answer.text
    assert "<ins>zwölf</ins>" in answer.text
    assert "Wir empfehlen zwölf Bänke.</textarea>" in answer.text
    assert 'name="base" type="hidden" value="2"' in answer.text
    assert db.session.query(RecommendationVersion).count() == 2
    assert clerk.submit(f"{BASE}/1/fassung", {**mine, "base": "2"}).status_code == 303


def test_the_same_text_is_no_new_version(clerk: BrowserLike, nouns: Nouns) -> None:
    item = nouns.draft()
    same = {
        "title": item.version.title,
        "text": item.version.text,
        "rationale": item.version.rationale,
    }
    answer = clerk.submit(f"{BASE}/1/fassung", {**same, "change_note": "nichts", "base": "1"})
    assert answer.status_code == 409
    assert "derselbe" in answer.text


def test_cards_come_and_go_and_keep_their_stance(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    concern = nouns.note(3, "Wer reinigt den Brunnen?", df_list="concern")
    data = {"karte": str(concern.id), "stance": "opposes"}
    assert clerk.submit(f"{BASE}/1/karten", data).status_code == 303
    page = clerk.get(f"{BASE}/1").text
    assert "Bedenken, spricht dagegen" in page
    assert clerk.submit(f"{BASE}/1/karten", {**data, "stance": "supports"}).status_code == 303
    assert db.session.query(EvidenceLink).one().stance == "supports"
    assert clerk.submit(f"{BASE}/1/karten/concern/3/entfernen").status_code == 303
    assert db.session.query(EvidenceLink).count() == 0
    assert clerk.get(f"{BASE}/1/karten").status_code == 200


def test_withdrawn_keeps_its_number_and_goes_nowhere(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    assert clerk.submit(f"{BASE}/1/zurueckziehen").status_code == 303
    assert "zurückgezogen" in clerk.get(BASE).text
    assert "Zurückgezogen" in clerk.get(f"{BASE}/1").text
    assert clerk.submit(f"{BASE}/1/zurueckziehen").status_code == 409
    assert clerk.get(f"{BASE}/1/abstimmung").status_code == 409
    again = {**TYPED, "change_note": "doch", "base": "1"}
    assert clerk.submit(f"{BASE}/1/fassung", again).status_code == 409
    assert nouns.draft().number == 2
    assert actions("recommendation").count("recommendation_withdrawn") == 1


def test_cards_of_another_assembly_cannot_be_reached(
    clerk: BrowserLike, nouns: Nouns, factory: Factory, town: Municipality
) -> None:
    other = Nouns(factory.assembly(town, "anderer-rat"))
    foreign = other.note(1, "Fremde Karte")
    answer = clerk.submit(f"{BASE}/neu", {**TYPED, "karte": str(foreign.id)})
    assert answer.status_code == 303
    assert db.session.query(EvidenceLink).count() == 0
    other.draft()
    assert clerk.get(f"{BASE}/2").status_code == 404


def test_the_list_is_friendly_when_empty(clerk: BrowserLike) -> None:
    assert "Noch keine Empfehlung" in clerk.get(BASE).text
