"""Consents: to which text, since when; taken back at any time, with what was told on its ground."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from reply_people import invite

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import consents as texts
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.models import Consent, Invitee
from buergerrat.sortition.services import consents, replies

NEWER = texts.Text("2027-01", "Ja, so.")


@pytest.fixture
def invitee(assembly: Assembly) -> Invitee:
    uid = invite(assembly, 2)[0].uid
    return db.session.query(Invitee).filter_by(uid=uid).one()


def told(assembly: Assembly, invitee: Invitee, **changes: object) -> None:
    values: dict[str, object] = {
        "features": {"education": "upper", "migration_history": "yes"},
        "support": ["childcare"],
        "phone": "01234 5",
        "wants_support": True,
    }
    with writing():
        replies.save(assembly, invitee, replies.Answer("yes", **{**values, **changes}))  # type: ignore[arg-type]


def test_every_feature_and_every_version_has_a_text() -> None:
    assert set(texts.FEATURES) == {feature.key for feature in REPLY_FEATURES}
    for key, kind in texts.KINDS.items():
        versions = [text.version for text in kind.texts]
        assert (kind.key, sorted(set(versions), reverse=True)) == (key, versions)
        assert len(key) <= 20
        assert all(len(v) <= 20 and kind.text_of(v) for v in versions)


def test_what_is_told_is_consented_to(app: Flask, assembly: Assembly, invitee: Invitee) -> None:
    told(assembly, invitee)
    now = consents.current(invitee)
    assert set(now) == {"education", "migration_history", "support", "contact"}
    assert {row.source for row in now.values()} == {"online"}
    assert invitee.reply is not None
    for row in invitee.reply.features:
        held = now[row.feature]
        assert (row.consent_version, row.consent_at) == (held.version, held.given_at)


def test_saying_it_again_is_no_new_consent(
    app: Flask, assembly: Assembly, invitee: Invitee
) -> None:
    told(assembly, invitee)
    before = {row.kind: row.id for row in consents.history(invitee)}
    told(assembly, invitee, features={"education": "lower", "migration_history": "yes"})
    assert {row.kind: row.id for row in consents.history(invitee)} == before


def test_taking_back_deletes_what_was_told_and_keeps_the_registration(
    app: Flask, assembly: Assembly, invitee: Invitee
) -> None:
    told(assembly, invitee)
    for kind in ("education", "contact", "support"):
        with writing():
            assert consents.withdraw(invitee, kind)
            assert not consents.withdraw(invitee, kind)
    reply = invitee.reply
    assert reply is not None
    assert [row.feature for row in reply.features] == ["migration_history"]
    assert (reply.phone, replies.support_of(reply)) == ("", ([], ""))
    assert (reply.answer, reply.submitted_at is not None) == ("yes", True)
    assert replies.answer_of(reply).wants_support
    taken = db.session.query(AuditEntry).filter_by(action="consent_withdrawn").all()
    assert [entry.detail["kind"] for entry in taken] == ["education", "contact", "support"]


def test_giving_it_again_is_a_new_row(app: Flask, assembly: Assembly, invitee: Invitee) -> None:
    told(assembly, invitee)
    with writing():
        consents.withdraw(invitee, "education")
        consents.give(invitee, "education", "phone")
    rows = [row for row in consents.history(invitee) if row.kind == "education"]
    assert [(row.source, row.withdrawn_at is None) for row in rows] == [
        ("online", False),
        ("phone", True),
    ]


def test_a_newer_text_is_agreed_to_anew_and_the_old_one_stays_readable(
    app: Flask, assembly: Assembly, invitee: Invitee, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(assembly, invitee)
    old = texts.KINDS["photo"]
    then = utcnow() - dt.timedelta(days=3)
    with writing():
        consents.give(invitee, "photo", "card", then)
    newer = texts.Kind("photo", old.label, (NEWER, *old.texts), old.lost)
    monkeypatch.setitem(texts.KINDS, "photo", newer)  # type: ignore[arg-type]
    assert consents.current(invitee)["photo"].version == old.newest.version
    with writing():
        consents.give(invitee, "photo", "online")
    first, second = (row for row in consents.history(invitee) if row.kind == "photo")
    assert newer.text_of(first.version) == old.newest.text
    assert (first.given_at, first.withdrawn_at) == (then, second.given_at)
    assert (second.version, second.withdrawn_at) == ("2027-01", None)


def test_a_no_takes_everything_back(app: Flask, assembly: Assembly, invitee: Invitee) -> None:
    told(assembly, invitee)
    with writing():
        replies.save(assembly, invitee, replies.Answer("no", {}))
    assert consents.current(invitee) == {}


def test_of_many_and_forgetting(app: Flask, assembly: Assembly, invitee: Invitee) -> None:
    other = db.session.query(Invitee).filter(Invitee.id != invitee.id).one()
    with writing():
        for one in (invitee, other):
            consents.give(one, "name", "phone")
        consents.withdraw(other, "name")
    assert consents.of_many([invitee.id, other.id], "name") == {invitee.id}
    with writing():
        retention.erase(assembly, [invitee.id], "Frist abgelaufen")
    assert {row.invitee_id for row in db.session.query(Consent)} == {other.id}
