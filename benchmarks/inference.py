"""What an attacker learns from a lottery: all lists by Losnummer, counts by Losnummer, or neither.

    python benchmarks/inference.py [FOLDER WITH POOLS]

Without a folder the pools are made (shapes of three usual ones, and one with households). For
every pool: what solving the published lists gives (format 1), what counts per Losnummer would give
(rejected), what the counts without Losnummern give (format 2), with names, and what a replacement
gives. The text to the figures is docs/rueckschluesse.md. Only numpy and highspy; under two minutes on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from attack_counts import (
    Guess,
    by_division,
    from_counts,
    from_histogram,
    knowing_the_others,
    raked,
    simulate,
)
from attack_lists import couples, proven_group, solve_lists
from attack_names import members, replacements, small_cells
from attack_pools import KNOWN, SHAPES, Subject, made, subject
from pools import read


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def show(item: Subject) -> None:
    print(f"\n## {item.name}: {len(item.people)} Personen, {item.seats} Plätze, "
          f"{len(item.features)} Merkmale")  # fmt: skip
    solved = solve_lists(item)
    print(f"Fassung 1: richtig {percent(solved['hit'])} der Angaben (geraten "
          f"{percent(solved['prior'])}), bestes Merkmal {percent(solved['best'])}; selbst bestätigt "
          f"{solved['sure']:.0f} von {solved['cells']:.0f} Angaben, davon richtig "
          f"{percent(solved['right'])}; durch LP bewiesen {proven_group(item)}")  # fmt: skip
    pairs = couples(item)
    if pairs:
        print(f"  Haushalte: {pairs[0]} Paare genannt, {pairs[1]} richtig, {pairs[2]} gibt es")
    named, right, values = by_division(item)
    print(f"Verworfen, Quote geteilt durch Lostopf: {values} Werte, {named} Angaben, davon richtig "
          f"{right}")  # fmt: skip
    chances, rows = simulate(item, raked(item))
    for words, grid in (("genau", 1), ("auf 20 gerundet", 20), ("auf 100 gerundet", 100)):
        told(f"Verworfen, Anzahl je Losnummer {words}", from_counts(item, chances, rows, grid))
    told("Verworfen, wer alle anderen kennt", knowing_the_others(item))
    told("Fassung 2, Anzahlen ohne Losnummern", from_histogram(item, chances, rows))
    plain, counted = members(item, chances, rows)
    told("Mitglied mit Namen: Statistik statt Zusammensetzung", plain)
    told("Mitglied mit Namen, verworfen: dazu Anzahlen je Losnummer", counted)
    moved, cells = replacements(item), small_cells(item)
    print(f"Nachrücken: {percent(moved['same'])} der Angaben gleich (unter allen Freien "
          f"{percent(moved['usual'])}), {moved['skipped']:.0f} vorher Übergangene; Quoten gehalten "
          f"in {percent(moved['kept'])} der Fälle")  # fmt: skip
    print(
        f"Kleine Zellen: im Lostopf mindestens {cells['pool']}, auf Liste 187 mindestens "
        f"{cells['panel']} Personen je Wert; dort {cells['unique']} mit einmaliger Verbindung; "
        f"{cells['forced']} Losnummern auf allen Listen; {cells['levels']} verschiedene Anzahlen"
    )


def told(words: str, guess: Guess) -> None:
    print(f"{words}: {percent(guess.before)} → {percent(guess.after)}, {guess.bits:+.3f} Bit im "
          f"Mittel, höchstens {guess.most_bits:+.3f}; neu sicher {guess.sure}, davon richtig "
          f"{percent(guess.sure_right)}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    for name in KNOWN if folder else SHAPES:
        show(subject(name, *read(folder / name), None) if folder else made(name))


if __name__ == "__main__":
    main()
