"""The second half of the demo's way: sessions, recommendations, report, the council's answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.demo import story
from buergerrat.demo.moments import PAST, at
from buergerrat.privacy import services as privacy
from buergerrat.recommendations.models import Recommendation
from buergerrat.recommendations.services import ballots, council, recommendations, report
from buergerrat.sessions.models import AgendaItem, AssemblySession, Note, Theme
from buergerrat.sessions.services import attendance, notes, planning, tables, themes
from buergerrat.sortition.models import Member
from buergerrat.sortition.services import members


def meet(assembly: Assembly, today: dt.date) -> None:
    """Two days with timetable, attendance, mixed tables and cards."""
    plans = (("Sitzung, Tag 1", story.DAY_ONE), ("Sitzung, Tag 2", story.DAY_TWO))
    with at(today, PAST.first_session - 20):
        for offset, (title, items) in enumerate(plans):
            day = today + dt.timedelta(days=PAST.first_session + offset)
            session = planning.plan_session(assembly, title, day, "Ratssaal")
            for item in items:
                planning.add_item(session, _item(*item))
        made = {name: themes.add_theme(assembly, name) for name in story.THEMES}
        names = {name: theme.id for name, theme in made.items()}
    for offset in (0, 1):
        _hold(assembly, today, offset)
    _write_cards(assembly, today, names)
    for offset in (0, 1):
        with at(today, PAST.first_session + offset, 16):
            planning.walk(_session(assembly, offset + 1), "closed")


def _item(
    starts: str,
    duration: int,
    kind: str,
    title: str,
    method: str,
    room: str,
    who: str,
    public: bool,
) -> planning.ItemData:
    return planning.ItemData(
        title=title,
        kind=kind,
        duration=duration,
        starts=dt.time.fromisoformat(starts),
        method=method,
        room=room,
        responsible=who,
        is_public=public,
    )


def _session(assembly: Assembly, number: int) -> AssemblySession:
    return db.session.scalars(
        select(AssemblySession).filter_by(assembly_id=assembly.id, number=number)
    ).one()


def _hold(assembly: Assembly, today: dt.date, offset: int) -> None:
    """Attendance and tables, and the items as they really ran."""
    with at(today, PAST.first_session + offset, 9):
        session = _session(assembly, offset + 1)
        planning.start_item(session.items[0])
        missing: Member = members.of(assembly, ["accepted"])[-1]
        attendance.set_attendance(session, missing, "excused")
        attendance.all_present(session)
    with at(today, PAST.first_session + offset, 9, 20):
        session = _session(assembly, offset + 1)
        for item in [i for i in session.items if i.kind == "table_work"]:
            made = tables.propose_tables(session, 3, item, seed=bytes([offset, item.number]) * 8)
            tables.fix_tables(made)
    late = 0
    for number in range(1, len(_session(assembly, offset + 1).items)):
        late = min(late + 2, 9)
        item = _session(assembly, offset + 1).items[number]
        with at(today, PAST.first_session + offset, item.starts.hour, item.starts.minute):
            moment = dt.timedelta(minutes=late)
            item = _session(assembly, offset + 1).items[number]
            planning.start_item(item, utcnow() + moment)


def _write_cards(assembly: Assembly, today: dt.date, names: dict[str, int]) -> None:
    solutions: list[int] = []
    for number, card in enumerate(story.CARDS):
        with at(today, PAST.first_session, 11, 34 + number):
            session = _session(assembly, 1)
            item: AgendaItem = next(i for i in session.items if i.kind == "table_work")
            about = db.session.get(Note, solutions[card.about - 1]) if card.about else None
            place = notes.NewCard(
                card.df_list,
                table=card.table,
                item=item,
                themes=[db.session.get_one(Theme, names[t]) for t in card.themes],
                refers_to=about,
            )
            made = notes.add_note(session, card.text, place)
            if card.df_list == "solution":
                solutions.append(made.id)


def recommend(assembly: Assembly, today: dt.date) -> None:
    """Drafts from cards, one reworded, then the ballots."""
    for number, proposal in enumerate(story.PROPOSALS):
        with at(today, PAST.first_session + 1, 9, 40 + number):
            cards = [_card(assembly, df_list, n) for df_list, n in proposal.cards]
            text = proposal.first_text or proposal.text
            wording = recommendations.Wording(proposal.title, text, proposal.rationale)
            made = recommendations.draft_recommendation(assembly, wording, cards)
            number_made = made.number
        if proposal.first_text:
            with at(today, PAST.first_session + 1, 11, 20 + number):
                wording = recommendations.Wording(proposal.title, proposal.text, proposal.rationale)
                recommendations.revise(
                    _recommendation(assembly, number_made), 1, wording, "genauer gefasst"
                )
    for number, proposal in enumerate(story.PROPOSALS, start=1):
        with at(today, PAST.first_session + 1, 13, 30 + 3 * number):
            chosen = _recommendation(assembly, number)
            present, entitled = ballots.head_count(assembly)
            ballots.open_ballot(chosen, ballots.Rules(), present, entitled)
        with at(today, PAST.first_session + 1, 13, 32 + 3 * number):
            ballots.close_ballot(_recommendation(assembly, number), *proposal.votes)
            if proposal.minority:
                ballots.add_minority_statement(
                    _recommendation(assembly, number), *proposal.minority
                )


def _card(assembly: Assembly, df_list: str, number: int) -> Note:
    return db.session.scalars(
        select(Note).filter_by(assembly_id=assembly.id, df_list=df_list, number=number)
    ).one()


def _recommendation(assembly: Assembly, number: int) -> Recommendation:
    return db.session.scalars(
        select(Recommendation).filter_by(assembly_id=assembly.id, number=number)
    ).one()


def hand_over(assembly: Assembly, today: dt.date) -> None:
    with at(today, PAST.handover - 5):
        texts = report.Texts(story.PREFACE, story.COURSE, story.IMPRINT)
        report.write_report_texts(assembly, texts)
    with at(today, PAST.handover, 18):
        report.hand_over(assembly)
    with at(today, PAST.handover + 1):
        privacy.delete_due(assembly, None)


def council_answers(assembly: Assembly, today: dt.date) -> None:
    """What the council decided, and the state of the work."""
    for number, proposal in enumerate(story.PROPOSALS, start=1):
        if not proposal.decision:
            continue
        decided = -70 + 5 * number
        with at(today, decided, 19):
            due = today + dt.timedelta(days=proposal.due_in) if proposal.due_in else None
            council.answer(
                _recommendation(assembly, number),
                council.Decision(
                    proposal.decision,
                    proposal.reason,
                    proposal.department,
                    due,
                    today + dt.timedelta(days=decided),
                    f"{today.year}/1{number:02d}",
                ),
            )
        if proposal.status:
            with at(today, decided + 20):
                council.report_progress(
                    _recommendation(assembly, number), proposal.status, proposal.news
                )
