"""Factories for this folder: cards, recommendations, a report that can be handed over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.recommendations.models import Recommendation
from buergerrat.recommendations.services import ballots, report
from buergerrat.recommendations.services import recommendations as service
from buergerrat.recommendations.services.ballots import Rules
from buergerrat.recommendations.services.recommendations import Wording
from buergerrat.recommendations.services.report import Texts
from buergerrat.sessions.models import AssemblySession, Note, Theme

BENCHES = Wording(
    "Am Markt sitzen können",
    "Wir empfehlen der Stadt, bald zehn Bänke aufzustellen.",
    "Wer nicht lange stehen kann, meidet die Mitte.\nEin Ort zum Bleiben hilft den Läden.",
)


class Nouns:
    """Makes nouns of one assembly by the services; each call commits."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly

    def session(self) -> AssemblySession:
        found = db.session.query(AssemblySession).filter_by(assembly_id=self.assembly.id).first()
        if found is not None:
            return found
        made = AssemblySession(
            assembly_id=self.assembly.id,
            number=1,
            title="Erster Samstag",
            day=utcnow().date(),
            state="closed",
        )
        with writing():
            db.session.add(made)
        return made

    def note(self, number: int, text: str, df_list: str = "solution", theme: str = "") -> Note:
        session_id = self.session().id
        note = Note(
            assembly_id=self.assembly.id,
            session_id=session_id,
            df_list=df_list,
            number=number,
            text=text,
            changed_at=utcnow(),
        )
        if theme:
            found = (
                db.session.query(Theme).filter_by(assembly_id=self.assembly.id, name=theme).first()
            )
            count = db.session.query(Theme).count()
            note.themes = [
                found or Theme(assembly_id=self.assembly.id, number=count + 1, name=theme)
            ]
        with writing():
            db.session.add(note)
        return note

    def draft(self, wording: Wording = BENCHES, notes: Sequence[Note] = ()) -> Recommendation:
        with writing():
            return service.draft_recommendation(self.assembly, wording, notes)

    def voted(self, yes: int = 12, no: int = 2, wording: Wording = BENCHES) -> Recommendation:
        made = self.draft(wording)
        with writing():
            ballots.open_ballot(made, Rules(), 16, 16)
            ballots.close_ballot(made, yes, no, 1)
        return made

    def handed_over(self, recommendations: int = 1, refused: int = 0) -> list[Recommendation]:
        made = [self.voted() for _ in range(recommendations)]
        made += [self.voted(yes=2, no=12) for _ in range(refused)]
        with writing():
            report.write_report_texts(self.assembly, Texts("Liebe Elbtalerinnen und Elbtaler!"))
            report.hand_over(self.assembly)
        return made


@pytest.fixture
def nouns(assembly: Assembly) -> Nouns:
    return Nouns(assembly)
