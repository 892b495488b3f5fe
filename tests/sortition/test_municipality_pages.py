"""From the list of municipalities to the volunteers of a drawn town, through the pages."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import pytest
from flask import Flask

from buergerrat.accounts.models import Municipality, Role
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from buergerrat.formats import BERLIN
from buergerrat.sortition import municipality_record, volunteers
from buergerrat.sortition.models import Consent, Invitee, MunicipalityDraw, Reply
from buergerrat.sortition.services import municipality_draw as service
from buergerrat.sortition.services.replies import Answer, save
from tests.support import BrowserLike, Factory

BASE = "/elbtal/buergerraete/ortsmitte-2035"
PATH = f"{BASE}/gemeindelosung"
DICE = "31415926535897932384"
PEOPLE = [700, 900, 1200, 4000, 4500, 6000, 7000, 9000, 12_000, 18_000, 25_000, 45_000]
LIST = "ags;name;people;region\n" + "".join(
    f"981050{n:02d};Ort {n};{count};{'Nord' if n % 2 else 'Süd'}\n"
    for n, count in enumerate(PEOPLE, 10)
)
PLAN = {
    "places": "5",
    "letters": "100",
    "level": "0",
    "bounds": "5.000; 20.000",
    "percent": "10",
}
PHRASE = "vier Wörter am Telefon"


def today() -> dt.date:
    return utcnow().astimezone(BERLIN).date()


def upload(clerk: BrowserLike, text: str = LIST) -> int:
    data = {"source": "erfunden", "liste": (io.BytesIO(text.encode()), "liste.csv")}
    return clerk.submit(f"{PATH}/liste", data).status_code


def procedure() -> dict[str, str]:
    return {
        "kind": "dice",
        "event": "Würfeln im Kreistag",
        "due": today().isoformat(),
        "fallback": "am Tag darauf",
    }


def drawn(clerk: BrowserLike) -> MunicipalityDraw:
    assert upload(clerk) == 303
    assert clerk.submit(f"{PATH}/plan", PLAN).status_code == 303
    assert clerk.submit(f"{PATH}/festschreiben", procedure()).status_code == 303
    seed = {"kind": "dice", "value": DICE, "on": today().isoformat()}
    assert clerk.submit(f"{PATH}/startwert", seed).status_code == 303
    db.session.rollback()
    return db.session.scalars(db.select(MunicipalityDraw)).one()


def test_from_the_list_to_the_public_record(clerk: BrowserLike, assembly: Assembly) -> None:
    assert "Liste einlesen" in clerk.get(PATH).text
    row = drawn(clerk)
    assert row.state == "drawn"
    assert sum(service.letters_of(row).values()) == 500
    page = clerk.get(PATH).text
    assert DICE in page
    assert str(row.commitment_hash) in page
    record = clerk.get("/elbtal/ortsmitte-2035/gemeindelosung.json")
    assert municipality_record.check(json.loads(record.data), str(row.commitment_hash)) == []
    public = clerk.get("/elbtal/ortsmitte-2035/").text
    assert "So wurden die Gemeinden gelost" in public
    assert all(
        town["name"] in public for town in row.frame if town["ags"] in service.letters_of(row)
    )
    assert clerk.submit(f"{PATH}/plan", PLAN).status_code == 409, "fixed"
    assert upload(clerk) == 409
    actions = set(db.session.scalars(db.select(AuditEntry.action)))
    assert {"municipalities_committed", "municipalities_seeded", "municipalities_drawn"} <= actions


def test_a_town_that_refuses_is_replaced_and_the_record_still_fits(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    row = drawn(clerk)
    before = service.letters_of(row)
    first = next(iter(before))
    answer = clerk.submit(f"{PATH}/absage", {"ags": first, "reason": "Kein Personal"})
    assert answer.status_code == 303
    db.session.rollback()
    row = db.session.scalars(db.select(MunicipalityDraw)).one()
    after = service.letters_of(row)
    [refusal] = row.result["refusals"]
    assert first not in after
    assert sum(after.values()) + refusal["open"] == sum(before.values())
    assert set(after) - set(before) == {one["ags"] for one in refusal["came"]}
    assert "Kein Personal" in clerk.get(PATH).text
    assert municipality_record.check(json.loads(service.record(row))) == []
    assert (
        clerk.submit(f"{PATH}/absage", {"ags": first, "reason": "noch einmal"}).status_code == 409
    )
    assert (
        clerk.submit(f"{PATH}/absage", {"ags": next(iter(after)), "reason": ""}).status_code == 422
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"places": "0"}, "Zwischen 1 und 2.000"),
        ({"bounds": "20000; 5000"}, "aufsteigend"),
        ({"places": "9", "letters": "1000", "bounds": "100000"}, "könnten mehr als 10 %"),
    ],
)
def test_a_plan_that_does_not_fit_is_not_stored(
    clerk: BrowserLike, assembly: Assembly, change: dict[str, str], sentence: str
) -> None:
    upload(clerk)
    answer = clerk.submit(f"{PATH}/plan", {**PLAN, **change})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_list_that_is_none_is_refused(clerk: BrowserLike, assembly: Assembly) -> None:
    assert upload(clerk, "a;b\n1;2\n") == 422
    assert clerk.submit(f"{PATH}/liste", {"source": "x"}).status_code == 422
    assert clerk.submit(f"{PATH}/plan", PLAN).status_code == 409
    assert db.session.scalars(db.select(MunicipalityDraw)).first() is None


def test_the_seed_must_come_after_the_commitment(clerk: BrowserLike, assembly: Assembly) -> None:
    upload(clerk)
    clerk.submit(f"{PATH}/festschreiben", procedure())
    for value, day in (("123", today()), (DICE, today() - dt.timedelta(days=1))):
        seed = {"kind": "dice", "value": value, "on": day.isoformat()}
        assert clerk.submit(f"{PATH}/startwert", seed).status_code == 422
    db.session.rollback()
    assert db.session.scalars(db.select(MunicipalityDraw)).one().state == "committed"


def test_nothing_is_fixed_before_the_public_page_is_open(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    with writing():
        db.session.get_one(Assembly, assembly.id).published_at = None
    upload(clerk)
    assert clerk.submit(f"{PATH}/festschreiben", procedure()).status_code == 409


def test_every_town_gets_its_order_and_reads_it(clerk: BrowserLike, assembly: Assembly) -> None:
    row = drawn(clerk)
    key, letters = next(iter(service.letters_of(row).items()))
    assert clerk.get(f"{PATH}/auftrag/{key}.json").status_code == 409, "no common seed yet"
    assert clerk.submit(f"{PATH}/gemeinsam", procedure()).status_code == 303
    order = clerk.get(f"{PATH}/auftrag/{key}.json")
    assert json.loads(order.data)["letters"] == letters
    shown = clerk.submit(f"{PATH}/auftrag", {"auftrag": (io.BytesIO(order.data), "auftrag.json")})
    assert f"verschickt {letters} Briefe" in shown.text
    assert "Würfeln im Kreistag" in shown.text
    for data in (b"", b"{}", b'{"format":"buergerrat/auftrag/1"}', b"[]"):
        file = {"auftrag": (io.BytesIO(data), "x.json")}
        assert clerk.submit(f"{PATH}/auftrag", file).status_code == 422


def answered(assembly: Assembly, name: str, answer: str) -> None:
    with writing():
        invitee = Invitee(
            assembly_id=assembly.id, row_id=name * 8, ticket="", sex="female", age_band="30-44"
        )
        invitee.first_name, invitee.last_name, invitee.street = name, "Geheim", "Gasse 1"
        db.session.add(invitee)
        db.session.flush()
        told = Answer(
            answer, {"education": "upper"}, ["childcare"], "Zwillinge", "0151 1", "a@example.org"
        )
        save(assembly, invitee, told, source="card")


@pytest.fixture
def county(factory: Factory, people: dict[str, object], town: Municipality) -> Assembly:
    """An assembly of a county in which the town's clerk works as well, so one browser does both."""
    home = factory.town("kreis")
    factory.assign(people["administration"], Role.ADMINISTRATION, home)  # type: ignore[arg-type]
    return factory.assembly(home, slug="kreisrat")


def test_only_those_who_said_yes_travel_and_arrive_with_their_consents(
    app: Flask, clerk: BrowserLike, assembly: Assembly, county: Assembly
) -> None:
    answered(assembly, "Ada", "yes")
    answered(assembly, "Ben", "no")
    assert "Eine Person hat mit Ja geantwortet" in clerk.get(f"{BASE}/antworten/freiwillige").text
    url = f"{BASE}/antworten/freiwillige.json"
    assert clerk.submit(url, {"passphrase": "kurz"}).status_code == 422
    file = clerk.submit(url, {"passphrase": PHRASE}).data
    for secret in (b"Ada", b"Geheim", b"Zwillinge", b"example.org"):
        assert secret not in file
    target = "/kreis/buergerraete/kreisrat/gemeindelosung/freiwillige"

    def arrive(data: bytes, phrase: str = PHRASE) -> int:
        form = {"passphrase": phrase, "freiwillige": (io.BytesIO(data), "f.json")}
        return clerk.submit(target, form).status_code

    assert arrive(file, "ein ganz anderer Satz") == 422
    assert arrive(b"{}") == 422
    assert arrive(b"[" * 100_000) == 422
    for odd in ({"id": "x"}, {"id": "a" * 64, "age_band": "every age"}):
        sent_by_hand = volunteers.pack(
            "Elbtal", assembly.age_bounds, [odd], PHRASE, bytes(16), bytes(12)
        )
        assert arrive(sent_by_hand) == 422
    assert arrive(file) == 303
    assert "1 Person ist neu" in clerk.get(target).text
    assert arrive(file) == 303, "a second time nobody is new"
    db.session.rollback()
    [came] = db.session.scalars(db.select(Invitee).where(Invitee.assembly_id == county.id))
    assert (came.full_name, came.street, came.district) == ("Ada Geheim", "Gasse 1", "Elbtal")
    assert (came.recruitment_path, came.draw_id, len(came.code)) == ("municipality", None, 10)
    [reply] = db.session.scalars(db.select(Reply).where(Reply.assembly_id == county.id))
    [sent] = db.session.scalars(
        db.select(Reply).where(Reply.assembly_id == assembly.id, Reply.answer == "yes")
    )
    assert (reply.source, reply.phone, reply.submitted_at) == (
        "municipality",
        "0151 1",
        sent.submitted_at,
    )
    assert json.loads(reply.support)["text"] == "Zwillinge"
    assert {row.feature: row.value for row in reply.features} == {"education": "upper"}

    def consents(of: Assembly) -> set[tuple[str, str, dt.datetime]]:
        rows = db.session.scalars(db.select(Consent).where(Consent.assembly_id == of.id))
        return {(row.kind, row.version, row.given_at) for row in rows}

    assert consents(county) == consents(assembly) != set()
    log = db.session.scalars(db.select(AuditEntry).where(AuditEntry.object_type == "volunteers"))
    assert [(one.action, one.detail["count"]) for one in log] == [
        ("export", 1),
        ("volunteers_taken", 1),
        ("volunteers_taken", 0),
    ]


def test_other_age_groups_are_refused(
    clerk: BrowserLike, assembly: Assembly, county: Assembly
) -> None:
    answered(assembly, "Ada", "yes")
    with writing():
        db.session.get_one(Assembly, county.id).age_bounds = "16,40"
    file = clerk.submit(f"{BASE}/antworten/freiwillige.json", {"passphrase": PHRASE}).data
    form = {"passphrase": PHRASE, "freiwillige": (io.BytesIO(file), "f.json")}
    target = "/kreis/buergerraete/kreisrat/gemeindelosung/freiwillige"
    assert clerk.submit(target, form).status_code == 409


def test_a_changed_byte_or_town_does_not_open() -> None:
    data = volunteers.pack("Elbtal", "16,30", [], PHRASE, bytes(16), bytes(12))
    assert volunteers.unpack(data, "vier  Wörter am Telefon") == ("Elbtal", "16,30", [])
    for before, after in (
        (rb'"town": "Elbtal"', b'"town": "Anders"'),
        (rb'sealed": ".', b'sealed": "A'),
    ):
        changed = re.sub(before, after, data)
        with pytest.raises(volunteers.FileError):
            volunteers.unpack(changed if changed != data else data.replace(b'"A', b'"B'), PHRASE)
