"""A person's rights: information, correction, objection, erasure; by whom, and what the log says."""

from __future__ import annotations

import datetime as dt
import json

import pymupdf
import pytest
from sqlalchemy import select

from buergerrat.accounts.models import User
from buergerrat.assemblies import files, objections
from buergerrat.assemblies.models import Assembly, Objection, StoredFile
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.jobs import Job
from buergerrat.privacy import correction, information, requests, services
from buergerrat.privacy.models import PrivacyRequest
from buergerrat.sortition import rows as register_rows
from buergerrat.sortition.letters import Letter
from buergerrat.sortition.models import (
    InvitationDraw,
    Invitee,
    LetterBatch,
    Reply,
    ReserveTicket,
)
from buergerrat.sortition.objection import digests
from buergerrat.sortition.services import (
    hall,
    letter_files,
    letter_recipients,
    letters,
    lottery,
    replies,
)
from buergerrat.sortition.spool import Spooled, people, person_line
from tests.public.course import Course, code_of, later
from tests.sortition import stage_one as stage
from tests.sortition.reply_people import invite
from tests.support import BrowserLike, Factory

BASE = "/elbtal/buergerraete/ortsmitte-2035/datenschutz/person"


def named(last_name: str) -> Invitee:
    people = db.session.scalars(select(Invitee).where(Invitee.state != "erased"))
    return next(one for one in people if one.last_name == last_name)


def told_in_log(action: str) -> list[AuditEntry]:
    rows = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.scalars(rows))


def search(clerk: BrowserLike, text: str) -> str:
    return clerk.submit(f"{BASE}/suche", {"text": text}).get_data(as_text=True)


def test_somebody_is_found_by_code_losnummer_name_and_street(
    clerk: BrowserLike, course: Course
) -> None:
    course.frozen()
    invitee = named("Nachname7")
    assert invitee.reply is not None
    for typed in (code_of(7), invitee.reply.losnummer or "", "nachname7 vorname7"):
        assert invitee.uid in search(clerk, typed), typed
    assert "Nachname" in search(clerk, "Markt 1")
    assert "nichts (mehr) gespeichert" in search(clerk, "Unbekannt")
    assert not [e for e in told_in_log("look") if "Nachname" in json.dumps(e.detail)]


def test_information_is_one_tagged_pdf_and_answers_the_request(
    clerk: BrowserLike, course: Course
) -> None:
    course.replied()
    with writing():
        requests.receive(course.assembly, "information", dt.date(2026, 9, 1))
    invitee = named("Nachname7")
    response = clerk.submit(f"{BASE}/{invitee.uid}/auskunft.pdf")
    assert response.mimetype == "application/pdf"
    assert b"/StructTreeRoot" in response.data
    assert requests.open_of(course.assembly) == []
    (entry,) = told_in_log("export")
    assert entry.object_id == invitee.uid


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("letter", "kommen aus dem Melderegister"),
        ("forwarded", "nichts über Sie bekommen"),
        ("municipality", "Ihre Gemeinde hat uns geschickt"),
    ],
)
def test_the_information_says_where_the_data_come_from(
    course: Course, path: str, said: str
) -> None:
    course.replied()
    with writing():
        invitee = named("Nachname7")
        invitee.recruitment_path = path
        made = information.pdf(course.assembly, invitee)
    text = "".join(page.get_text() for page in pymupdf.Document(stream=made, filetype="pdf"))
    assert said in " ".join(text.split())


def test_the_person_learns_who_looked_by_role_and_not_by_name(
    clerk: BrowserLike, course: Course, people: dict[str, User]
) -> None:
    course.replied()
    uid = named("Nachname7").uid
    clerk.get(f"{BASE}/{uid}")
    page = clerk.get(f"{BASE}/{uid}").get_data(as_text=True)
    assert "Personendaten angesehen" in page
    told = information.information(course.assembly, named("Nachname7"))
    assert {look.who for look in told.looks if "angesehen" in look.what} == {"Verwaltung"}
    assert people["administration"].name not in json.dumps([vars(one) for one in told.looks])


def correct(clerk: BrowserLike, invitee: Invitee, **changes: str) -> int:
    form = {**correction.stored(invitee), "seen": correction.stand(invitee), **changes}
    return clerk.submit(f"{BASE}/{invitee.uid}/berichtigen", form).status_code


def test_a_correction_changes_what_is_used_and_not_what_was_drawn(
    clerk: BrowserLike, course: Course
) -> None:
    course.replied()
    invitee = named("Nachname7")
    committed = (invitee.row_id, invitee.ticket, invitee.household)
    done = correct(clerk, invitee, last_name="Berichtigt", sex="female", education="other")
    assert done == 303
    db.session.expire_all()
    assert (invitee.last_name, invitee.sex) == ("Berichtigt", "female")
    assert (invitee.row_id, invitee.ticket, invitee.household) == committed
    assert invitee.reply is not None
    assert {row.feature: row.value for row in invitee.reply.features}["education"] == "other"
    (entry,) = told_in_log("corrected")
    assert entry.detail == {"fields": ["education", "last_name", "sex"]}


def test_two_clerks_do_not_overwrite_each_other(clerk: BrowserLike, course: Course) -> None:
    course.replied()
    invitee = named("Nachname7")
    seen = correction.stand(invitee)
    assert correct(clerk, invitee, street="Weg 2") == 303
    db.session.expire_all()
    assert correct(clerk, invitee, street="Weg 3", seen=seen) == 409
    db.session.expire_all()
    assert invitee.street == "Weg 2"


def test_features_stand_once_the_lostopf_is_fixed(clerk: BrowserLike, course: Course) -> None:
    draw = course.frozen()
    before = draw.pool_sealed
    invitee = named("Nachname7")
    assert correct(clerk, invitee, sex="diverse", phone="01234 5") == 303
    db.session.expire_all()
    assert invitee.sex != "diverse"
    assert invitee.reply is not None
    assert invitee.reply.phone == "01234 5"
    current = lottery.current(course.assembly)
    assert current is not None
    assert current.pool_sealed == before


def object_to(clerk: BrowserLike, invitee: Invitee, birth: str = "") -> int:
    return clerk.submit(f"{BASE}/{invitee.uid}/widerspruch", {"birth": birth}).status_code


def test_who_objects_is_erased_and_known_again_without_being_stored(
    clerk: BrowserLike, course: Course
) -> None:
    course.replied()
    invitee, town = named("Nachname7"), course.assembly.municipality_id
    assert object_to(clerk, invitee, "1980-02-03") == 303
    db.session.expire_all()
    assert invitee.state == "erased"
    key, known = objections.key_of(town), objections.known(town)
    again = digests(key, "Vorname7", "Nachname7", "Markt", "1", "01234")
    moved = digests(key, "Vorname7", "Nachname7", "Anderswo", "9", "99999", "1980-02-03")
    other = digests(key, "Vorname8", "Nachname8", "Markt", "1", "01234", "1980-02-03")
    assert known & set(again)
    assert known & set(moved)
    assert not known & set(other)
    stored = json.dumps([row.digest for row in db.session.scalars(select(Objection))])
    assert "1980" not in stored
    assert told_in_log("objection")[0].object_type == "municipality"  # leads to nobody


def test_between_freezing_and_pick_the_number_stays_and_no_letter_goes_out(
    clerk: BrowserLike, course: Course
) -> None:
    course.built()
    invitee = named("Nachname7")
    person_id = invitee.id
    assert object_to(clerk, invitee) == 303
    db.session.expire_all()
    assert (invitee.state, invitee.full_name, invitee.street) == ("objected", "", "")
    assert replies.find_by_code(code_of(7)) is None
    assert invitee.reply is not None
    assert invitee.reply.losnummer is not None
    assert services.anything_due(course.assembly) is False
    for kind in ("invitation", "reminder", "acceptance", "refusal", "reserve", "replacement"):
        assert person_id not in letter_recipients.ids(course.assembly, kind), kind


def test_after_the_pick_the_rest_goes_unless_a_seat_was_drawn(
    clerk: BrowserLike, course: Course
) -> None:
    draw = course.built()
    panel = set(lottery.panel_lines(draw)[352].split())
    rest = select(Invitee).join(Reply).where(Reply.losnummer.not_in(panel))
    invitee = db.session.scalars(rest).first()
    assert invitee is not None
    assert object_to(clerk, invitee) == 303
    with writing():
        for digit in "352":
            hall.draw_digit(draw, digit, None)
    assert services.anything_due(course.assembly)
    with writing():
        services.delete_due(course.assembly)
    db.session.expire_all()
    assert invitee.state == "erased"


def test_a_member_withdraws_before_objecting(clerk: BrowserLike, course: Course) -> None:
    course.seated()
    seated = [one for one in db.session.scalars(select(Invitee)) if services.is_seated(one)]
    assert object_to(clerk, seated[0]) == 409
    assert objections.known(course.assembly.municipality_id) == frozenset()


def test_who_was_never_invited_is_taken_out_of_the_next_tickets(
    clerk: BrowserLike, course: Course
) -> None:
    course.replied()
    draw = db.session.scalars(select(InvitationDraw)).one()
    values = dict.fromkeys((*register_rows.PERSON_FIELDS, "namesake"), "")
    values |= {"first_name": "Ada", "last_name": "Wartet", "street": "Markt", "house_number": "3",
               "postcode": "01234"}  # fmt: skip
    with writing():
        for number, name in enumerate(("Wartet", "Andere"), start=1):
            ticket = ReserveTicket(
                assembly_id=course.assembly.id, draw_id=draw.id, stratum="s", position=number,
                row_id=f"{number:064x}",
            )  # fmt: skip
            person = Spooled(tuple({**values, "last_name": name}.values()), "home")
            ticket.person = person_line(person)
            db.session.add(ticket)
    form = {"first_name": "Ada", "last_name": "Wartet", "street": "Markt 3", "postcode": "01234"}
    assert clerk.submit(f"{BASE}/widerspruch", form).status_code == 303
    left = db.session.scalars(select(ReserveTicket)).all()
    assert [json.loads(one.person)[register_rows.PERSON_FIELDS.index("last_name")] for one in left] == ["Andere"]  # fmt: skip
    assert clerk.submit(f"{BASE}/widerspruch", {**form, "last_name": ""}).status_code == 422
    future = {**form, "birth": str(later(9).date())}
    assert clerk.submit(f"{BASE}/widerspruch", future).status_code == 422


def test_erasure_on_request_is_noted_as_answered(clerk: BrowserLike, course: Course) -> None:
    course.replied()
    uid = named("Nachname7").uid
    assert clerk.submit(f"{BASE}/{uid}/loeschen", {"reason": "request"}).status_code == 303
    (row,) = db.session.scalars(select(PrivacyRequest))
    assert (row.kind, row.answered_on) == ("erasure", row.received_on)
    assert clerk.get(f"{BASE}/{uid}").status_code == 404


def test_only_the_administration_comes_here(
    client: BrowserLike, course: Course, people: dict[str, User]
) -> None:
    course.replied()
    uid = named("Nachname7").uid
    for role in ("observer", "facilitator", "council", "stranger"):
        client.sign_in(people[role])
        assert client.get(f"{BASE}/{uid}").status_code == 403, role


def test_an_objection_between_import_and_draw_leaves_the_ticket_and_sends_no_letter(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register(people=120))
    stage.plan(clerk, letters_total="120")
    stage.commit(clerk)
    spool = db.session.get_one(StoredFile, stage.extract().spool_id)
    with files.open_file(spool) as stream:
        first = next(iter(people(stream)))
    form = {name: first.get(name) for name in ("first_name", "last_name", "postcode")}
    form["street"] = f"{first.get('street')} {first.get('house_number')}"
    everybody = {one.number for one in db.session.scalars(select(InvitationDraw))}
    assert clerk.submit(f"{BASE}/widerspruch", form).status_code == 303
    stage.enter_seed(clerk, max(everybody))
    stage.start(clerk, max(everybody))
    drawn = db.session.scalars(select(Invitee)).all()
    (objected,) = [one for one in drawn if one.state == "objected"]
    names = {(one.first_name, one.last_name) for one in drawn}
    assert (first.get("first_name"), first.get("last_name")) not in names
    assert (objected.full_name, objected.street, objected.code_hash) == ("", "", None)
    assert len(letter_recipients.ids(assembly, "invitation")) == len(drawn) - 1


def test_an_objection_takes_the_letters_that_wait_for_the_post(
    clerk: BrowserLike, course: Course
) -> None:
    """The same person, invited in another Bürgerrat of the town and silent there."""
    course.replied()
    other = Factory().assembly(course.assembly.municipality, "zweiter")
    (person,) = invite(other, 1)
    with writing():
        letters.make(other, kind="invitation")
    db.session.expire_all()
    (batch,) = letters.batches(other)
    invitee = db.session.scalars(select(Invitee).where(Invitee.uid == person.uid)).one()
    form = {name: getattr(invitee, name) for name in ("first_name", "last_name", "postcode")}
    assert letter_files.all_of(batch)
    form["street"] = invitee.street
    assert clerk.submit(f"{BASE}/widerspruch", form).status_code == 303
    db.session.expire_all()
    assert invitee.state == "objected"
    assert letter_files.all_of(batch) == []


def test_letters_made_while_somebody_is_erased_are_thrown_away(
    clerk: BrowserLike, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.replied()
    real = letters.letters_of

    def and_then_erase(batch: LetterBatch, one: Assembly, url: str) -> list[Letter]:
        found = real(batch, one, url)
        with writing():
            services.delete_person(course.assembly, named("Nachname7"), "request")
        return found

    monkeypatch.setattr(letters, "letters_of", and_then_erase)
    with writing():
        letters.make(course.assembly, kind="invitation")
    db.session.expire_all()
    batch = letters.batches(course.assembly)[0]
    assert letter_files.all_of(batch) == []
    assert db.session.get_one(Job, batch.job_id).state == "failed"
