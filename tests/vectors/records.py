"""Small records, drawn by the product: what is special about each is said in PLANS."""

from collections.abc import Sequence
from dataclasses import dataclass

from primitives import DICE, KEY, sha

from buergerrat.sortition import record as rec
from buergerrat.sortition.commitment import (
    Commitment,
    PanelCommitment,
    SeedKind,
    SeedProcedure,
    StratumPlan,
    derive_seed,
    pick_number,
)
from buergerrat.sortition.panels import Lottery, build, label
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.replacements import (
    Event,
    next_replacement,
    order,
    replacement_seed,
)
from buergerrat.sortition.tickets import (
    Entry,
    LeafSet,
    canonical_row,
    draw_invitations,
    leaf,
)

SOFTWARE = "buergerrat 0.1.0"
TOWN = [
    ("16–29", "Kernstadt"),
    ("16–29", "Niederau"),
    ("30–59", "Kernstadt"),
    ("30–59", "Kernstadt"),
    ("30–59", "Niederau"),
    ("60+", "Kernstadt"),
    ("60+", "Niederau"),
    ("60+", "Weinberg"),
    ("30–59", "Weinberg"),
    ("16–29", ""),
    ("60+", "Kernstadt"),
    ("30–59", "Niederau"),
]
QUOTAS = (
    Quota("Alter", "16–29", 1, 2),
    Quota("Alter", "30–59", 1, 2),
    Quota("Alter", "60+", 1, 2),
    Quota("Ort", "Kernstadt", 1, 2),
    Quota("Ort", "Niederau", 1, 2),
)
SEATS = 4
LOTTO = "3 11 23 34 40 49 / 7"
OWN_IDS = ['Müller, "A"', "Zeile\nZeile", "ﬁ", "𝒳", "7", "10", *(f"P{place}" for place in range(6))]
NUMBERS = [str(place) for place in range(101, 113)]


@dataclass(frozen=True)
class Plan:
    """One small record: what is special about it."""

    lists: int = 40
    homes: tuple[int, ...] = ()  # sizes of the households; everybody else lives alone
    ids: Sequence[str] | None = None
    seed: tuple[SeedKind, str] = (SeedKind.INVITATION, "")
    announced: SeedKind = SeedKind.DIGITS
    source: tuple[SeedKind, str] | None = None
    digits: str | None = "07"
    rehearsal: bool = False
    invitation: bool = True
    panel: bool = True
    quotas: tuple[Quota, ...] = QUOTAS
    leave: int = 0


PLANS = {
    "plain": Plan(lists=100, digits="42"),
    "replaced": Plan(lists=50, homes=(5, 2, 2), leave=7),
    "rehearsal": Plan(seed=(SeedKind.LOCAL, "ab" * 32), rehearsal=True, invitation=False),
    "source": Plan(
        announced=SeedKind.LOTTO,
        source=(SeedKind.LOTTO, LOTTO),
        quotas=(*QUOTAS, Quota("Ort", "Weinberg", 0, 0)),
    ),
    "text": Plan(
        ids=OWN_IDS,
        seed=(SeedKind.TEXT, "Elbtal würfelt am 20. Juni"),
        source=(SeedKind.DICE, DICE),
        homes=(2,),
        invitation=False,
    ),
    "numbers": Plan(ids=NUMBERS, lists=7, digits="3", leave=1),
    "unpicked": Plan(
        lists=5, digits=None, quotas=(*QUOTAS[:2], Quota("Alter", "60+", 1, 1), *QUOTAS[3:])
    ),
    "invited": Plan(panel=False),
}
PUBLIC_ONLY = ("unpicked", "invited", "numbers")


def invitation() -> rec.InvitationDraw:
    """Twenty rows in two strata, two waves."""
    register, entries = LeafSet(), []
    for place in range(20):
        item = leaf(KEY, canonical_row([f"Person {place}", str(1950 + place)]))
        register.add(item)
        entries.append(Entry("AB"[place % 2], item.hex()))
    commitment = Commitment(
        assembly="Bürgerrat Elbtal",
        draw_id="elbtal-1",
        reference_date="2026-05-01",
        rules=("ab 16 Jahren",),
        row_fields=("Name", "Geburtsjahr"),
        household_rule=False,
        strata=(StratumPlan("A", 10, 3), StratumPlan("B", 10, 2)),
        refused=(("doppelt", 1),),
        merkle_root=register.root(),
        seed=SeedProcedure(SeedKind.DICE, "Sitzung des Stadtrats", "2026-06-01", "drand, 12 Uhr"),
        software=SOFTWARE,
    )
    seed = derive_seed(commitment.checksum, SeedKind.DICE, DICE, False)
    first = draw_invitations(entries, {"A": 3, "B": 2}, seed, "elbtal-1")
    drawn = {row for rows in first.values() for row in rows}
    second = draw_invitations(entries, {"A": 1}, seed, "elbtal-1", drawn)
    paths = {
        row: register.path(row) for rows in (*first.values(), *second.values()) for row in rows
    }
    waves = (
        rec.Wave("elbtal-1", {"A": 3, "B": 2}, first, paths),
        rec.Wave("elbtal-1", {"A": 1}, second, paths),
    )
    return rec.InvitationDraw(commitment, rec.SeedUse(SeedKind.DICE, DICE, False), waves)


def pool(plan: Plan) -> tuple[rec.Entrant, ...]:
    homes = [f"Weg {home}" for home, size in enumerate(plan.homes) for _ in range(size)]
    persons = [
        Person(
            plan.ids[place] if plan.ids else f"Zeile {place}",
            {"Alter": age, "Ort": where},
            homes[place] if place < len(homes) else None,
        )
        for place, (age, where) in enumerate(TOWN)
    ]
    return rec.entrants(persons, KEY, own_ids=plan.ids is not None)


def events(
    plan: Plan, members: tuple[rec.Entrant, ...], lottery: Lottery, seed: bytes, digits: str
) -> tuple[Event, ...]:
    """One after the other leaves; the third time somebody declines first; the last seat stays."""
    people = [one.person() for one in members]
    listed = rec.sha256(rec.marks_csv(lottery.panels, members))
    turn = order([one.id for one in people], replacement_seed(seed, listed, digits))
    seated, gone, made = set(lottery.panel(int(digits))), set[str](), []
    for place in range(plan.leave):
        left = sorted(seated)[0]
        seated.discard(left)
        gone.add(left)
        declined = () if place != 2 else (next(one for one in turn if one not in seated | gone),)
        gone.update(declined)
        free = [one for one in turn if one not in seated | gone]
        found = next_replacement(people, plan.quotas, SEATS, seated, free, turn)
        if found is None or place == 3:
            made.append(Event((left,), declined, None, ()))
            continue
        seated.add(found.person_id)
        made.append(Event((left,), declined, found.person_id, found.broken))
    return tuple(made)


def panel_draw(plan: Plan, first: rec.InvitationDraw | None) -> rec.PanelDraw:
    members = pool(plan)
    people = [one.person() for one in members]
    kind, value = plan.seed
    if kind is SeedKind.INVITATION and first is not None:
        value = derive_seed(first.commitment.checksum, SeedKind.DICE, DICE, False).hex()
    commitment = PanelCommitment(
        assembly="Bürgerrat Elbtal",
        draw_id="elbtal-2",
        invitation=first.commitment.checksum if first else "",
        seats=SEATS,
        panels=plan.lists,
        household_rule=bool(plan.homes),
        people=len(members),
        people_sha256=rec.sha256(rec.people_csv(members)),
        quotas_sha256=rec.sha256(rec.quotas_csv(plan.quotas, members)),
        seed=SeedProcedure(kind, "wie angekündigt", "2026-06-01", ""),
        pick=SeedProcedure(plan.announced, "Öffentliche Sitzung", "2026-06-20", ""),
        software=SOFTWARE,
    )
    seed = derive_seed(commitment.checksum, kind, value, plan.rehearsal)
    lottery = build(people, plan.quotas, SEATS, seed, panels=plan.lists)
    digits, source = plan.digits, None
    if plan.source is not None:
        source = rec.SeedUse(*plan.source, plan.rehearsal)
        listed = rec.sha256(rec.marks_csv(lottery.panels, members))
        digits = label(pick_number(seed, listed, *plan.source, plan.lists), plan.lists)
    made = events(plan, members, lottery, seed, digits) if digits else ()
    use = rec.SeedUse(kind, value, plan.rehearsal)
    return rec.PanelDraw(commitment, use, members, plan.quotas, lottery, digits, made, source)


def draw(plan: Plan) -> rec.DrawRecord:
    first = invitation() if plan.invitation else None
    second = panel_draw(plan, first) if plan.panel else None
    return rec.DrawRecord("Bürgerrat Elbtal", SOFTWARE, sha(b"Kopf"), first, second)
