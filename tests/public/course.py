"""One Bürgerrat step by step, for pages that must work at every stage. Names carry a marker."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import derived_key
from buergerrat.db import db, set_clock, utcnow, writing
from buergerrat.recommendations.models import Recommendation
from buergerrat.recommendations.services import ballots, council, recommendations, report
from buergerrat.sessions.models import AgendaItem, AssemblySession, Attendance
from buergerrat.sortition import codes
from buergerrat.sortition.models import InvitationDraw, Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.services import drawing, hall, lottery, members, quotas, replies

Fill = Callable[[Assembly, int], list[Invitee]]
POOL, SILENT, REFUSED = 40, 3, 2


def code_of(number: int) -> str:
    """The code of the n-th person; those of the pool are made by `fill_pool` alike."""
    return codes.new_code(hashlib.sha512(str(number).encode()).digest())


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    set_clock(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        set_clock(None)


class Course:
    """Walks an assembly by its services; each step commits."""

    def __init__(self, assembly: Assembly, fill_pool: Fill) -> None:
        self.assembly, self.fill_pool = assembly, fill_pool

    def replied(self) -> list[Invitee]:
        """40 say yes, 2 say no, 3 do not answer."""
        pool = self.fill_pool(self.assembly, POOL)
        draw = db.session.scalars(select(InvitationDraw)).first()
        assert draw is not None
        with writing():
            for number in range(POOL, POOL + SILENT + REFUSED):
                code = code_of(number)
                invitee = Invitee(
                    assembly_id=self.assembly.id,
                    draw_id=draw.id,
                    row_id=f"{number:064x}",
                    ticket=f"{number:064x}",
                    sex="female",
                    age_band="65+",
                    district="Weinberg",
                    household=f"home-{number}",
                    code_hash=codes.code_digest(code, derived_key(self.assembly.id, "codes")),
                    first_name=f"Vorname{number}",
                    last_name=f"Nachname{number}",
                    code=code,
                )
                db.session.add(invitee)
                db.session.flush()
                if number >= POOL + SILENT:
                    replies.save(self.assembly, invitee, replies.Answer("no", {}))
        return pool

    def frozen(self) -> PanelDraw:
        self.replied()
        with writing():
            quotas.save(self.assembly, quotas.proposal(self.assembly, width=2))
            return lottery.freeze(self.assembly, None)

    def built(self) -> PanelDraw:
        draw = self.frozen()
        with writing():
            drawing.build(draw, None)
        db.session.expire_all()
        return draw

    def picked(self, digits: str = "352") -> PanelDraw:
        draw = self.built()
        with writing():
            for digit in digits:
                hall.draw_digit(draw, digit, None)
        return draw

    def seated(self) -> PanelDraw:
        """Everybody drawn accepts."""
        draw = self.picked()
        with writing():
            for member in members.of(self.assembly):
                members.accept(member)
        return draw

    def met(self, state: str = "closed") -> AssemblySession:
        session = AssemblySession(
            assembly_id=self.assembly.id,
            number=1,
            title="Ankommen",
            day=self.assembly.first_session_on,
            place="Ratssaal",
            state=state,
        )
        session.items = [
            AgendaItem(
                assembly_id=self.assembly.id,
                number=1,
                position=1,
                title="Gang durch die Mitte",
                starts=dt.time(10),
                duration=60,
                is_public=True,
            ),
            AgendaItem(
                assembly_id=self.assembly.id,
                number=2,
                position=2,
                title="Vertrauliche Runde",
                starts=dt.time(11),
                duration=60,
                responsible="Mona Mod",
            ),
        ]
        with writing():
            db.session.add(session)
            db.session.flush()
            for member in members.of(self.assembly, ("accepted",)):
                row = Attendance(
                    assembly_id=self.assembly.id,
                    session_id=session.id,
                    member_id=member.id,
                    state="present",
                )
                db.session.add(row)
        return session

    def handed_over(self, count: int = 2) -> list[Recommendation]:
        """`count` adopted recommendations and a last one without majority."""
        made = [self._voted(n, yes=12, no=2) for n in range(1, count + 1)]
        self._voted(count + 1, yes=2, no=12)
        with writing():
            report.write_report_texts(self.assembly, report.Texts("Liebe Leserinnen und Leser!"))
            report.hand_over(self.assembly)
        return made

    def _voted(self, number: int, yes: int, no: int) -> Recommendation:
        wording = recommendations.Wording(
            f"Zehn Bänke am Markt, Teil {number}",
            "Wir empfehlen der Stadt, bald zehn Bänke aufzustellen.",
            "Wer nicht lange stehen kann, meidet die Mitte.",
        )
        with writing():
            made = recommendations.draft_recommendation(self.assembly, wording)
            ballots.open_ballot(made, ballots.Rules(), 16, 16)
            ballots.close_ballot(made, yes, no, 1)
        return made

    def answered(self, recommendation: Recommendation, decision: str = "adopted") -> None:
        with writing():
            council.answer(
                recommendation,
                council.Decision(decision, "Der Rat stellt Geld bereit.", "Bauamt"),
            )

    def somebody_in_the_pool(self) -> Invitee:
        """In the Lostopf, without a seat."""
        found = db.session.scalars(
            select(Invitee)
            .join(Reply)
            .outerjoin(Member, Member.invitee_id == Invitee.id)
            .where(Reply.losnummer.is_not(None), Member.id.is_(None))
            .order_by(Reply.losnummer)
        ).first()
        assert found is not None
        return found


def later(days: int) -> dt.datetime:
    return utcnow() + dt.timedelta(days=days)
