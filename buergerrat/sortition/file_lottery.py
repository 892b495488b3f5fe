"""The lottery of two files: from people and quotas to a full record, and on to the members.

Everything hangs on the files and the seed alone; salts too, so that the same input gives the
same record byte for byte.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .commitment import (
    PanelCommitment,
    SeedKind,
    SeedProcedure,
    canonical_json,
    derive_seed,
    normalise,
    pick_number,
)
from .lottery_files import Inputs
from .panels import Progress, build, label
from .pool import make_pool
from .record import (
    DrawRecord,
    PanelDraw,
    SeedUse,
    entrants,
    marks_csv,
    people_csv,
    quotas_csv,
    sha256,
)
from .replacements import Event, next_replacement, order, replacement_seed

SALT_LABEL = b"buergerrat/salzschluessel/1\n"
NAME = "Losung aus Dateien"
DRAW_ID = "losung-1"
_SEEDS = {
    SeedKind.TEXT: "frei gewählter Text",
    SeedKind.LOCAL: "auf diesem Rechner erzeugt, nur für eine Probe",
}
_PICKS = {
    SeedKind.DIGITS: "Ziffern, öffentlich gezogen",
    SeedKind.DICE: "zehnseitige Würfel, öffentlich geworfen",
    SeedKind.LOTTO: "Lottozahlen der nächsten Ziehung",
    SeedKind.DRAND: "drand-Runde",
}


@dataclass(frozen=True)
class Order:
    """What is asked for: seats, lists, the seed, and how the list will be picked."""

    seats: int
    panels: int
    seed: SeedUse
    pick: SeedKind = SeedKind.DIGITS


def draw(
    inputs: Inputs, wanted: Order, software: str, progress: Progress | None = None
) -> DrawRecord:
    """Return the record of the lottery, its list not yet picked.

    Raises panels.NoPanel where no panel exists, ValueError for more seats than people.
    """
    plain = inputs.plain()
    refuse_seats(plain, wanted.seats)
    use = SeedUse(
        wanted.seed.kind, normalise(wanted.seed.kind, wanted.seed.value), wanted.seed.rehearsal
    )
    people = entrants(plain.people, _salt_key(plain, wanted, use), own_ids=True)
    commitment = PanelCommitment(
        assembly=NAME,
        draw_id=DRAW_ID,
        invitation="",
        seats=wanted.seats,
        panels=wanted.panels,
        household_rule=plain.household_rule,
        people=len(people),
        people_sha256=sha256(people_csv(people)),
        quotas_sha256=sha256(quotas_csv(plain.quotas, people)),
        seed=SeedProcedure(use.kind, _SEEDS[use.kind], "", ""),
        pick=SeedProcedure(wanted.pick, _PICKS[wanted.pick], "", ""),
        software=software,
    )
    seed = derive_seed(commitment.checksum, use.kind, use.value, use.rehearsal)
    lottery = build(
        [one.person() for one in people],
        plain.quotas,
        wanted.seats,
        seed,
        panels=wanted.panels,
        progress=progress,
    )
    panel = PanelDraw(commitment, use, people, plain.quotas, lottery, None, ())
    return DrawRecord(NAME, software, "", None, panel)


def refuse_seats(inputs: Inputs, seats: int) -> None:
    """Raise ValueError when there are more seats than people."""
    if seats > len(inputs.people):
        raise ValueError(
            f"Im Lostopf sind {len(inputs.people)} Personen, zu besetzen sind {seats} Plätze."
        )


def _salt_key(plain: Inputs, wanted: Order, use: SeedUse) -> bytes:
    """Return the key of the salts: nobody who lacks the seed and every row can compute it."""
    people = [[one.id, one.features, one.household or ""] for one in plain.people]
    quotas = [[one.feature, one.value, one.min, one.max] for one in plain.quotas]
    given = [use.kind.value, use.value, wanted.seats, wanted.panels, people, quotas]
    return hashlib.sha256(SALT_LABEL + canonical_json(given)).digest()


def panel_of(record: DrawRecord) -> PanelDraw:
    """Return the panel draw; raises ValueError for a record without one."""
    if record.panel is None:
        raise ValueError("In diesem Losprotokoll steht noch keine Losung der Mitglieder.")
    return record.panel


def seed_of(panel: PanelDraw) -> bytes:
    """Return the seed of the panel draw."""
    use = panel.seed
    return derive_seed(panel.commitment.checksum, use.kind, use.value, use.rehearsal)


def pick(record: DrawRecord, digits: str) -> DrawRecord:
    """Return the record with the list that was drawn by hand; raises ValueError."""
    panel = panel_of(record)
    _not_twice(panel)
    panel.lottery.pick(digits)
    return replace(record, panel=replace(panel, digits=digits))


def pick_by(record: DrawRecord, kind: SeedKind, value: str) -> DrawRecord:
    """Return the record with the list that a public source names; raises ValueError."""
    panel = panel_of(record)
    _not_twice(panel)
    total = len(panel.lottery.panels)
    marks = sha256(marks_csv(panel.lottery.panels, panel.entrants))
    number = pick_number(seed_of(panel), marks, kind, value, total)
    source = SeedUse(kind, normalise(kind, value), panel.seed.rehearsal)
    return replace(record, panel=replace(panel, digits=label(number, total), source=source))


def _not_twice(panel: PanelDraw) -> None:
    if panel.digits is not None:
        raise ValueError(
            f"Liste {panel.digits} ist schon gezogen. Ein zweites Mal zieht der Befehl nicht."
        )


def drawn(panel: PanelDraw) -> tuple[str, ...]:
    """Return the ids on the list that was picked; raises ValueError before that."""
    if panel.digits is None:
        raise ValueError("Es ist noch keine Liste gezogen: zuerst `buergerrat lottery pick`.")
    return panel.lottery.panel(int(panel.digits))


def members(panel: PanelDraw) -> tuple[set[str], set[str]]:
    """Return who has a seat now, and everybody who gave it up or declined."""
    seated, gone = set(drawn(panel)), set[str]()
    for event in panel.events:
        seated -= set(event.left)
        gone |= {*event.left, *event.declined}
        if event.seated is not None:
            seated.add(event.seated)
    return seated, gone


def leave(
    record: DrawRecord, left: Sequence[str], declined: Sequence[str] = ()
) -> tuple[DrawRecord, tuple[Event, ...]]:
    """Return the record after people left, and the new events: who moved up, what it breaks.

    `declined`: people of the pool who were asked, or withdrew before, and want no seat.
    Raises ValueError with one sentence for each person that cannot be meant.
    """
    panel = panel_of(record)
    seated, gone = members(panel)
    objections = _objections(panel, left, declined, seated, gone)
    if objections:
        raise ValueError("\n".join(objections))
    people = [one.person() for one in panel.entrants]
    marks = sha256(marks_csv(panel.lottery.panels, panel.entrants))
    turn = order(
        [one.id for one in people], replacement_seed(seed_of(panel), marks, str(panel.digits))
    )
    seated -= set(left)
    gone |= {*left, *declined}
    seats, events, waiting = panel.commitment.seats, list[Event](), (tuple(left), tuple(declined))
    while True:
        free = {one for one in turn if one not in seated and one not in gone}
        found = next_replacement(people, panel.quotas, seats, seated, free, turn)
        if found is not None:
            seated.add(found.person_id)
            events.append(Event(*waiting, found.person_id, found.broken))
        elif any(waiting):
            events.append(Event(*waiting, None, ()))
        if found is None:
            break
        waiting = ((), ())
    after = replace(panel, events=(*panel.events, *events))
    return replace(record, panel=after), tuple(events)


def _objections(
    panel: PanelDraw,
    left: Sequence[str],
    declined: Sequence[str],
    seated: set[str],
    gone: set[str],
) -> list[str]:
    known = {one.number for one in panel.entrants}
    found = [
        f"„{one}“ ist zweimal genannt." for one, n in Counter([*left, *declined]).items() if n > 1
    ]
    for one in dict.fromkeys([*left, *declined]):
        if one not in known:
            found.append(f"„{one}“ gibt es im Lostopf nicht.")
        elif one in gone:
            found.append(f"„{one}“ hat schon verzichtet; das steht bereits im Losprotokoll.")
    known -= gone
    found += [
        f"„{one}“ hat keinen Platz im Rat." for one in dict.fromkeys(left) if one in known - seated
    ]
    found += [
        f"„{one}“ hat einen Platz im Rat; wer ihn abgibt, gehört hinter --left."
        for one in dict.fromkeys(declined)
        if one in known & seated
    ]
    return found


def figures(record: DrawRecord) -> Mapping[str, object]:
    """Return what a lottery is judged by; exact fractions as text, decimals beside them."""
    panel = panel_of(record)
    lottery = panel.lottery
    people = [one.person() for one in panel.entrants]
    return {
        "people": len(people),
        "seats": panel.commitment.seats,
        "panels": len(lottery.panels),
        "types": len(make_pool(people, panel.quotas, panel.commitment.seats).classes),
        "bound": float(lottery.bound),
        "bound_exact": str(lottery.bound),
        "lowest": float(lottery.lowest),
        "lowest_exact": str(lottery.lowest),
        "deviation": float(lottery.deviation),
        "attained": lottery.attained,
        "distinct_panels": len(set(lottery.panels)),
        "excluded": list(lottery.excluded),
        "household_rule": panel.commitment.household_rule,
        "rehearsal": panel.seed.rehearsal,
    }
