"""The demo: one Bürgerrat that goes the whole way, one whose extract waits for its draw.

Everything happens by the service functions that the pages use; only the clock is set, so
that the first Bürgerrat lies in the past.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
from sqlalchemy import Select, func, select

from buergerrat.accounts.models import Municipality
from buergerrat.assemblies import services as assemblies
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.demo import deliberation, stage_one, stage_two, story
from buergerrat.demo.moments import COMING, PAST, RUNNING, Days, at
from buergerrat.formats import BERLIN
from buergerrat.privacy import agreements
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, Member, Reply

EDITION = 5  # another number makes every demo be built anew
Say = Callable[[str], None]


def build(today: dt.date, say: Say) -> None:
    """Everything, in an empty database. `say` hears of each step."""
    generator = np.random.default_rng(2035)
    with writing():
        town = Municipality(**story.TOWN)
        db.session.add(town)
        db.session.flush()
    say("Bürgerrat „Ortsmitte 2035“: Auftrag, Melderegister, Einladungslosung")
    first = found(town, today, PAST, "Ortsmitte 2035", story.QUESTION)
    sign_agreements(first, today, PAST)
    stage_one.invite(first, today, PAST)
    say("Briefe und Antworten")
    stage_one.answer_letters(first, today, PAST, PAST.deadline, generator)
    stage_one.remind(first, today, PAST.letters + 14)
    say("Quoten, 1.000 Listen, öffentliche Ziehung, Mitglieder")
    stage_two.draw_panel(first, today)
    stage_two.write_to_all(first, today)
    stage_two.take_seats(first, today)
    say("Sitzungen, Tische, Notizen")
    deliberation.meet(first, today)
    say("Empfehlungen, Abstimmungen, Gutachten, Antworten des Stadtrats")
    deliberation.recommend(first, today)
    deliberation.hand_over(first, today)
    deliberation.council_answers(first, today)
    say("Bürgerrat „Schulhof für alle“: Die Antworten kommen")
    running = found(town, today, RUNNING, "Schulhof für alle", story.RUNNING_QUESTION)
    stage_one.invite(running, today, RUNNING)
    stage_one.forward(running, today, RUNNING.letters + 1)
    stage_one.answer_letters(running, today, RUNNING, -2, generator, ("16-29", "Hohenfels"))
    stage_one.invite_again(running, today, -2)
    stage_one.visit(running, today, -1)
    say("Bürgerrat „Hitze in der Stadt“: Der Auszug wartet auf die Losung")
    second = found(town, today, COMING, "Hitze in der Stadt", story.SECOND_QUESTION)
    stage_one.read_register(second, today - dt.timedelta(days=1), 2026)


def sign_agreements(assembly: Assembly, today: dt.date, days: Days) -> None:
    with at(today, days.letters - 20):
        for name, task in story.PROCESSORS:
            values = {
                "name": name,
                "place": "Elbtal",
                "task": task,
                "data": "Namen, Anschriften, Codes",
                "signed_on": today + dt.timedelta(days=days.letters - 20),
                "valid_until": None,
            }
            agreements.add(assembly, values)


def found(town: Municipality, today: dt.date, days: Days, title: str, question: str) -> Assembly:
    """The mandate, published."""

    def day(offset: int) -> dt.date:
        return today + dt.timedelta(days=offset)

    with at(today, days.resolution + 3):
        assembly = assemblies.found(
            town,
            assemblies.Mandate(
                title=title,
                guiding_question=question,
                legal_basis=story.LEGAL_BASIS,
                resolution_number=f"{day(days.resolution).year}/061",
                resolution_date=day(days.resolution),
                seats=16,
                reserve=4,
                reference_date=day(days.letters - 14),
                letters_on=day(days.letters),
                reply_deadline=day(days.deadline),
                lottery_at=dt.datetime.combine(
                    day(days.lottery), dt.time(18), tzinfo=BERLIN
                ).astimezone(dt.UTC),
                lottery_place="Ratssaal",
                first_session_on=day(days.first_session),
                last_session_on=day(days.first_session + 1),
                session_place="Ratssaal, Markt 1, ohne Stufen",
                session_note="Zwei Tage, 9 bis 16 Uhr. Essen ist frei.",
                allowance="60 Euro am Tag",
                handover_on=day(days.handover),
                answer_promised_by=day(days.answer),
                retention_until=day(days.retention),
                land="ST",
                door_visits=True,
                notice_on=day(days.letters - 21),
                extract_on=day(days.letters - 13),
                reminder_on=day(days.letters + 14),
            ),
        )
        assemblies.publish(assembly, True)
    return assembly


def sample_code() -> str:
    """A code of somebody in the Lostopf, so that a visitor can look for their chance."""
    return _shown(select(Invitee).join(Member).where(Member.state == "accepted"))


def open_code() -> str:
    """A code of somebody who can still answer."""
    newest = select(func.max(Invitee.assembly_id)).scalar_subquery()
    silent = select(Invitee).outerjoin(Reply).where(Reply.id.is_(None))
    return _shown(silent.where(Invitee.assembly_id == newest, Invitee.draw_id.is_not(None)))


def _shown(people: Select[Invitee]) -> str:
    invitee = db.session.scalars(people.order_by(Invitee.ticket).limit(1)).first()
    return codes.show(invitee.code) if invitee else ""
