"""What /antworten/nachlosung shows: letters per stratum, what they may bring, whether it is time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.models import InvitationDraw, Invitee, Reply
from buergerrat.sortition.planning import Replies, expected_total
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import outlook, waves
from buergerrat.sortition.strata import Stratum, sort_strata, stratum_of

FIELD = "briefe."


@dataclass(frozen=True)
class Line:
    """A stratum: letters so far, yeses, tickets kept, letters of this wave as typed or proposed."""

    stratum: Stratum
    written: int
    yes: int
    kept: int
    due: int
    letters: str
    weak: bool
    wrong: bool
    expected: Replies

    @property
    def field(self) -> str:
        return FIELD + self.stratum.text


@dataclass(frozen=True)
class WavePage:
    """`counts`: stratum → letters, when all is in order. problem: what is wrong with the input."""

    lines: list[Line]
    weak: list[outlook.Cell]
    tight: list[outlook.Cell]
    unmet: list[outlook.Cell]
    counts: dict[str, int]
    expected: Replies
    refusal: str
    problem: str
    last_day: dt.date
    wave: int

    @property
    def letters(self) -> int:
        return sum(self.counts.values())

    @property
    def main(self) -> list[Line]:
        return [line for line in self.lines if line.weak or (line.wrong and not line.due)]

    @property
    def replaced(self) -> list[Line]:
        """Strata in which only letters came back."""
        return [line for line in self.lines if line.due and not line.weak]

    @property
    def others(self) -> list[Line]:
        return [line for line in self.lines if not (line.weak or line.due or line.wrong)]


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """Stratum → what was typed."""
    return {
        name.removeprefix(FIELD): value.strip()
        for name, value in form.items()
        if name.startswith(FIELD)
    }


def build(assembly: Assembly, given: Mapping[str, str] | None = None) -> WavePage:
    """The proposal, or what was typed with what it may bring."""
    refusal = waves.refusal(assembly)
    draw = draws.last_drawn(assembly)
    if draw is None:
        last = waves.last_day(assembly)
        return WavePage([], [], [], [], {}, Replies(0, 0.0, 0), refusal, "", last, 2)
    seen = outlook.of(assembly)
    left = waves.kept(draw)
    asked = given if given is not None else _as_typed(outlook.proposal(draw, seen))
    wrong = {name for name, text in asked.items() if _number(text, left.get(name, 0)) is None}
    counts = {name: _number(text, left.get(name, 0)) or 0 for name, text in asked.items()}
    counts = {name: n for name, n in counts.items() if n and name not in wrong}
    return WavePage(
        lines=_lines(draw, seen, asked, wrong, left),
        weak=seen.of("weak"),
        tight=seen.of("tight"),
        unmet=_unmet(draw, seen, counts),
        counts=counts,
        expected=_expected(draw, counts),
        refusal=refusal,
        problem=_problem(wrong, counts) if given is not None else "",
        last_day=waves.last_day(assembly),
        wave=waves.next_wave(draw),
    )


def _as_typed(letters: Mapping[str, int]) -> dict[str, str]:
    return {name: str(count) for name, count in letters.items()}


def _number(text: str, most: int) -> int | None:
    """None when it is no whole number from 0 to `most`; an empty field is 0."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return None
    return int(text) if int(text) <= most else None


def _problem(wrong: set[str], counts: Mapping[str, int]) -> str:
    if wrong:
        return str(
            _("Bitte tragen Sie ganze Zahlen ein, höchstens so viele Briefe, wie Lose da sind.")
        )
    if not counts:
        return str(_("Bitte tragen Sie mindestens einen Brief ein."))
    return ""


def _lines(
    draw: InvitationDraw,
    seen: outlook.Outlook,
    asked: Mapping[str, str],
    wrong: set[str],
    left: Mapping[str, int],
) -> list[Line]:
    written, said_yes = _counts(draw)
    owed = waves.owed(draw)
    weak = [cell.key for cell in seen.weak_in_register]
    names = sort_strata(Stratum.parse(name) for name in {*written, *left, *wrong})
    lines = []
    for stratum in names:
        name = stratum.text
        text = asked.get(name, "0")
        lines.append(
            Line(
                stratum,
                written.get(name, 0),
                said_yes.get(name, 0),
                left.get(name, 0),
                owed.get(name, 0),
                text,
                any(outlook.is_in(stratum, key) for key in weak),
                name in wrong,
                _expected(draw, {name: _number(text, left.get(name, 0)) or 0}),
            )
        )
    return lines


def _counts(draw: InvitationDraw) -> tuple[dict[str, int], dict[str, int]]:
    """Stratum → people written to, and people who said yes."""
    yes = func.count(Reply.id).filter(Reply.answer == "yes", Reply.submitted_at.is_not(None))
    rows = db.session.execute(
        select(Invitee.sex, Invitee.age_band, Invitee.district, func.count(Invitee.id), yes)
        .outerjoin(Reply, Reply.invitee_id == Invitee.id)
        .where(Invitee.draw_id == draw.id, Invitee.state != "erased")
        .group_by(Invitee.sex, Invitee.age_band, Invitee.district)
    )
    written: dict[str, int] = {}
    said: dict[str, int] = {}
    for sex, band, district, people, yeses in rows:
        name = stratum_of(Stratum(sex or "", band or "", district or "")).text
        written[name] = written.get(name, 0) + people
        said[name] = said.get(name, 0) + yeses
    return written, said


def _expected(draw: InvitationDraw, counts: Mapping[str, int]) -> Replies:
    letters = {Stratum.parse(name): n for name, n in counts.items() if n}
    if not letters:
        return Replies(0, 0.0, 0)
    return expected_total(letters, {s: outlook.rate_of(draw, s) for s in letters})


def _unmet(
    draw: InvitationDraw, seen: outlook.Outlook, counts: Mapping[str, int]
) -> list[outlook.Cell]:
    """Weak groups to which these letters do not bring as many as are missing."""
    brings = {
        Stratum.parse(name): n * outlook.rate_of(draw, Stratum.parse(name))
        for name, n in counts.items()
    }
    return [
        cell
        for cell in seen.weak_in_register
        if sum(n for s, n in brings.items() if outlook.is_in(s, cell.key)) < cell.missing - 1e-9
    ]
