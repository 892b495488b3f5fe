"""The invitation draw on files: extract and plan in, record and addresses out.

The extract is read twice, first to commit to everybody, then for the addresses of those who were
drawn. Between, about 60 bytes a person are kept, none of them readable.
"""

from __future__ import annotations

import csv
import hmac
import io
import itertools
from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from .buildings import Buildings, settled
from .commitment import Commitment, SeedKind, SeedProcedure, StratumPlan, derive_seed
from .file_plan import FilePlan
from .households import BOTH, HOUSEHOLD_SENTENCES
from .notes import Notes
from .planning import METHODS
from .profiles import Profile
from .record import DrawRecord, InvitationDraw, SeedUse, Wave
from .register import Refusal, Row, read_extract
from .register_check import open_extract
from .spool import ROW_FIELDS, Tally
from .strata import Stratum, sort_strata
from .tickets import Entry, draw_invitations, leaf_maker

INVITED = "invited.csv"
ADDRESS = (
    "title", "first_name", "last_name", "street", "house_number", "postcode", "place",
)  # fmt: skip
_CHANGED = "Die Datei hat sich verändert, während gelost wurde. Es wurde nichts geschrieben."
Open = Callable[[], BinaryIO]


@dataclass
class _Pot:
    """Everybody in the Lostopf, as arrays in the order of the file."""

    tally: Tally
    groups: dict[Stratum, int] = field(default_factory=dict)
    group: array[int] = field(default_factory=lambda: array("I"))
    line: array[int] = field(default_factory=lambda: array("I"))
    home: bytearray = field(default_factory=bytearray)  # 8 bytes each; 16 for both keys
    namesakes: dict[int, str] = field(default_factory=dict)  # line: number, where it is not 1

    def take(self, row: Row, group: Stratum) -> None:
        values = self.tally.add(row)
        if values[-1] != "1":
            self.namesakes[row.line] = values[-1]
        self.group.append(self.groups.setdefault(group, len(self.groups)))
        self.line.append(row.line)
        self.home += bytes.fromhex(row.household)

    def people(self) -> dict[Stratum, int]:
        count, groups = Counter(self.group), self.groups
        return {group: count[groups[group]] for group in sort_strata(groups)}

    def entries(self, households: bool, apart: frozenset[int] | None) -> Iterator[Entry]:
        """`apart`: addresses that are no household, under the rule of the address."""
        names = [group.text for group in self.groups]
        size = 8 if apart is None else 16
        for place, leaf in enumerate(self.tally.leaves):
            home = self.home[size * place : size * (place + 1)].hex() if households else None
            if home is not None and apart is not None:
                home = settled(home, apart)
            yield Entry(names[self.group[place]], leaf.hex(), home)


@dataclass(frozen=True)
class FileDraw:
    """What the draw gave; `invited` is the file of addresses."""

    record: DrawRecord
    invited: bytes


def draw(
    source: Open, plan: FilePlan, seed: str, key: bytes, software: str,
    profile: Profile | None = None,
) -> FileDraw:  # fmt: skip
    """Draw the letters. `source` opens the extract, twice; `seed` is the text as normalised.

    Raises ExtractError, PlanError, or ValueError where the file changes in between.
    """
    notes = Notes(buildings=Buildings() if plan.household_rule == "address" else None)
    read = partial(_rows, source, profile or Profile(), plan, key)
    pot = _Pot(Tally(key))
    for row in read(notes=notes):
        if isinstance(row, Refusal):
            pot.tally.refused[row.reason] += 1
        else:
            pot.take(row, plan.stratum(row))
    use = SeedUse(SeedKind.TEXT, seed, rehearsal=False)
    people = pot.people()
    letters = {group.text: count for group, count in plan.letters_for(people).items()}
    fixed = Commitment(
        assembly=plan.assembly,
        draw_id=plan.draw_id,
        reference_date=plan.reference_date.isoformat(),
        rules=_rules(plan),
        row_fields=ROW_FIELDS,
        household_rule=plan.household_rule is not None,
        strata=tuple(
            StratumPlan(group.text, count, letters[group.text]) for group, count in people.items()
        ),
        refused=tuple(sorted(pot.tally.refused.items())),
        merkle_root=pot.tally.leaves.root(),
        seed=SeedProcedure(SeedKind.TEXT, "Text auf der Kommandozeile", "", ""),
        software=software,
    )
    number = derive_seed(fixed.checksum, use.kind, use.value, use.rehearsal)
    apart = None if notes.buildings is None else notes.buildings.described().apart
    entries = pot.entries(plan.household_rule is not None, apart)
    drawn = draw_invitations(entries, letters, number, fixed.draw_id)
    root, paths = pot.tally.leaves.proofs(row for rows in drawn.values() for row in rows)
    if root != fixed.merkle_root:
        raise ArithmeticError(root)
    wave = Wave(fixed.draw_id, letters, drawn, paths)
    record = DrawRecord(plan.assembly, software, "", InvitationDraw(fixed, use, (wave,)), None)
    return FileDraw(record, _invited(read, key, pot, drawn))


def _rows(
    source: Open,
    profile: Profile,
    plan: FilePlan,
    key: bytes,
    wanted: Container[int] | None = None,
    notes: Notes | None = None,
) -> Iterator[Row | Refusal]:
    with source() as file:
        opened = open_extract(file, profile)
        rule = {"address": BOTH, None: "none"}.get(plan.household_rule, plan.household_rule)
        yield from read_extract(
            opened.stream,
            reference_date=plan.reference_date,
            min_age=plan.min_age,
            age_bands=plan.bands,
            rules=opened.rules(
                household_rule=rule, household_key=hmac.digest(key, b"household", "sha256")
            ),
            notes=notes,
            wanted=wanted,
            **opened.options,
        )


def _invited(
    read: Callable[[Container[int]], Iterator[Row | Refusal]],
    key: bytes,
    pot: _Pot,
    drawn: Mapping[str, tuple[str, ...]],
) -> bytes:
    """The addresses, by stratum and ticket. Each row must have the leaf that was drawn."""
    chosen = set(itertools.chain(*drawn.values()))
    lines = {pot.line[pot.tally.leaves.number(row_id)] for row_id in chosen}
    leaf_of, found = leaf_maker(key), dict[str, Row]()
    for row in read(lines):
        if isinstance(row, Row):
            values = (*row.values(), pot.namesakes.get(row.line, "1"))
            found[leaf_of(values).hex()] = row
    if chosen != found.keys():
        raise ValueError(_CHANGED)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["stratum", "rank", "row_id", *ADDRESS])
    for stratum in sorted(drawn):
        for rank, row_id in enumerate(drawn[stratum], start=1):
            cells = [_safe(getattr(found[row_id], name)) for name in ADDRESS]
            table.writerow([_safe(stratum), rank, row_id, *cells])
    return text.getvalue().encode()


def _safe(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _rules(plan: FilePlan) -> tuple[str, ...]:
    letters = "wie im Plan angegeben."
    if isinstance(plan.letters, int):
        letters = f"{METHODS[plan.method]}, mindestens {plan.minimum}, verteilt nach Sainte-Laguë."
    parts = ["Geschlecht"] if plan.sexes else []
    parts += ["Altersgruppe"] + (["Ortsteil"] if plan.districts is not False else [])
    home = HOUSEHOLD_SENTENCES[plan.household_rule or "none"]
    return (
        "Gelost wird aus allen Zeilen des Auszugs mit Hauptwohnung, ab "
        f"{plan.min_age} Jahren am {plan.reference_date:%d.%m.%Y}, ohne Auskunftssperre.",
        f"Gruppen: {', '.join(parts)}.",
        f"Briefe je Gruppe: {letters}",
        "Los: HMAC-SHA-256 aus Startwert, Name der Losung und Zeile. In jeder Gruppe zählen die "
        "kleinsten Lose.",
        home,
    )
