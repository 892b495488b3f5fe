"""Where a Bürgerrat stands, in words for everybody: seven steps, the next date, one sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from buergerrat.formats import MONTHS, clock, date, language, longdate, number, time, weekday
from buergerrat.public.services.facts import Facts
from buergerrat.public.texts import gettext as _
from buergerrat.public.texts import ngettext
from buergerrat.recommendations.services.council import FINISHED, is_open
from buergerrat.sessions.services.timetable import PublicDay


class Stage(StrEnum):
    """What is going on now."""

    INVITING = "inviting"
    REPLYING = "replying"
    DRAWING = "drawing"
    MEETING = "meeting"
    ANSWERING = "answering"
    WORKING = "working"


@dataclass(frozen=True)
class Step:
    """For `ui.steps`. state: done | now | later."""

    name: str
    when: str
    note: str
    state: str


def stage(facts: Facts) -> Stage:
    if facts.report is not None:
        return Stage.ANSWERING if open_answers(facts) else Stage.WORKING
    if facts.picked is not None:
        return Stage.MEETING
    if facts.lottery is not None:
        return Stage.DRAWING
    if facts.invitation is None:
        return Stage.INVITING
    over = facts.today > facts.assembly.reply_deadline
    return Stage.DRAWING if over else Stage.REPLYING


def open_answers(facts: Facts) -> int:
    """Adopted recommendations that the council still owes an answer."""
    return sum(item.state == "adopted" and is_open(item) for item in facts.recommendations)


def steps(facts: Facts) -> list[Step]:
    at = stage(facts)
    lottery, assembly = facts.picked, facts.assembly
    adopted = len(facts.report.adopted) if facts.report else 0
    done = [
        True,
        facts.invitation is not None and at is not Stage.REPLYING,
        lottery is not None,
        facts.report is not None or _sessions_over(facts),
        facts.report is not None,
        at is Stage.WORKING,
        at is Stage.WORKING and _all_finished(facts),
    ]
    notes = [
        _("Beschluss %(number)s", number=assembly.resolution_number),
        _("%(count)s Briefe", count=number(facts.letters)) if facts.letters else "",
        _("Liste %(number)s", number=lottery.digits) if lottery else "",
        _session_note(facts),
        ngettext("%(num)s Empfehlung", "%(num)s Empfehlungen", adopted) if adopted else "",
        _answer_note(facts) if at is Stage.ANSWERING else "",
        "",
    ]
    whens = [
        date(assembly.resolution_date),
        _month(assembly.letters_on),
        date(lottery.picked_at if lottery else assembly.lottery_at),
        _span(*_session_days(facts)),
        date(facts.handed_over_at or assembly.handover_on),
        _("bis %(day)s", day=date(assembly.answer_promised_by)),
        _("hier zu verfolgen"),
    ]
    names = [
        _("Auftrag"),
        _("Einladung"),
        _("Losung"),
        _("Sitzungen"),
        _("Übergabe"),
        _("Antwort"),
        _("Umsetzung"),
    ]
    now = done.index(False) if False in done else len(done)
    return [
        Step(name, when, note, "done" if place < now else "now" if place == now else "later")
        for place, (name, when, note) in enumerate(zip(names, whens, notes, strict=True))
    ]


def _sessions_over(facts: Facts) -> bool:
    held = [day for day in facts.sessions if day.state != "cancelled"]
    return facts.picked is not None and bool(held) and all(d.state == "closed" for d in held)


def _all_finished(facts: Facts) -> bool:
    """Everything the council adopted is done or was stopped."""
    return all(
        item.progress and item.progress[-1].status in FINISHED
        for item in facts.recommendations
        if item.answer is not None and item.answer.decision in ("adopted", "adopted_in_part")
    )


def _session_days(facts: Facts) -> tuple[dt.date, dt.date]:
    days = [day.day for day in facts.sessions if day.state != "cancelled"]
    if days:
        return min(days), max(days)
    return facts.assembly.first_session_on, facts.assembly.last_session_on


def _session_note(facts: Facts) -> str:
    held = len({day.day for day in facts.sessions if day.state != "cancelled"})
    return ngettext("%(num)s Tag", "%(num)s Tage", held) if held else ""


def _answer_note(facts: Facts) -> str:
    left = (facts.assembly.answer_promised_by - facts.today).days
    if left < 0:
        return _("überfällig")
    return ngettext("noch %(num)s Tag", "noch %(num)s Tage", left)


def _month(day: dt.date) -> str:
    return f"{MONTHS[language()].split()[day.month - 1]} {day.year}"


def _span(first: dt.date, last: dt.date) -> str:
    if _month(first) == _month(last):
        return _month(last)
    return _("%(first)s bis %(last)s", first=_month(first), last=_month(last))


def lead(facts: Facts) -> str:
    """What stands under the question."""
    assembly = facts.assembly
    town, council = assembly.municipality.short_name, assembly.municipality.council_name
    seats = assembly.seats
    at = stage(facts)
    if at is Stage.INVITING:
        return _(
            "%(seats)s Menschen aus %(town)s werden ausgelost und beraten über diese Frage. "
            "Der %(council)s hat versprochen, jede ihrer Empfehlungen zu beantworten.",
            seats=seats,
            town=town,
            council=council,
        )
    if at is Stage.REPLYING:
        return _(
            "%(letters)s ausgeloste Menschen aus %(town)s haben einen Brief bekommen. Wer Ja "
            "sagt, kommt in den Lostopf für %(seats)s Plätze.",
            letters=number(facts.letters),
            town=town,
            seats=seats,
        )
    if at is Stage.DRAWING:
        return _(
            "Die Antworten auf %(letters)s Briefe sind da. Nun wird öffentlich gelost, wer die "
            "%(seats)s Plätze bekommt.",
            letters=number(facts.letters),
            seats=seats,
        )
    if at is Stage.MEETING:
        return _(
            "%(seats)s ausgeloste Menschen aus %(town)s beraten über diese Frage. Ihre "
            "Empfehlungen übergeben sie dem %(council)s.",
            seats=seats,
            town=town,
            council=council,
        )
    written = len(facts.report.adopted) if facts.report else 0
    told = ngettext(
        "%(seats)s ausgeloste Menschen aus %(town)s haben beraten. Sie haben eine Empfehlung "
        "geschrieben.",
        "%(seats)s ausgeloste Menschen aus %(town)s haben beraten. Sie haben %(num)s "
        "Empfehlungen geschrieben.",
        written,
        seats=seats,
        town=town,
    )
    if at is Stage.ANSWERING:
        return f"{told} {_('Jetzt antwortet der %(council)s.', council=council)}"
    return f"{told} {_('Der %(council)s hat geantwortet.', council=council)}"


def coming(facts: Facts) -> str:
    """The next thing that happens, in one or two sentences."""
    assembly = facts.assembly
    at = stage(facts)
    if at is Stage.INVITING:
        return _(
            "Die Briefe an ausgeloste Menschen gehen am %(day)s hinaus.",
            day=_day(assembly.letters_on),
        )
    if at is Stage.REPLYING:
        return _(
            "Wer einen Brief bekommen hat, kann bis %(day)s antworten.",
            day=_day(assembly.reply_deadline),
        )
    if at is Stage.DRAWING:
        return _drawing(facts)
    if at is Stage.MEETING:
        return _meeting(facts)
    if at is Stage.ANSWERING:
        return _answering(facts)
    return _("Alle Empfehlungen sind beantwortet. Auf dieser Seite steht, was aus ihnen wird.")


def _drawing(facts: Facts) -> str:
    at = facts.assembly.lottery_at
    if at < facts.now:
        return _("Der Tag der öffentlichen Losung wird hier bekannt gegeben.")
    told = _("Am %(day)s, %(time)s, wird öffentlich gelost.", day=_day(at), time=time(at))
    return f"{told} {facts.assembly.lottery_place}".strip() + (
        "." if facts.assembly.lottery_place else ""
    )


def _meeting(facts: Facts) -> str:
    ahead = [d for d in facts.sessions if d.state == "planned" and d.day >= facts.today]
    if ahead:
        return _session_sentence(min(ahead, key=lambda day: day.day))
    if not facts.sessions and facts.assembly.first_session_on >= facts.today:
        return _(
            "Am %(day)s kommt der Bürgerrat zum ersten Mal zusammen.",
            day=_day(facts.assembly.first_session_on),
        )
    return _(
        "Am %(day)s übergibt der Bürgerrat dem %(council)s seine Empfehlungen.",
        day=_day(facts.assembly.handover_on),
        council=facts.assembly.municipality.council_name,
    )


def _session_sentence(session: PublicDay) -> str:
    told = _(
        "Am %(day)s tagt der Bürgerrat: %(title)s.", day=_day(session.day), title=session.title
    )
    if not session.items:
        return told
    first, last = session.items[0].starts, session.items[-1].ends
    return (
        told
        + " "
        + _(
            "Öffentlich ist die Sitzung zwischen %(start)s und %(end)s Uhr.",
            start=clock(first),
            end=clock(last),
        )
    )


def _answering(facts: Facts) -> str:
    council = facts.assembly.municipality.council_name
    left = open_answers(facts)
    return ngettext(
        "Der %(council)s antwortet bis %(day)s. Eine Empfehlung ist noch offen.",
        "Der %(council)s antwortet bis %(day)s. %(num)s Empfehlungen sind noch offen.",
        left,
        council=council,
        day=_day(facts.assembly.answer_promised_by),
    )


def _day(day: dt.date) -> str:
    return f"{weekday(day)}, {longdate(day)}"
