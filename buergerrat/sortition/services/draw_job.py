"""The draw itself: read the spool twice, draw by tickets, write the drawn down, forget the rest.

Beside those who get a letter, the next tickets of each stratum are kept: for letters that come
back and for a second wave. They are found in the same pass, so their order is that of the draw.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from buergerrat import jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow
from buergerrat.jobs import JobProblem, Run
from buergerrat.sortition.codes import code_digest, new_codes
from buergerrat.sortition.commitment import Commitment
from buergerrat.sortition.models import InvitationDraw, Invitee, ReserveTicket
from buergerrat.sortition.planning import reserve_letters
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services.refusals import refused_in, silence
from buergerrat.sortition.spool import Spooled, people, person_line
from buergerrat.sortition.tickets import Entry, LeafSet, leaf_maker, ticket
from buergerrat.sortition.tickets import draw_invitations as by_ticket

FULL_AGE = 18
OTHER_POOL = (
    "Der Lostopf passt nicht zur veröffentlichten Prüfsumme. Es wurde nicht gelost und nichts "
    "verändert."
)


@dataclass(frozen=True)
class _Task:
    """What the job needs, read once."""

    assembly_id: int
    rehearsal: bool
    fixed: Commitment
    seed: bytes
    salt_key: bytes
    spool: StoredFile
    invited: Collection[str]  # row ids of earlier draws
    households: Collection[str]  # and their households
    reserve_share: float  # next tickets to keep, per letter; none in a rehearsal


@dataclass(frozen=True)
class _Drawn:
    """Somebody with one of the smallest tickets; `place` in the stratum counts from 0."""

    stratum: str
    place: int
    row_id: str
    path: tuple[str, ...]
    person: Spooled


def _task(run: Run) -> _Task:
    draw = db.session.get_one(InvitationDraw, run.payload["draw"])
    spool = db.session.get(StoredFile, draw.extract.spool_id) if draw.extract.spool_id else None
    if draw.state != "seeded" or draw.extract.state != "ready" or spool is None:
        raise JobProblem("Auf diese Festschreibung ist schon gelost.")
    before = db.session.execute(
        select(Invitee.row_id, Invitee.household).where(Invitee.assembly_id == draw.assembly_id)
    ).all()
    return _Task(
        draw.assembly_id,
        draw.rehearsal,
        Commitment.from_json(str(draw.commitment).encode()),
        bytes.fromhex(draw.seed),
        derived_key(draw.assembly_id, "register"),
        spool,
        {row_id for row_id, _household in before},
        {household for _row_id, household in before if household},
        0.0 if draw.rehearsal else draw.reserve_share,
    )


@jobs.job("draw_invitations")
def draw_invitations(run: Run) -> None:
    task = _task(run)
    total = 2 * task.fixed.eligible
    leaves = LeafSet()
    letters = {row.name: row.letters for row in task.fixed.strata}
    room = {
        name: count + reserve_letters(count, task.reserve_share) for name, count in letters.items()
    }
    drawn = by_ticket(_entries(run, task, leaves, total), room, task.seed, task.fixed.draw_id)
    root, paths = leaves.proofs(row_id for rows in drawn.values() for row_id in rows)
    if root != task.fixed.merkle_root:
        raise JobProblem(OTHER_POOL)
    found = _found(run, task, leaves, paths, total)
    everybody = [
        _Drawn(stratum, place, row_id, paths[row_id], found[row_id])
        for stratum in sorted(drawn)
        for place, row_id in enumerate(drawn[stratum])
    ]
    winners = [one for one in everybody if one.place < letters[one.stratum]]
    invitees = [] if task.rehearsal else _invitees(run, task, winners)
    reserve = [
        _reserve(run, task, one, one.place - letters[one.stratum])
        for one in everybody
        if one.place >= letters[one.stratum]
    ]
    with run.finish() as result:
        _store(run, winners, invitees, reserve)
        result["drawn"] = len(winners)
        result["reserve"] = len(reserve)


def _entries(run: Run, task: _Task, leaves: LeafSet, total: int) -> Iterator[Entry]:
    """Everybody's entry. The root is computed anew from every row, the invited ones too."""
    leaf_of = leaf_maker(task.salt_key)
    with files.open_file(task.spool) as spool:
        for person in people(spool, lambda done: run.progress(done, total, "rechnet die Lose")):
            leaf = leaf_of(person.values)
            if not leaves.add(leaf):  # a line twice: the root would not tell
                raise JobProblem(OTHER_POOL)
            if leaf.hex() not in task.invited and person.household not in task.households:
                yield Entry(person.stratum.text, leaf.hex(), person.household or None)


def _found(
    run: Run, task: _Task, leaves: LeafSet, row_ids: Iterable[str], total: int
) -> dict[str, Spooled]:
    """The people behind row ids. No two lines of the spool are alike, so leaves count them."""
    wanted = {leaves.number(row_id): row_id for row_id in row_ids}
    half = total // 2
    with files.open_file(task.spool) as spool:
        chosen = people(spool, lambda done: run.progress(half + done, total, "schreibt"), wanted)
        return dict(zip((wanted[number] for number in sorted(wanted)), chosen, strict=True))


def invitee_of(
    person: Spooled,
    code: str,
    *,
    assembly_id: int,
    draw_id: int,
    row_id: str,
    ticket: str,
    code_key: bytes,
    wave: int = 1,
) -> Invitee:
    """The row of somebody whose ticket was drawn: sealed, with a reply code of their own.

    `code_key` is `derived_key(assembly_id, "codes")`; `ticket` is hex, as is `row_id`.
    """
    row = Invitee(
        assembly_id=assembly_id,
        draw_id=draw_id,
        wave=wave,
        row_id=row_id,
        ticket=ticket,
        sex=person.sex,
        age_band=person.age_band,
        district=person.district,
        nationality_group=person.get("nationality_group"),
        household=person.household or None,
        minor=is_minor(person),
        code_hash=code_digest(code, code_key),
    )
    row.first_name, row.last_name = person.get("first_name"), person.get("last_name")
    row.title, row.code = person.get("title"), code
    row.street = f"{person.get('street')} {person.get('house_number')}".strip()
    row.postcode, row.place = person.get("postcode"), person.get("place")
    return row


def is_minor(person: Spooled) -> bool:
    """Under 18 on the reference date, or perhaps so: then the guardians are written to as well."""
    low = person.get("age_low")
    return low.isdigit() and int(low) < FULL_AGE


def _invitees(run: Run, task: _Task, winners: list[_Drawn]) -> list[Invitee]:
    key = derived_key(task.assembly_id, "codes")
    codes = new_codes(len(winners), secrets.token_bytes)
    return [
        invitee_of(
            one.person,
            code,
            assembly_id=task.assembly_id,
            draw_id=run.payload["draw"],
            row_id=one.row_id,
            ticket=ticket(task.seed, task.fixed.draw_id, one.row_id).hex(),
            code_key=key,
        )
        for one, code in zip(winners, codes, strict=True)
    ]


def _reserve(run: Run, task: _Task, one: _Drawn, place: int) -> ReserveTicket:
    row = ReserveTicket(
        assembly_id=task.assembly_id,
        draw_id=run.payload["draw"],
        stratum=one.stratum,
        position=place + 1,
        row_id=one.row_id,
        path=list(one.path),
    )
    row.person = person_line(one.person)
    return row


def _store(
    run: Run, winners: list[_Drawn], invitees: list[Invitee], reserve: list[ReserveTicket]
) -> None:
    draw = db.session.get_one(InvitationDraw, run.payload["draw"])
    counts: dict[str, int] = {}
    for one in winners:
        counts[one.stratum] = counts.get(one.stratum, 0) + 1
    draw.letters = [
        {**row, "drawn": counts.get(draws.stratum_name(row), 0)} for row in draw.letters
    ]
    draw.drawn_at, draw.drawn_by = utcnow(), run.user_id
    draws.walk(draw, "drawn", letters=len(winners), reserve=len(reserve), user=run.user_id)
    if draw.rehearsal:
        return
    _silence_objected(draw, winners, invitees)
    draw.tickets = [[1, one.stratum, one.row_id, list(one.path)] for one in winners]
    db.session.add_all(invitees)
    db.session.add_all(reserve)
    extracts.finish(draw.extract)
    db.session.flush()


def _silence_objected(draw: InvitationDraw, winners: list[_Drawn], invitees: list[Invitee]) -> None:
    """Who objected after the register was read keeps the ticket, for the record, and gets no
    letter."""
    assembly = db.session.get_one(Assembly, draw.assembly_id)
    refused = refused_in(assembly.municipality_id)
    for one, invitee in zip(winners, invitees, strict=True):
        if refused(one.person):
            silence(invitee)
